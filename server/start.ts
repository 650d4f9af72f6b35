import {
  CodeLensRefreshRequest, CompletionRequest, DiagnosticRefreshRequest, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, DidChangeWorkspaceFoldersNotification, InlayHintRefreshRequest, RegistrationRequest, SemanticTokensRefreshRequest, TextDocuments,
  type CodeActionKind, type Connection,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SqlService } from '../engine/sql';
import type { DiskCache } from '../platform/diskCache';
import { capabilities } from './capabilities';
import { clientFeatures } from './clientFeatures';
import { compareAt } from './compareDocument';
import { findingActions, specActions } from './features/codeAction';
import { compareResult, relatedTo } from './features/compare';
import { completionAt, nodeOfItem, resolveCompletion, rootOfItem } from './features/completion';
import { definitionAt } from './features/definition';
import { documentLinks } from './features/documentLink';
import { documentSymbols } from './features/documentSymbol';
import { foldingRanges } from './features/foldingRange';
import { hoverAt } from './features/hover';
import { metaSpecCompletion, metaSpecDefinition, metaSpecHover } from './features/metaSpec';
import { modelDefinitionAt } from './features/modelDefinition';
import { modelHoverAt } from './features/modelHover';
import { modelsOf } from './features/models';
import { propose } from './features/propose';
import { fixAllActions, refactorings } from './features/refactor';
import { withRuns, yamlTestHover } from './features/runHover';
import { CHANGED, COMPARE, MODELS, PROPOSE, RELATED, type CompareParams, type ProposeParams, type Refusal } from './protocol';
import { createPusher } from './pushing';
import { registerDiagnostics } from './registerDiagnostics';
import { registerEditing } from './registerEditing';
import { registerNames } from './registerNames';
import { registerSettings } from './registerSettings';
import { registerViews } from './registerViews';
import type { Serving } from './serving';
import { createSession, isRunResults, type LoadedProject, type Session } from './session';
import { DEFAULT_SETTINGS, settingsOf, type Settings } from './settings';
import { workspaceProjects } from './workspaceProjects';

const WATCHED = ['**/*.{sql,py,yml,yaml,csv,md}', '**/{manifest,catalog,run_results}.json', '**/.dbtignore'];

/** How long nobody types before lenses and hints of other documents follow. */
const PAUSE_MS = 500;
/** What shows comparisons asks for them anew so long after a change. */
const CHANGED_AFTER_MS = 50;

