import * as vscode from 'vscode';
import { isRefusal, MODELS, type ModelEntry, type Refusal } from '../server/protocol';
import { projectFiles } from './projects';
import type { Server } from './server';

const SETTLE_MS = 500;

/**
 * Keeps the keys that the menus' when-clauses ask for: `specline.hasProject`, and `specline.models` with the paths of
 * models, so that nothing is offered on SQL that is no model.
 */
export function keepMenus(server: Server): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let known = '';
  const update = async (): Promise<void> => {
    const projects = await projectFiles();
    const entries = await Promise.all(projects.map((uri) => server.quietly<ModelEntry[] | Refusal>(MODELS, { uri: uri.toString() })));
    const paths = entries.flatMap((list) => (list && !isRefusal(list) ? list : []).flatMap(({ modelUri }) => (modelUri === null ? [] : [vscode.Uri.parse(modelUri).fsPath])));
    const now = JSON.stringify([projects.length > 0, paths]);
    if (now === known) return;
    known = now;
    await vscode.commands.executeCommand('setContext', 'specline.hasProject', projects.length > 0);
    await vscode.commands.executeCommand('setContext', 'specline.models', paths);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), SETTLE_MS);
  };
  void vscode.commands.executeCommand('setContext', 'specline.active', true);
  void update();
  return vscode.Disposable.from(
    server.onChanged(soon),
    server.onState((state) => state === 'running' && soon()),
    vscode.workspace.onDidChangeWorkspaceFolders(soon),
    { dispose: () => clearTimeout(timer) },
  );
}
