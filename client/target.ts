import * as vscode from 'vscode';
import { isIn, projectFiles, shown } from './projects';

/** The file a command is about: the one it was called on, else the one in the editor. */
export function targetUri(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  return vscode.window.activeTextEditor?.document.uri;
}

/**
 * A file that tells the server which project is meant: the target where it is in one, else a project of the workspace,
 * which the person picks where there are several. Undefined where there is none, after the person was told, or none was picked.
 */
export async function anchorUri(argument: unknown): Promise<vscode.Uri | undefined> {
  const target = targetUri(argument);
  const projects = await projectFiles();
  if (target?.scheme === 'file' && (argument instanceof vscode.Uri || projects.length === 0 || projects.some((project) => isIn(project, target)))) return target;
  const [only, ...others] = projects;
  if (!only) void vscode.window.showWarningMessage('Specline: this workspace has no dbt_project.yml; open a folder with a dbt project.');
  if (others.length === 0) return only;
  const picked = await vscode.window.showQuickPick(projects.map((uri) => ({ label: shown(uri).replace(/\/?dbt_project\.yml$/, '') || shown(uri), uri })), { placeHolder: 'Which dbt project?' });
  return picked?.uri;
}
