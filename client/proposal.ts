import * as vscode from 'vscode';
import type { ProposeResult } from '../server/protocol';
import { shown } from './projects';

export const PROPOSAL = 'specline-proposal';

export interface Proposals extends vscode.Disposable {
  /** Writes a new file, or shows what would be added to an existing one. */
  propose(result: ProposeResult): Promise<void>;
  /** Adds what is shown in the difference of that address (by default the active one) to its spec. */
  apply(uri?: unknown): Promise<void>;
  discard(uri?: unknown): Promise<void>;
}

/** Proposed texts, shown read-only in a difference until the person adds or discards them. */
export function createProposals(): Proposals {
  const open = new Map<string, ProposeResult>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(PROPOSAL, { provideTextDocumentContent: (uri) => open.get(uri.toString())?.text ?? '' });
  const closed = vscode.window.tabGroups.onDidChangeTabs((event) => {
    for (const tab of event.closed) if (proposalOf(tab)) open.delete(proposalOf(tab)?.toString() ?? '');
  });
  let count = 0;

  const show = async (result: ProposeResult): Promise<void> => {
    const file = vscode.Uri.parse(result.uri);
    const uri = vscode.Uri.from({ scheme: PROPOSAL, path: file.path, query: String(++count) });
    open.set(uri.toString(), result);
    await vscode.commands.executeCommand('vscode.diff', file, uri, `${file.path.slice(file.path.lastIndexOf('/') + 1)}: what would be added`, { preview: false });
    void said(`this is what could be added; what you wrote stays as it is. Press ✓ above the difference to add it.${leftAsIs(result.kept)}`);
  };
  const take = (argument: unknown): { uri: vscode.Uri; result: ProposeResult } | undefined => {
    const uri = argument instanceof vscode.Uri ? argument : proposalOf(vscode.window.tabGroups.activeTabGroup.activeTab);
    const result = uri && open.get(uri.toString());
    return uri && result && { uri, result };
  };
  const api: Proposals = {
    propose: (result) => (result.before === null ? writeNew(result) : result.before === result.text ? said(result.kept.length === 0 ? 'the spec already says all of it; nothing to add.' : `nothing to add.${leftAsIs(result.kept)}`) : show(result)),
    async apply(argument) {
      const taken = take(argument);
      if (taken && (await replace(taken.result))) await close(taken.uri);
    },
    async discard(argument) {
      const taken = take(argument);
      if (taken) await close(taken.uri);
    },
    dispose: () => vscode.Disposable.from(provider, closed).dispose(),
  };
  return api;
}

async function said(text: string): Promise<void> {
  void vscode.window.showInformationMessage(`Specline: ${text}`);
}

function leftAsIs(kept: readonly string[]): string {
  return kept.length === 0 ? '' : ` Left as you wrote it, though the proposal says something else: ${kept.join(', ')}.`;
}

function proposalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  return tab?.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === PROPOSAL ? tab.input.modified : undefined;
}

async function close(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => proposalOf(tab)?.toString() === uri.toString());
  await vscode.window.tabGroups.close(tabs);
}

async function writeNew({ uri: written, text, openQuestions }: ProposeResult): Promise<void> {
  const uri = vscode.Uri.parse(written);
  if (await exists(uri)) {
    const choice = await vscode.window.showWarningMessage(`Specline: ${shown(uri)} exists already and was not touched; it does not read as the spec of this model, so mend, rename or remove it first.`, 'Open It');
    if (choice) await vscode.window.showTextDocument(uri);
    return;
  }
  try {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text, 'utf8'));
  } catch (error) {
    void vscode.window.showErrorMessage(`Specline: ${shown(uri)} could not be written (${error instanceof Error ? error.message : String(error)}); check that its folder is writable.`);
    return;
  }
  await vscode.window.showTextDocument(uri, { preview: false });
  if (openQuestions.length > 0) void said(`wrote ${shown(uri)}; ${openQuestions.length === 1 ? '1 question is' : `${openQuestions.length} questions are`} open, to be answered under open_questions.`);
}

function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false);
}

async function replace({ uri: written, before, text }: ProposeResult): Promise<boolean> {
  const uri = vscode.Uri.parse(written);
  const document = await vscode.workspace.openTextDocument(uri);
  if (plain(document.getText()) !== plain(before ?? '')) {
    void vscode.window.showWarningMessage(`Specline: ${shown(uri)} changed meanwhile; nothing was added, run the command again.`);
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length)), text);
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showWarningMessage(`Specline: ${shown(uri)} could not be changed; check that it is writable.`);
    return false;
  }
  await vscode.window.showTextDocument(document);
  return true;
}

/** The server reads a file's text without its byte order mark. */
function plain(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
