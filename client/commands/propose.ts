import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isRefusal, PROPOSE, type ProposeParams, type ProposeResult, type Refusal } from '../../server/protocol';
import { anchorUri, modelFor } from '../target';

const PROMPTS = { business: 'Which model will answer the question?', technical: 'Generate the technical spec of which model?', infer: 'Infer the technical spec of which model?' } as const;

/**
 * New, generate and infer: the server proposes a text; a new file opens unsaved for the person to look at, an existing
 * one is shown as a difference first and changed only when the person says so.
 */
export function proposeCommand(client: LanguageClient, what: ProposeParams['what']): (argument?: unknown, model?: unknown) => Promise<void> {
  return async (argument, named) => {
    const anchor = await anchorUri(argument);
    if (!anchor) return;
    const model = typeof named === 'string' ? named : await modelFor(client, anchor, PROMPTS[what]);
    if (model === undefined || model === '') return;
    const params: ProposeParams = { uri: anchor.toString(), what, model };
    const result = await client.sendRequest<ProposeResult | Refusal>(PROPOSE, params);
    if (isRefusal(result)) void vscode.window.showWarningMessage(`Specline: ${result.refused}`);
    else await apply(result);
  };
}

async function apply(result: ProposeResult): Promise<void> {
  const uri = vscode.Uri.parse(result.uri);
  if (result.before === null) {
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { ignoreIfExists: true });
    edit.insert(uri, new vscode.Position(0, 0), result.text);
    if (await vscode.workspace.applyEdit(edit)) await vscode.window.showTextDocument(uri);
    return;
  }
  if (result.before === result.text) {
    void vscode.window.showInformationMessage(result.kept.length === 0 ? 'Specline: the spec already says all of it; nothing to add.' : `Specline: nothing to add. ${leftAsIs(result.kept)}`);
    return;
  }
  const proposed = await vscode.workspace.openTextDocument({ language: 'dbt-spec', content: result.text });
  await vscode.commands.executeCommand('vscode.diff', uri, proposed.uri, 'Specline: what would be added');
  const add = 'Add it';
  const choice = await vscode.window.showInformationMessage(`Specline found more for this spec. What you wrote stays as it is.${result.kept.length === 0 ? '' : ` ${leftAsIs(result.kept)}`}`, { modal: false }, add);
  if (choice !== add) return;
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.getText() !== result.before) {
    void vscode.window.showWarningMessage('Specline: the spec changed meanwhile; run the command again.');
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length)), result.text);
  if (await vscode.workspace.applyEdit(edit)) await vscode.window.showTextDocument(uri);
}

function leftAsIs(kept: readonly string[]): string {
  return `Left as you wrote it, though the proposal says something else: ${kept.join(', ')}.`;
}
