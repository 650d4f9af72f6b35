import * as vscode from 'vscode';
import { isRefusal, MODELS, type ModelEntry, type ProposeParams, type Refusal } from '../server/protocol';
import type { Server } from './server';

export type Task = ProposeParams['what'] | 'diff';

const PROMPTS: Readonly<Record<Task, string>> = {
  business: 'Which model will answer the question?',
  technical: 'Generate the technical spec of which model?',
  infer: 'Infer the technical spec of which model?',
  diff: 'Compare which model with its spec?',
};
const NAME = /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*){0,2}$/;

/** Whether a task can be done for a model. */
function isFor(task: Task, { modelUri, businessUri, technicalUri }: ModelEntry): boolean {
  switch (task) {
    case 'business': return businessUri === null;
    case 'technical': return businessUri !== null;
    case 'infer': return modelUri !== null;
    case 'diff': return technicalUri !== null;
  }
}

/** Lets the person pick a model of the project for a task, or type a new one's name for a business spec; undefined where none was picked. */
export async function pickModel(server: Server, anchor: vscode.Uri, task: Task, first?: string): Promise<ModelEntry | undefined> {
  const entries = await server.ask<ModelEntry[] | Refusal>(MODELS, { uri: anchor.toString() });
  if (!entries) return undefined;
  if (isRefusal(entries)) {
    void vscode.window.showWarningMessage(`Specline: ${entries.refused}`);
    return undefined;
  }
  const fitting = entries.filter((entry) => isFor(task, entry)).sort((a, b) => Number(b.name === first) - Number(a.name === first));
  const other = { label: '$(edit) Another name…', entry: undefined };
  const named = fitting.map((entry) => ({ label: entry.name, description: has(entry), entry }));
  // A business spec is written before its model, so a new name comes first where no file suggests one.
  const items = task !== 'business' ? named : named[0]?.entry.name === first ? [...named.slice(0, 1), other, ...named.slice(1)] : [other, ...named];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`Specline: ${NONE[task]}`);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { placeHolder: PROMPTS[task] });
  if (picked !== other) return picked?.entry;
  const typed = await vscode.window.showInputBox({
    prompt: PROMPTS[task],
    placeHolder: 'customer_value',
    validateInput: (value) => (value === '' || NAME.test(value) ? undefined : 'A model name is letters, digits and _, as in customer_value or shop.customer_value.v2.'),
  });
  return typed === undefined || typed === '' ? undefined : { name: typed, modelUri: null, businessUri: null, technicalUri: null };
}

const NONE: Readonly<Record<Task, string>> = {
  business: 'every model has a business spec already.',
  technical: 'this project has no business spec to generate from; start one with "New Business Spec".',
  infer: 'this project has no models yet.',
  diff: 'this project has no technical spec to compare with; generate or infer one first.',
};

function has({ businessUri, technicalUri }: ModelEntry): string {
  const specs = [...(businessUri === null ? [] : ['business spec']), ...(technicalUri === null ? [] : ['technical spec'])];
  return specs.length === 0 ? '' : `has a ${specs.join(' and a ')}`;
}
