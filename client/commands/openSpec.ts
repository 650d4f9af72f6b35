import * as vscode from 'vscode';
import { isRefusal, RELATED, type RelatedResult, type Refusal } from '../../server/protocol';
import { columnFor } from '../columns';
import { offerSpecs } from '../offer';
import type { Server } from '../server';
import { targetUri } from '../target';

/** Opens the technical spec of a model, the business spec of a technical one and back; offers to make what is missing. */
export function openSpecCommand(server: Server): (argument?: unknown) => Promise<void> {
  return async (argument) => {
    const uri = targetUri(argument);
    if (!uri) {
      void vscode.window.showWarningMessage('Specline: open a model or a spec first, then its spec.');
      return;
    }
    const related = await server.ask<RelatedResult | Refusal>(RELATED, { uri: uri.toString() });
    if (!related) return;
    if (isRefusal(related)) {
      void vscode.window.showWarningMessage(`Specline: ${related.refused}`);
      return;
    }
    const own = uri.toString();
    const next = [related.technicalUri, related.businessUri].find((other) => other !== null && other !== own);
    if (next) await show(vscode.Uri.parse(next));
    else await offerSpecs(`${related.model ?? 'this model'} has no ${related.technicalUri === own ? 'business' : related.businessUri === own ? 'technical' : ''} spec yet.`.replace('  ', ' '), uri, related);
  };
}

/** Beside the file it is the spec of. */
async function show(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.window.showTextDocument(uri, { viewColumn: columnFor(uri, [vscode.window.tabGroups.activeTabGroup.viewColumn]) });
  } catch {
    void vscode.window.showWarningMessage(`Specline: ${vscode.workspace.asRelativePath(uri)} could not be opened; it may have been moved or removed.`);
  }
}
