import * as vscode from 'vscode';

/** `dbt_project.yml` of every dbt project in the workspace's folders. */
export async function projectFiles(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles('**/dbt_project.yml', '**/{dbt_packages,dbt_modules,node_modules,target,.venv,venv}/**');
  return found.sort((a, b) => a.path.length - b.path.length || a.path.localeCompare(b.path));
}

/** Whether a file stands in the project of that `dbt_project.yml`. */
export function isIn(project: vscode.Uri, file: vscode.Uri): boolean {
  return file.path.startsWith(project.path.slice(0, project.path.lastIndexOf('/') + 1));
}

/** The path a person knows a file by. */
export function shown(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}
