import { DocumentDiagnosticReportKind, LSPErrorCodes, ResponseError, type CancellationToken, type Diagnostic, type FullDocumentDiagnosticReport, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver';
import { technicalOf, businessOfModel } from './compareDocument';
import { diagnosticsOf } from './features/diagnostics';
import { filesToCheck, summaryOf } from './features/workspaceDiagnostics';
import { say } from './say';
import type { Serving } from './serving';
import type { LoadedProject } from './session';

/** How long nothing changes before files that are not open are checked anew. */
const PAUSE_MS = 1000;

export interface WorkspaceChecks {
  /** Something was edited, saved or changed on disk, or the settings did. */
  changed(): void;
  /** The answer to the command that checks everything. */
  checkAll(): Promise<void>;
}

/**
 * Serves diagnostics to clients that ask for them, for one document or the workspace, and those of files that are not open
 * where a person wants them. `projects` are all of the workspace.
 */
export function registerDiagnostics(serving: Serving, projects: () => Promise<LoadedProject[]>): WorkspaceChecks {
  const { connection, documents, session, client } = serving;
  const pushed = new Set<string>();
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    const before = documents.get(uri)?.version;
    const items = before === undefined ? [] : await diagnosticsOf(session, uri, undefined, () => !token.isCancellationRequested && documents.get(uri)?.version === before);
    const related = client().relatedDocuments && before !== undefined && !token.isCancellationRequested ? await relatedReports(serving, uri) : {};
    // An empty answer would read as clean; the client asks again.
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
    if (documents.get(uri)?.version !== before) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The document changed while it was checked.', { retriggerRequest: true });
    const report = fullReport(items);
    const more = Object.keys(related).length > 0 ? { relatedDocuments: related } : {};
    if (previousResultId !== undefined && previousResultId === report.resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: previousResultId, ...more };
    return { ...report, ...more };
  });

  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const items = await workspaceReports(serving, await projects(), known, token);
      // Clients ask again at once: an answer without news waits for some.
      if (known.size === 0 || items.some(({ kind }) => kind === DocumentDiagnosticReportKind.Full) || items.length !== known.size) return { items };
      await untilChanged(waiting, token);
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The request was cancelled.', { retriggerRequest: false });
    }
  });

  /** Checks what is not open, and tells the client of it. */
  const pushClosed = async (): Promise<Diagnostic[][]> => {
    const found: Diagnostic[][] = [];
    const seen = new Set<string>();
    for (const project of await projects()) {
      for (const { uri, spec } of filesToCheck(session, project)) {
        const open = documents.get(uri) !== undefined;
        const diagnostics = await diagnosticsOf(session, uri, open ? session.spec(uri) : spec);
        found.push(diagnostics);
        // It may have been opened meanwhile; what is open is told on its own.
        if (documents.get(uri) === undefined) await connection.sendDiagnostics({ uri, diagnostics });
        seen.add(uri);
      }
    }
    for (const uri of pushed) if (!seen.has(uri)) await connection.sendDiagnostics({ uri, diagnostics: [] });
    pushed.clear();
    seen.forEach((uri) => pushed.add(uri));
    return found;
  };

  documents.onDidOpen(({ document: { uri } }) => {
    if (pushed.delete(uri) && client().pull) connection.sendDiagnostics({ uri, diagnostics: [] }).catch(() => undefined);
  });

  const failed = (error: unknown): void => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return {
    changed() {
      waiting.forEach((settle) => settle());
      clearTimeout(timer);
      // A client that asks for the workspace's diagnostics does not need to be told.
      if (serving.settings().workspaceDiagnostics && !client().pullsWorkspace) timer = setTimeout(() => void pushClosed().catch(failed), PAUSE_MS).unref();
    },
    async checkAll() {
      const found = await pushClosed();
      say(connection, summaryOf(found));
    },
  };
}

function fullReport(items: Diagnostic[]): FullDocumentDiagnosticReport & { resultId: string } {
  return { kind: DocumentDiagnosticReportKind.Full, resultId: String(hash(JSON.stringify(items))), items };
}

/** Reports of the open documents whose verdicts a document has a part in: its specs and its model. */
async function relatedReports({ session, documents, projectOf }: Serving, uri: string): Promise<Record<string, FullDocumentDiagnosticReport>> {
  const project = await projectOf(uri);
  const place = session.placeOf(uri);
  if (!project || !place) return {};
  const { spec, node, model } = technicalOf(project, place.path);
  const paths = [spec?.path, businessOfModel(project, model)?.path, node?.file].flatMap((path) => (path === undefined || path === place.path ? [] : [path]));
  const open = paths.map((path) => session.uriOf(project.root, path)).filter((one) => documents.get(one) !== undefined);
  return Object.fromEntries(await Promise.all(open.map(async (one) => [one, fullReport(await diagnosticsOf(session, one))] as const)));
}

async function workspaceReports({ session, documents }: Serving, projects: readonly LoadedProject[], known: ReadonlyMap<string, string>, token: CancellationToken): Promise<WorkspaceDocumentDiagnosticReport[]> {
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  for (const project of projects) {
    for (const { uri, spec } of filesToCheck(session, project)) {
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
      const version = documents.get(uri)?.version ?? null;
      const report = fullReport(await diagnosticsOf(session, uri, version === null ? spec : session.spec(uri)));
      items.push(known.get(uri) === report.resultId ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: report.resultId, uri, version } : { ...report, uri, version });
    }
  }
  // What is gone has nothing wrong with it any more.
  const seen = new Set(items.map(({ uri }) => uri));
  const empty = fullReport([]);
  const gone = [...known].filter(([uri]) => !seen.has(uri));
  return [...items, ...gone.map(([uri, value]): WorkspaceDocumentDiagnosticReport => (value === empty.resultId ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: value, uri, version: null } : { ...empty, uri, version: null }))];
}

function untilChanged(waiting: Set<() => void>, token: CancellationToken): Promise<void> {
  return new Promise((settle) => {
    const done = (): void => {
      waiting.delete(done);
      cancelled.dispose();
      settle();
    };
    const cancelled = token.onCancellationRequested(done);
    waiting.add(done);
  });
}

/** A short hash of a text (FNV-1a), to tell one result from another. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
