import * as vscode from 'vscode';
import type { Server, ServerState } from './server';

const TEXTS: Readonly<Record<ServerState, string>> = { starting: 'Specline is starting', running: 'Specline is running', stopped: 'Specline’s language server is not running' };

/** Says in the language status of specs whether the server runs, and restarts it from there. */
export function keepStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('specline.server', { language: 'dbt-spec' });
  item.name = 'Specline';
  item.command = { command: 'specline.restartServer', title: 'Restart Server' };
  const show = (state: ServerState): void => {
    item.text = TEXTS[state];
    item.busy = state === 'starting';
    item.severity = state === 'stopped' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  };
  show('starting');
  return vscode.Disposable.from(item, server.onState(show));
}