/** Serves LSP 3.17 on a connection until it ends. `sql` analyses SQL; in production it is a worker thread. `cache` is kept between runs. */
export function startServer(connection: Connection, sql: SqlService & { warmUp?(): void }, cache?: DiskCache): void {
  const documents = new TextDocuments(TextDocument);
  const session = createSession(documents, sql, { ...(cache ? { cache } : {}), changed: (uri) => void filesChanged([uri]).catch(failed), settingsRead: (root, paths) => settingsFiles.read(root, paths) });
  let client = clientFeatures({});
  let folders: string[] = [];
  let settings: Settings = DEFAULT_SETTINGS;
  const failed = (error: unknown): void => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));

  connection.onInitialize((params) => {
    client = clientFeatures(params.capabilities, params.initializationOptions);
    settings = settingsOf((params.initializationOptions as { settings?: unknown } | undefined)?.settings);
    folders = (params.workspaceFolders ?? []).map(({ uri }) => uri);
    return capabilities(client);
  });
  connection.onInitialized(() => {
    checks.changed();
    configure().catch(failed);
    if (client.tellsConfiguration) connection.client.register(DidChangeConfigurationNotification.type, { section: 'specline' }).catch(failed);
    const { registered } = client.specFeatures;
    if (registered.length > 0) connection.sendRequest(RegistrationRequest.type, { registrations: registered.map((one) => ({ id: `specs ${one.method}`, ...one })) }).catch(failed);
    if (client.watches) connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) }).catch(failed);
  });
  const serving: Serving = {
    connection, documents, session,
    client: () => client,
    settings: () => settings,
    names: new Map(),
    async projectOf(uri) {
      const place = session.placeOf(uri);
      // What needs no project works without one; the diagnostics say why it could not be read.
      return place && session.project(place.root).catch(() => undefined);
    },
  };
  registerFeatures(serving);
  const projects = (): Promise<LoadedProject[]> => workspaceProjects(serving, folders);
  const checks = registerDiagnostics(serving, projects);
  registerNames(serving, projects);
  registerViews(serving, checks.checkAll);
  registerEditing(serving);
  const settingsFiles = registerSettings(serving, () => folders, () => refresh());
  registerRequests(connection, session);

  /** Reads the settings where the client gives them, and has shown anew what depends on them. */
  const configure = async (given?: unknown): Promise<void> => {
    if (client.configuration) settings = settingsOf(await connection.workspace.getConfiguration('specline'));
    else if (given !== undefined) settings = settingsOf((given as { specline?: unknown } | null)?.specline);
    else return;
    refreshViews();
    checks.changed();
  };
  const ask = (wanted: boolean, type: { method: string }): void => {
    if (wanted) connection.sendRequest(type.method).catch(failed);
  };
  const refreshViews = (): void => {
    ask(client.refresh.codeLens, CodeLensRefreshRequest.type);
    ask(client.refresh.semanticTokens, SemanticTokensRefreshRequest.type);
    ask(client.refresh.inlayHints, InlayHintRefreshRequest.type);
  };
  connection.onDidChangeConfiguration((change) => void configure(change.settings).catch(failed));
  let telling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    serving.names.clear();
    // The answers come first, and for many changes one word is enough.
    telling ??= setTimeout(() => {
      telling = undefined;
      connection.sendNotification(CHANGED).catch(failed);
    }, CHANGED_AFTER_MS).unref();
    checks.changed();
  };
  const pusher = createPusher(session, {
    get: (uri) => documents.get(uri),
    uris: () => documents.keys(),
    send: (uri, version, diagnostics) => connection.sendDiagnostics({ uri, ...(version === undefined ? {} : { version }), diagnostics }),
    failed,
  });
  const refresh = (): void => {
    changed();
    refreshViews();
    if (!client.pull) pusher.again();
    else if (client.refresh.diagnostics) connection.sendRequest(DiagnosticRefreshRequest.type).catch(failed);
  };
  let later: NodeJS.Timeout | undefined;
  documents.onDidOpen(({ document: { uri } }) => {
    // A comparison comes next, and its parser takes long to load; whoever has business specs open alone does without it.
    if (/\.(sql|technical\.spec\.ya?ml)$/.test(uri)) sql.warmUp?.();
  });
  documents.onDidChangeContent(({ document }) => {
    changed();
    // What other documents show follows when typing pauses; the client asks anew for this one by itself.
    clearTimeout(later);
    later = setTimeout(refreshViews, PAUSE_MS).unref();
    if (!client.pull) pusher.changed(document.uri);
  });
  documents.onDidClose(({ document: { uri } }) => {
    // What was unsaved in it no longer counts, for the other documents either.
    const reloads = session.close(uri);
    const reloading = reloads ? session.changed([uri]) : undefined;
    changed();
    if (client.pull) return;
    pusher.closed(uri);
    reloading?.then(() => pusher.again((open) => sameProject(session, open, uri))).catch(failed);
  });
  /** No verdict rests on what the last run found; lenses and the side-by-side view say it, and hovers are asked for when they are shown. */
  const tellRuns = (): void => {
    connection.sendNotification(CHANGED).catch(failed);
    ask(client.refresh.codeLens, CodeLensRefreshRequest.type);
  };
  /** Has shown anew what a change of files concerns; nothing where a project says after it what it said before. */
  const filesChanged = async (uris: readonly string[]): Promise<void> => {
    const moved = uris.some((uri) => uri.endsWith('/dbt_project.yml'));
    if (moved) session.forgetRoots();
    const roots = await session.changed(uris);
    if (!moved && roots.length > 0 && uris.every(isRunResults)) return tellRuns();
    if (moved || roots.length > 0) refresh();
  };
  documents.onDidSave(({ document }) => void filesChanged([document.uri]).catch(failed));
  connection.onDidChangeWatchedFiles(({ changes }) => void filesChanged(changes.map(({ uri }) => uri)).catch(failed));
  connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event }) => {
    folders = [...folders.filter((folder) => !event.removed.some(({ uri }) => uri === folder)), ...event.added.map(({ uri }) => uri)];
    checks.changed();
  });
  documents.listen(connection);
  connection.listen();
}

