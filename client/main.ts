import * as vscode from 'vscode';
import { compareCommand } from './commands/compare';
import { openSpecCommand } from './commands/openSpec';
import { proposeCommand } from './commands/propose';
import { registerLenses } from './lenses';
import { keepMenus } from './menus';
import { createProposals } from './proposal';
import { startServer, type Server } from './server';
import { createSideBySide } from './sideBySide';
import { keepStatus } from './status';

/** What tests of the packaged extension may look at. */
export interface Api {
  /** Settles when the language server answers. */
  ready: Promise<void>;
  /** The HTML last shown in the side-by-side view. */
  shown(): string | undefined;
}

let server: Server | undefined;

/** Starts the language server and registers the commands. Nothing of the workspace is executed. */
export function activate(context: vscode.ExtensionContext): Api {
  const started = startServer(context, context.asAbsolutePath('dist/server.js'));
  server = started;
  const view = createSideBySide(context, started);
  const proposals = createProposals();
  context.subscriptions.push(
    view,
    proposals,
    keepMenus(started),
    keepStatus(started),
    registerLenses(),
    vscode.commands.registerCommand('specline.newBusinessSpec', proposeCommand(started, proposals, 'business')),
    vscode.commands.registerCommand('specline.generateTechnicalSpec', proposeCommand(started, proposals, 'technical')),
    vscode.commands.registerCommand('specline.inferTechnicalSpec', proposeCommand(started, proposals, 'infer')),
    vscode.commands.registerCommand('specline.applyProposal', proposals.apply),
    vscode.commands.registerCommand('specline.discardProposal', proposals.discard),
    vscode.commands.registerCommand('specline.diff', compareCommand(started, view)),
    vscode.commands.registerCommand('specline.openSpec', openSpecCommand(started)),
    vscode.commands.registerCommand('specline.restartServer', () => started.restart()),
  );
  return { ready: started.ready, shown: () => view.shown() };
}

/** Stops the language server. */
export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
