import * as vscode from 'vscode';
import { isRefusal, RELATED, type Refusal, type RelatedResult } from '../../server/protocol';
import { offerSpecs } from '../offer';
import { pickModel } from '../pickModel';
import type { Server } from '../server';
import type { SideBySide } from '../sideBySide';
import { anchorUri, targetUri } from '../target';

/** Opens the side-by-side view of the model behind the file, or of one the person picks; where there is no spec, offers to make it. */
export function compareCommand(server: Server, view: SideBySide): (argument?: unknown) => Promise<void> {
  return async (argument) => {
    const target = targetUri(argument);
    const uri = target && (argument instanceof vscode.Uri || /\.(sql|py)$|\.(business|technical)\.spec\.ya?ml$/.test(target.path)) ? target : await picked(server, argument);
    if (!uri) return;
    const refused = await view.show(uri);
    if (refused === undefined) return;
    const related = await server.ask<RelatedResult | Refusal>(RELATED, { uri: uri.toString() });
    if (related && !isRefusal(related)) await offerSpecs(refused, uri, related);
    else if (related) void vscode.window.showWarningMessage(`Specline: ${related.refused}`);
  };
}

async function picked(server: Server, argument: unknown): Promise<vscode.Uri | undefined> {
  const anchor = await anchorUri(argument);
  const entry = anchor && (await pickModel(server, anchor, 'diff'));
  return entry?.technicalUri == null ? undefined : vscode.Uri.parse(entry.technicalUri);
}
