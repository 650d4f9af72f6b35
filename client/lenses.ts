import * as vscode from 'vscode';
import type { Location, Position } from 'vscode-languageclient/node';
import { LENS_COMPARE, LENS_GENERATE, LENS_TESTS } from '../server/protocol';

/** The commands of code lenses; what the server sends is turned into what VS Code's own commands take. */
export function registerLenses(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(LENS_COMPARE, (uri: string) => vscode.commands.executeCommand('specline.diff', vscode.Uri.parse(uri))),
    vscode.commands.registerCommand(LENS_GENERATE, (uri: string, model: string) => vscode.commands.executeCommand('specline.generateTechnicalSpec', vscode.Uri.parse(uri), model)),
    vscode.commands.registerCommand(LENS_TESTS, (uri: string, position: Position, locations: Location[]) =>
      vscode.commands.executeCommand(
        'editor.action.showReferences',
        vscode.Uri.parse(uri),
        new vscode.Position(position.line, position.character),
        locations.map(({ uri: file, range: { start, end } }) => new vscode.Location(vscode.Uri.parse(file), new vscode.Range(start.line, start.character, end.line, end.character))),
      ),
    ),
  );
}
