import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isRefusal, MODELS, RELATED, type RelatedResult, type Refusal } from '../server/protocol';

/** The file a command is about: the one it was called on, else the one in the editor. */
export function targetUri(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  return vscode.window.activeTextEditor?.document.uri;
}

/** A file that tells the server which project is meant, also when no editor is open. */
export async function anchorUri(argument: unknown): Promise<vscode.Uri | undefined> {
  const target = targetUri(argument);
  if (target?.scheme === 'file') return target;
  const [project] = await vscode.workspace.findFiles('**/dbt_project.yml', '**/{dbt_packages,node_modules,target}/**', 1);
  if (!project) void vscode.window.showWarningMessage('Specline: this workspace has no dbt_project.yml; open a folder with a dbt project.');
  return project;
}

/** The model a command is about: the one of the file, else one the person picks or types. */
export async function modelFor(client: LanguageClient, uri: vscode.Uri, prompt: string): Promise<string | undefined> {
  const related = await client.sendRequest<RelatedResult | Refusal>(RELATED, { uri: uri.toString() });
  if (!isRefusal(related) && related.model !== null) return related.model;
  const models = await client.sendRequest<string[]>(MODELS, { uri: uri.toString() });
  const other = '$(edit) Another name…';
  const picked = await vscode.window.showQuickPick([...models, other], { placeHolder: prompt });
  return picked === other ? vscode.window.showInputBox({ prompt, placeHolder: 'customer_value' }) : picked;
}
