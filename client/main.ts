import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { compareCommand } from './commands/compare';
import { openSpecCommand } from './commands/openSpec';
import { proposeCommand } from './commands/propose';
import { CHANGED } from '../server/protocol';
import { createSideBySide } from './sideBySide';

/** What tests of the packaged extension may look at. */
export interface Api {
  /** Settles when the language server answers. */
  ready: Promise<void>;
  /** The HTML last shown in the side-by-side view. */
  shown(): string | undefined;
}

let client: LanguageClient | undefined;

/** Starts the language server and registers the commands. Nothing of the workspace is executed. */
export function activate(context: vscode.ExtensionContext): Api {
  const module = context.asAbsolutePath('dist/server.js');
  const run = { module, transport: TransportKind.ipc };
  const started = new LanguageClient('specline', 'Specline', { run, debug: run }, {
    documentSelector: [{ scheme: 'file', language: 'dbt-spec' }, { scheme: 'file', pattern: '**/*.{business,technical}.spec.{yml,yaml}' }, { scheme: 'file', pattern: '**/*.sql' }],
  });
  client = started;
  const view = createSideBySide(context, started);
  context.subscriptions.push(
    view,
    vscode.commands.registerCommand('specline.newBusinessSpec', proposeCommand(started, 'business')),
    vscode.commands.registerCommand('specline.generateTechnicalSpec', proposeCommand(started, 'technical')),
    vscode.commands.registerCommand('specline.inferTechnicalSpec', proposeCommand(started, 'infer')),
    vscode.commands.registerCommand('specline.diff', compareCommand(view)),
    vscode.commands.registerCommand('specline.openSpec', openSpecCommand(started)),
    vscode.commands.registerCommand('specline.restartServer', () => started.restart()),
  );
  const ready = started.start();
  context.subscriptions.push(started.onNotification(CHANGED, () => view.refresh()));
  return { ready, shown: () => view.shown() };
}

/** Stops the language server. */
export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
