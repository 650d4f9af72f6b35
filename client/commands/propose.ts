import * as vscode from 'vscode';
import { isRefusal, PROPOSE, RELATED, type ModelEntry, type ProposeParams, type ProposeResult, type RelatedResult, type Refusal } from '../../server/protocol';
import { offerSpecs } from '../offer';
import { pickModel } from '../pickModel';
import type { Proposals } from '../proposal';
import type { Server } from '../server';
import { anchorUri } from '../target';

/**
 * New, generate and infer: the server proposes a text; a new file is written and opened, an existing one is shown as a
 * difference first and changed only when the person says so.
 */
export function proposeCommand(server: Server, proposals: Proposals, what: ProposeParams['what']): (argument?: unknown, model?: unknown) => Promise<void> {
  return async (argument, named) => {
    const anchor = await anchorUri(argument);
    if (!anchor) return;
    const entry = typeof named === 'string' ? await behind(server, anchor) : await modelFor(server, anchor, what);
    const model = typeof named === 'string' ? named : entry?.name;
    if (model === undefined) return;
    const from = what === 'business' && typeof named !== 'string' ? await askRequest(model) : '';
    if (from === undefined) return;
    const params: ProposeParams = { uri: anchor.toString(), what, model, ...(from === '' ? {} : { from }) };
    const result = await server.ask<ProposeResult | Refusal>(PROPOSE, params);
    if (!result) return;
    if (!isRefusal(result)) await proposals.propose(result);
    else if (entry?.name === model) await offerSpecs(result.refused, anchor, { ...entry, model });
    else void vscode.window.showWarningMessage(`Specline: ${result.refused}`);
  };
}

/** What was asked for, in the asker's words; empty where nobody wrote it down, undefined where the person turned back. */
async function askRequest(model: string): Promise<string | undefined> {
  return vscode.window.showInputBox({ title: `New Business Spec of ${model}`, prompt: 'Paste what was asked for, such as "we need churn metrics"; it becomes open questions. Leave it empty to start from the template.', placeHolder: 'we need churn metrics' });
}

/** The model of the file, else one the person picks; a new business spec may be of another. */
async function modelFor(server: Server, anchor: vscode.Uri, what: ProposeParams['what']): Promise<ModelEntry | undefined> {
  const own = await behind(server, anchor);
  return own && what !== 'business' ? own : pickModel(server, anchor, what, own?.name);
}

async function behind(server: Server, anchor: vscode.Uri): Promise<ModelEntry | undefined> {
  const related = await server.ask<RelatedResult | Refusal>(RELATED, { uri: anchor.toString() });
  return !related || isRefusal(related) || related.model === null ? undefined : { ...related, name: related.model };
}
