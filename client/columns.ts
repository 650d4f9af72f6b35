import * as vscode from 'vscode';

/**
 * The column to open a file in: where it is shown already, else the first that may be covered, else a new one beside.
 * `kept` are columns that may not be covered.
 */
export function columnFor(target: vscode.Uri, kept: readonly (vscode.ViewColumn | undefined)[]): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all.filter((group) => !kept.includes(group.viewColumn));
  const showing = groups.find((group) => group.tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === target.toString()));
  const free = groups.find((group) => !(group.activeTab?.input instanceof vscode.TabInputWebview));
  return (showing ?? free)?.viewColumn ?? vscode.ViewColumn.Beside;
}
