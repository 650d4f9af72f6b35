import {
  CodeActionKind, CompletionRequest, DiagnosticRefreshRequest, DidChangeWatchedFilesNotification, DocumentDiagnosticReportKind, LSPErrorCodes, PositionEncodingKind, ResponseError, TextDocuments, TextDocumentSyncKind,
  type Connection, type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SqlService } from '../engine/sql';
import { compareAt } from './compareDocument';
import { findingActions, specActions } from './features/codeAction';
import { compareResult, relatedTo } from './features/compare';
import { completionAt, resolveCompletion, type CompletionClient } from './features/completion';
import { definitionAt } from './features/definition';
import { diagnosticsOf } from './features/diagnostics';
import { documentLinks } from './features/documentLink';
import { documentSymbols } from './features/documentSymbol';
import { foldingRanges } from './features/foldingRange';
import { formattingEdits } from './features/formatting';
import { hoverAt } from './features/hover';
import { modelsOf } from './features/models';
import { propose } from './features/propose';
import { CHANGED, COMPARE, MODELS, PROPOSE, RELATED, type CompareParams, type ProposeParams, type Refusal } from './protocol';
import { createPusher } from './pushing';
import { createSession, type LoadedProject, type Session } from './session';

const WATCHED = ['**/*.{sql,py,yml,yaml,csv}', '**/manifest.json', '**/catalog.json'];

/** Serves LSP 3.17 on a connection until it ends. `sql` analyses SQL; in production it is a worker thread. */
export function startServer(connection: Connection, sql: SqlService): void {
  const documents = new TextDocuments(TextDocument);
  const session = createSession(documents, sql);
  let pull = false;
  let refreshes = false;
  let watches = false;
  let client: CompletionClient = { snippets: false };
  const failed = (error: unknown): void => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));

  connection.onInitialize((params) => {
    pull = params.capabilities.textDocument?.diagnostic !== undefined;
    refreshes = params.capabilities.workspace?.diagnostics?.refreshSupport === true;
    client = { snippets: params.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true };
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return capabilities(params);
  });
  connection.onInitialized(() => {
    if (watches) connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) }).catch(failed);
  });
  registerFeatures(connection, documents, session, () => client);
  registerRequests(connection, session);

  const changed = (): void => void connection.sendNotification(CHANGED).catch(failed);
  const pusher = createPusher(session, {
    get: (uri) => documents.get(uri),
    uris: () => documents.keys(),
    send: (uri, version, diagnostics) => connection.sendDiagnostics({ uri, ...(version === undefined ? {} : { version }), diagnostics }),
    failed,
  });
  const refresh = (): void => {
    changed();
    if (!pull) pusher.again();
    else if (refreshes) connection.sendRequest(DiagnosticRefreshRequest.type).catch(failed);
  };
  documents.onDidChangeContent(({ document }) => {
    changed();
    if (!pull) pusher.changed(document.uri);
  });
  documents.onDidClose(({ document: { uri } }) => {
    // What was unsaved in it no longer counts, for the other documents either.
    const reloads = session.close(uri);
    changed();
    if (pull) return;
    pusher.closed(uri);
    if (reloads) pusher.again((open) => sameProject(session, open, uri));
  });
  documents.onDidSave(({ document }) => {
    const place = session.placeOf(document.uri);
    if (place) session.forget(place.root);
    refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const moved = changes.some(({ uri }) => uri.endsWith('/dbt_project.yml'));
    if (moved) session.forgetRoots();
    const roots = new Set(changes.flatMap((change) => session.placeOf(change.uri)?.root ?? session.roots()));
    roots.forEach((root) => session.forget(root));
    if (moved || roots.size > 0) refresh();
  });
  documents.listen(connection);
  connection.listen();
}

function sameProject(session: Session, a: string, b: string): boolean {
  return a === b || session.placeOf(a)?.root === session.placeOf(b)?.root;
}

function capabilities(params: InitializeParams): InitializeResult {
  const pull = params.capabilities.textDocument?.diagnostic !== undefined;
  return {
    serverInfo: { name: 'specline' },
    capabilities: {
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      completionProvider: { resolveProvider: true, triggerCharacters: [' ', ':', '.', '[', '{', ',', '-', '\n'] },
      hoverProvider: true,
      definitionProvider: true,
      documentSymbolProvider: true,
      documentLinkProvider: { resolveProvider: false },
      foldingRangeProvider: true,
      documentFormattingProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
      ...(pull ? { diagnosticProvider: { identifier: 'specline', interFileDependencies: true, workspaceDiagnostics: false } } : {}),
    },
  };
}

