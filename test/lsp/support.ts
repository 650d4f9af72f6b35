import { PassThrough } from 'node:stream';
import {
  createConnection, createProtocolConnection, StreamMessageReader, StreamMessageWriter,
  CompletionRequest, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DocumentDiagnosticRequest, InitializedNotification, InitializeRequest,
  type ClientCapabilities, type CompletionItem, type Diagnostic, type FullDocumentDiagnosticReport, type ProtocolConnection, type TextEdit,
} from 'vscode-languageserver/node';
import { createSqlService, type SqlService } from '../../engine/sql';
import { applyChanges, lineStarts, offsetAt, positionAt } from '../../engine/text';
import { startServer } from '../../server/start';

/** The real server over in-memory streams, initialised for a client that pulls diagnostics unless told otherwise. */
export async function connectClient(capabilities: ClientCapabilities = { textDocument: { diagnostic: {} } }, sql?: SqlService, before?: (client: ProtocolConnection) => void): Promise<ProtocolConnection> {
  const client = await bareClient(sql, before);
  await client.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities });
  await client.sendNotification(InitializedNotification.type, {});
  return client;
}

/** A client of the real server over in-memory streams that has not said hello yet. */
export async function bareClient(sql?: SqlService, before?: (client: ProtocolConnection) => void): Promise<ProtocolConnection> {
  const up = new PassThrough();
  const down = new PassThrough();
  startServer(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), sql ?? (await createSqlService()));
  const client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  before?.(client);
  client.listen();
  return client;
}

let version = 1;

/** Opens a document, closing it first where it is open. */
export async function openText(client: ProtocolConnection, uri: string, text: string): Promise<void> {
  await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'dbt-spec', version: version++, text } });
}

/** Replaces the whole text of an open document. */
export async function changeText(client: ProtocolConnection, uri: string, text: string): Promise<void> {
  await client.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version: version++ }, contentChanges: [{ text }] });
}

export async function pullDiagnostics(client: ProtocolConnection, uri: string): Promise<Diagnostic[]> {
  return ((await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } })) as FullDocumentDiagnosticReport).items;
}

export async function completionItems(client: ProtocolConnection, uri: string, text: string, offset: number): Promise<CompletionItem[]> {
  return (await client.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: positionAt(lineStarts(text), offset) })) as CompletionItem[];
}

/** The text after LSP edits, by the positions of the text they were made for. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  return applyChanges(text, edits.map((edit) => ({ span: { start: offsetAt(text, starts, edit.range.start), end: offsetAt(text, starts, edit.range.end) }, text: edit.newText })));
}

/** The text after a completion item is taken. */
export function applyItem(text: string, item: CompletionItem): string {
  return applyEdits(text, [item.textEdit as TextEdit, ...(item.additionalTextEdits ?? [])]);
}
