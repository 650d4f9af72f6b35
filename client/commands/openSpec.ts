import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isRefusal, RELATED, type RelatedResult, type Refusal } from '../../server/protocol';
import { targetUri } from '../target';

/** Opens the technical spec of a model, the business spec of a technical one, the model of a spec: what is beside the file. */
export function openSpecCommand(client: LanguageClient): (argument?: unknown) => Promise<void> {
  return async (argument) => {
    const uri = targetUri(argument);
    if (!uri) return;
    const related = await client.sendRequest<RelatedResult | Refusal>(RELATED, { uri: uri.toString() });
    if (isRefusal(related)) {
      void vscode.window.showWarningMessage(`Specline: ${related.refused}`);
      return;
    }
    const own = uri.toString();
    const next = [related.technicalUri, related.businessUri, related.modelUri].find((other) => other !== null && other !== own);
    if (next) await vscode.window.showTextDocument(vscode.Uri.parse(next), { viewColumn: vscode.ViewColumn.Beside });
    else void vscode.window.showInformationMessage(`Specline: ${related.model ?? 'this file'} has no spec yet.`);
  };
}