function registerFeatures(connection: Connection, documents: TextDocuments<TextDocument>, session: Session, client: () => CompletionClient): void {
  const projectOf = async (uri: string): Promise<LoadedProject | undefined> => {
    const place = session.placeOf(uri);
    // What needs no project works without one; the diagnostics say why it could not be read.
    return place && session.project(place.root).catch(() => undefined);
  };
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    const before = documents.get(uri)?.version;
    const items = before === undefined ? [] : await diagnosticsOf(session, uri, () => !token.isCancellationRequested && documents.get(uri)?.version === before);
    // An empty answer would read as clean; the client asks again.
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
    if (documents.get(uri)?.version !== before) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The document changed while it was checked.', { retriggerRequest: true });
    const resultId = String(hash(JSON.stringify(items)));
    if (previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  });
  connection.onRequest(CompletionRequest.type, async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    return !spec || token.isCancellationRequested ? [] : completionAt(spec, position, project, client());
  });
  connection.onCompletionResolve(resolveCompletion);
  connection.onHover(async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    return !spec || token.isCancellationRequested ? null : hoverAt(spec, position, project);
  });
  connection.onDefinition(async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    return !spec || !project || token.isCancellationRequested ? null : definitionAt(session, spec, position, project, uri);
  });
  connection.onDocumentLinks(async ({ textDocument: { uri } }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    return !spec || !project || token.isCancellationRequested ? [] : documentLinks(session, spec, project);
  });
  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const spec = session.spec(uri);
    return spec ? documentSymbols(spec) : [];
  });
  connection.onFoldingRanges(({ textDocument: { uri } }) => {
    const spec = session.spec(uri);
    return spec ? foldingRanges(spec) : [];
  });
  connection.onDocumentFormatting(({ textDocument: { uri } }) => {
    const spec = session.spec(uri);
    return spec ? formattingEdits(spec) : [];
  });
  connection.onCodeAction(async ({ textDocument: { uri }, range, context }, token) => {
    const project = await projectOf(uri);
    const place = session.placeOf(uri);
    const spec = session.spec(uri);
    // Where the comparison fails, the diagnostics say so; the spec's own fixes still hold.
    const report = project && place ? await compareAt(project, place).catch(() => undefined) : undefined;
    if (token.isCancellationRequested) return [];
    const own = spec ? specActions(spec, uri, range, context.diagnostics, project) : [];
    const actions = [...own, ...(report && project && place ? findingActions(session, report, place.path, range, project) : [])];
    return actions.filter((action) => wanted(context.only, action.kind));
  });
}

/** Whether a client that asks for some kinds of actions asks for this one; a kind includes those below it. */
function wanted(only: readonly CodeActionKind[] | undefined, kind: CodeActionKind | undefined): boolean {
  return only === undefined || only.some((one) => one === '' || kind === one || kind?.startsWith(`${one}.`) === true);
}

/** A short hash of a text (FNV-1a), to tell one result from another. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

function registerRequests(connection: Connection, session: Session): void {
  const outside = { refused: 'This file is not in a dbt project; open a folder with a dbt_project.yml.' };
  connection.onRequest(COMPARE, async ({ uri }: CompareParams) => {
    const place = session.placeOf(uri);
    return place ? refusing(`${place.path} could not be compared`, async () => compareResult(session, await session.project(place.root), place)) : outside;
  });
  connection.onRequest(RELATED, async ({ uri }: CompareParams) => {
    const place = session.placeOf(uri);
    return place ? relatedTo(session, await session.project(place.root), place) : outside;
  });
  connection.onRequest(MODELS, async ({ uri }: CompareParams) => {
    const place = session.placeOf(uri);
    return place ? modelsOf(session, await session.project(place.root)) : outside;
  });
  connection.onRequest(PROPOSE, async (params: ProposeParams) => {
    const place = session.placeOf(params.uri);
    return place ? refusing(`Nothing could be proposed for ${params.model}`, async () => propose(session, await session.project(place.root), params)) : outside;
  });
}

/** The answer, or why there is none as one sentence for the person. */
async function refusing<T>(what: string, answer: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await answer();
  } catch (error) {
    return { refused: `${what}: ${error instanceof Error ? error.message : String(error)}; try again, and restart the server if it stays so.` };
  }
}