function sameProject(session: Session, a: string, b: string): boolean {
  return a === b || session.placeOf(a)?.root === session.placeOf(b)?.root;
}

function registerFeatures({ connection, session, documents, client, projectOf }: Serving): void {
  const textOf = (uri: string): string => documents.get(uri)?.getText() ?? '';
  connection.onRequest(CompletionRequest.type, async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri) ?? session.settingsFile(uri);
    const place = session.placeOf(uri);
    if (token.isCancellationRequested) return [];
    if (spec) return completionAt(spec, position, project, client());
    return project && place ? metaSpecCompletion(textOf(uri), place, position, project) : [];
  });
  connection.onCompletionResolve(async (item) => {
    const named = nodeOfItem(item);
    const root = rootOfItem(item);
    const template = root !== undefined && session.roots().includes(root) ? session.settings(root).template : undefined;
    return resolveCompletion(item, named && session.roots().includes(named.root) ? await session.project(named.root).catch(() => undefined) : undefined, template);
  });
  connection.onHover(async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri) ?? session.settingsFile(uri);
    const place = session.placeOf(uri);
    if (token.isCancellationRequested) return null;
    if (spec) return withRuns(hoverAt(spec, position, project), spec, position, project);
    if (!project || !place) return null;
    return metaSpecHover(textOf(uri), place, position, project) ?? (await yamlTestHover(textOf(uri), place, position, project)) ?? modelHoverAt(session, project, place, position);
  });
  connection.onDefinition(async ({ textDocument: { uri }, position }, token) => {
    const project = await projectOf(uri);
    const spec = session.spec(uri);
    const place = session.placeOf(uri);
    if (!project || !place || token.isCancellationRequested) return null;
    if (spec) return definitionAt(session, spec, position, project, uri);
    const pointed = metaSpecDefinition(session, textOf(uri), place, position, project);
    return pointed.length > 0 ? pointed : modelDefinitionAt(session, project, place, position);
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
    return spec ? foldingRanges(spec) : null;
  });
  connection.onCodeAction(async ({ textDocument: { uri }, range, context }, token) => {
    const project = await projectOf(uri);
    const place = session.placeOf(uri);
    const spec = session.spec(uri);
    // Where the comparison fails, the diagnostics say so; the spec's own fixes still hold.
    const report = project && place ? await compareAt(project, place).catch(() => undefined) : undefined;
    if (token.isCancellationRequested) return [];
    const own = spec ? [...specActions(spec, uri, range, context.diagnostics, project), ...refactorings(session, spec, uri, range, project)] : [];
    // What mends all is not offered at every light bulb, only where it is asked for.
    const all = spec && context.only !== undefined ? fixAllActions(spec, uri) : [];
    const actions = [...own, ...all, ...(report && project && place ? findingActions(session, report, place.path, range, project) : [])];
    return actions.filter((action) => wanted(context.only, action.kind));
  });
}

/** Whether a client that asks for some kinds of actions asks for this one; a kind includes those below it. */
function wanted(only: readonly CodeActionKind[] | undefined, kind: CodeActionKind | undefined): boolean {
  return only === undefined || only.some((one) => one === '' || kind === one || kind?.startsWith(`${one}.`) === true);
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
