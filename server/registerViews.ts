import { codeLenses, resolveLens } from './features/codeLens';
import { executeCommand } from './features/executeCommand';
import { inlayHints } from './features/inlayHint';
import { createTokenMemory, semanticTokens } from './features/semanticTokens';
import { CHECK_WORKSPACE, LENS_COMMANDS } from './protocol';
import type { Serving } from './serving';

/** Serves what is shown with a document without being asked for: lenses, semantic tokens, inlay hints. */
export function registerViews(serving: Serving, checkAll: () => Promise<void>): void {
  const { connection, session, documents } = serving;
  const tokens = createTokenMemory();
  documents.onDidClose(({ document }) => tokens.forget(document.uri));
  connection.onCodeLens(async ({ textDocument: { uri } }, token) => {
    if (!serving.settings().codeLens) return [];
    const project = await serving.projectOf(uri);
    const place = session.placeOf(uri);
    return !project || !place || token.isCancellationRequested ? [] : codeLenses(uri, session.spec(uri), place, project);
  });
  connection.onCodeLensResolve(async (lens) => resolveLens(session, lens, await serving.projectOf((lens.data as { uri: string }).uri)));
  connection.onExecuteCommand(async ({ command, arguments: args = [] }) => {
    if (command === CHECK_WORKSPACE) await checkAll();
    else if (LENS_COMMANDS.includes(command)) await executeCommand(serving, command, args);
    return null;
  });
  const tokensOf = async (uri: string, range?: Parameters<typeof semanticTokens>[2]): Promise<number[]> => {
    if (!serving.settings().semanticTokens) return [];
    const project = await serving.projectOf(uri);
    const spec = session.spec(uri);
    return spec ? semanticTokens(spec, project ?? { project: undefined, specs: [spec] }, range) : [];
  };
  connection.languages.semanticTokens.on(async ({ textDocument: { uri } }) => tokens.full(uri, await tokensOf(uri)));
  connection.languages.semanticTokens.onDelta(async ({ textDocument: { uri }, previousResultId }) => tokens.delta(uri, await tokensOf(uri), previousResultId));
  connection.languages.semanticTokens.onRange(async ({ textDocument: { uri }, range }) => ({ data: await tokensOf(uri, range) }));
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }, token) => {
    const project = await serving.projectOf(uri);
    const spec = session.spec(uri);
    return !spec || !project || token.isCancellationRequested ? [] : inlayHints(spec, range, project, serving.settings());
  });
}
