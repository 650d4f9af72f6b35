import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

const folder = (): vscode.Uri => (vscode.workspace.workspaceFolders?.[0] as vscode.WorkspaceFolder).uri;
export const at = (path: string): vscode.Uri => vscode.Uri.joinPath(folder(), path);
export const SPEC = 'specs/marts/customer_value.technical.spec.yml';
export const MODEL = 'models/marts/customer_value.sql';

export function positionOf(document: vscode.TextDocument, needle: string, after = 0): vscode.Position {
  const index = document.getText().indexOf(needle);
  assert.notEqual(index, -1, `${needle} is in ${document.uri.path}`);
  return document.positionAt(index + after);
}

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length)), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Codes of what Specline says of a document. */
export const codes = (uri: vscode.Uri): string[] => vscode.languages.getDiagnostics(uri).filter((d) => d.source === 'specline').map((d) => String(d.code));
