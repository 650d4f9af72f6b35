import * as vscode from 'vscode';
import type { RelatedResult } from '../server/protocol';

/** Says that something is missing and offers the commands that make it, for the model behind a file. */
export async function offerSpecs(message: string, uri: vscode.Uri, { model, modelUri, businessUri, technicalUri }: RelatedResult): Promise<void> {
  const offers = [
    { title: 'Generate from Business Spec', command: 'specline.generateTechnicalSpec', fits: technicalUri === null && businessUri !== null },
    { title: 'Infer from Model', command: 'specline.inferTechnicalSpec', fits: technicalUri === null && modelUri !== null },
    { title: 'New Business Spec', command: 'specline.newBusinessSpec', fits: businessUri === null },
  ].filter((offer) => offer.fits && model !== null);
  const choice = await vscode.window.showInformationMessage(`Specline: ${message}`, ...offers);
  if (choice) await vscode.commands.executeCommand(choice.command, uri, model);
}
