import * as vscode from 'vscode';
import { isRefusal, RELATED, type RelatedResult, type Refusal } from '../../server/protocol';
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
    if (next) await vscode.window.showTextDocument(vscode.Uri.parse(next), { viewColumn: vscode.ViewColumn.Beside });
    else await offerSpecs(`${related.model ?? 'this model'} has no ${related.technicalUri === own ? 'business' : related.businessUri === own ? 'technical' : ''} spec yet.`.replace('  ', ' '), uri, related);
  };
}
