import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { COMPARE, isRefusal, type CompareResult, type Refusal } from '../server/protocol';
import { columnFor } from './columns';
import type { Server } from './server';

const REFRESH_MS = 250;

export interface SideBySide extends vscode.Disposable {
  /** Shows the comparison behind a file; gives the reason where there is none, and then leaves the view as it is. */
  show(uri: vscode.Uri): Promise<string | undefined>;
  shown(): string | undefined;
}

interface OpenMessage {
  open: { file: string; startLine: number; startCharacter: number; endLine: number; endCharacter: number };
}

/** The side-by-side view: one panel, kept up to date while either file is edited. */
export function createSideBySide(context: vscode.ExtensionContext, server: Server): SideBySide {
  let panel: vscode.WebviewPanel | undefined;
  let uri: vscode.Uri | undefined;
  let root = '';
  let html: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asked = 0;

  /** The answer to the newest question; undefined where a newer one has been asked meanwhile or the server gives none. */
  const compared = async (target: vscode.Uri, quiet: boolean): Promise<CompareResult | Refusal | undefined> => {
    const turn = ++asked;
    const params = { uri: target.toString() };
    const result = await (quiet ? server.quietly<CompareResult | Refusal>(COMPARE, params) : server.ask<CompareResult | Refusal>(COMPARE, params));
    return turn === asked ? result : undefined;
  };
  const put = (text: string): void => {
    html = text;
    void panel?.webview.postMessage({ html: text });
  };
  const accept = (result: CompareResult): void => {
    root = result.root;
    panel ??= createPanel(result.style);
    panel.title = `Specline: ${result.model}`;
    put(result.html);
  };
  const refresh = async (): Promise<void> => {
    if (!uri || !panel) return;
    const result = await compared(uri, true);
    if (!result || !panel) return;
    if (isRefusal(result)) put(`<p class="refused" role="status">${escaped(result.refused)}</p>`);
    else accept(result);
  };
  const createPanel = (style: string): vscode.WebviewPanel => {
    const scripts = vscode.Uri.joinPath(context.extensionUri, 'dist');
    const created = vscode.window.createWebviewPanel('specline.sideBySide', 'Specline', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [scripts], retainContextWhenHidden: true });
    created.webview.onDidReceiveMessage((message: OpenMessage | { ready: true }) => {
      if ('ready' in message) void created.webview.postMessage({ html });
      else void open(message);
    });
    created.onDidDispose(() => {
      panel = undefined;
      uri = undefined;
      html = undefined;
    });
    created.webview.html = page(style, created.webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'side-by-side.js')));
    return created;
  };
  const open = async ({ open: place }: OpenMessage): Promise<void> => {
    // Places come from the project's own report; anything that leaves it is not opened.
    if (root === '' || place.file.split(/[\\/]/).includes('..')) return;
    const target = vscode.Uri.joinPath(vscode.Uri.file(root), place.file);
    const selection = new vscode.Range(place.startLine, place.startCharacter, place.endLine, place.endCharacter);
    try {
      await vscode.window.showTextDocument(target, { selection, viewColumn: columnFor(target, [panel?.viewColumn]) });
    } catch {
      void vscode.window.showWarningMessage(`Specline: ${place.file} could not be opened; it may have been moved or removed.`);
    }
  };
  const changed = server.onChanged(() => {
    if (!panel) return;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), REFRESH_MS);
  });
  return {
    async show(target) {
      const result = await compared(target, false);
      if (!result) return undefined;
      if (isRefusal(result)) return result.refused;
      uri = target;
      accept(result);
      panel?.reveal(undefined, true);
      return undefined;
    },
    shown: () => html,
    dispose() {
      changed.dispose();
      clearTimeout(timer);
      panel?.dispose();
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(style: string, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const csp = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${csp}">
<title>Specline</title><style nonce="${nonce}">${style}</style></head><body><div id="view"></div><script nonce="${nonce}" src="${script.toString()}"></script></body></html>`;
}
