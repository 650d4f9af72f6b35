import {
  CodeActionKind, CompletionRequest, DidChangeWatchedFilesNotification, DocumentDiagnosticReportKind, TextDocuments, TextDocumentSyncKind,
  type CancellationToken, type Connection, type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SqlService } from '../engine/sql';
import { compareAt } from './compareDocument';
import { findingActions, specActions } from './features/codeAction';
import { compareResult, relatedTo } from './features/compare';
import { completionAt, resolveCompletion } from './features/completion';
import { definitionAt } from './features/definition';
import { diagnosticsOf } from './features/diagnostics';
import { documentLinks } from './features/documentLink';
import { documentSymbols } from './features/documentSymbol';
import { foldingRanges } from './features/foldingRange';
import { formattingEdits } from './features/formatting';
import { hoverAt } from './features/hover';
import { modelsOf } from './features/models';
import { propose } from './features/propose';
import { CHANGED, COMPARE, MODELS, PROPOSE, RELATED, type CompareParams, type ProposeParams } from './protocol';
import { createSession, type LoadedProject, type Session } from './session';

const WATCHED = ['**/*.{sql,py,yml,yaml,csv}', '**/manifest.json', '**/catalog.json'];

/** Serves LSP 3.17 on a connection until it ends. `sql` analyses SQL; in production it is a worker thread. */
export function startServer(connection: Connection, sql: SqlService): void {
  const documents = new TextDocuments(TextDocument);
  const session = createSession(documents, sql);
  let pull = false;
  let watches = false;

  connection.onInitialize((params) => {
    pull = params.capabilities.textDocument?.diagnostic !== undefined;
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return capabilities(params);
  });
  connection.onInitialized(() => {
    if (watches) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) });
  });
  registerFeatures(connection, documents, session);
  registerRequests(connection, session);

  const refresh = (): void => {
    void connection.sendNotification(CHANGED);
    if (pull) connection.languages.diagnostics.refresh();
    else for (const document of documents.all()) void push(document.uri);
  };
  const push = async (uri: string): Promise<void> => {
    const version = documents.get(uri)?.version;
    if (version === undefined) return;
    const diagnostics = await diagnosticsOf(session, uri).catch(() => undefined);
    // A later version has its own run on the way; this answer would only flicker.
    if (diagnostics && documents.get(uri)?.version === version) void connection.sendDiagnostics({ uri, version, diagnostics });
  };
  documents.onDidChangeContent(({ document }) => {
    void connection.sendNotification(CHANGED);
    if (!pull) for (const open of documents.all()) if (sameProject(session, open.uri, document.uri)) void push(open.uri);
  });
  documents.onDidClose(({ document }) => {
    session.close(document.uri);
    if (!pull) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  documents.onDidSave(({ document }) => {
    const place = session.placeOf(document.uri);
    if (place) session.forget(place.root);
    refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const roots = new Set(changes.flatMap((change) => session.placeOf(change.uri)?.root ?? session.roots()));
    roots.forEach((root) => session.forget(root));
    if (roots.size > 0) refresh();
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

function registerFeatures(connection: Connection, documents: TextDocuments<TextDocument>, session: Session): void {
  const projectOf = async (uri: string): Promise<LoadedProject | undefined> => {
    const place = session.placeOf(uri);
    return place && session.project(place.root);
  };
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    const before = documents.get(uri)?.version;
    const items = before === undefined ? [] : await diagnosticsOf(session, uri);
    if (stale(token, documents, uri, before)) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const resultId = String(hash(JSON.stringify(items)));
    if (previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  });
  connection.onRequest(CompletionRequest.type, async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    return !spec || token.isCancellationRequested ? [] : completionAt(spec, position, project);
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
    const report = project && place ? await compareAt(project, place) : undefined;
    if (token.isCancellationRequested) return [];
    const own = spec ? specActions(spec, uri, range, context.diagnostics, project) : [];
    return [...own, ...(report && project && place ? findingActions(session, report, place.path, range, project) : [])];
  });
}

function stale(token: CancellationToken, documents: TextDocuments<TextDocument>, uri: string, before: number | undefined): boolean {
  return token.isCancellationRequested || documents.get(uri)?.version !== before;
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
    return place ? compareResult(session, await session.project(place.root), place) : outside;
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
    return place ? propose(session, await session.project(place.root), params) : outside;
  });
}
