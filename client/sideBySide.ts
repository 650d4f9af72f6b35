import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { COMPARE, isRefusal, type CompareResult, type Refusal } from '../server/protocol';

const REFRESH_MS = 250;

export interface SideBySide extends vscode.Disposable {
  show(uri: vscode.Uri): Promise<void>;
  /** Asks for the comparison again, shortly; calls in between count as one. */
  refresh(): void;
  shown(): string | undefined;
}

interface OpenMessage {
  open: { file: string; startLine: number; startCharacter: number; endLine: number; endCharacter: number };
}

/** The side-by-side view: one panel, kept up to date while either file is edited. */
export function createSideBySide(context: vscode.ExtensionContext, client: LanguageClient): SideBySide {
  let panel: vscode.WebviewPanel | undefined;
  let uri: vscode.Uri | undefined;
  let root = '';
  let html: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asked = 0;

  const update = async (): Promise<void> => {
    if (!uri) return;
    const turn = ++asked;
    const result = await client.sendRequest<CompareResult | Refusal>(COMPARE, { uri: uri.toString() });
    // A newer question has been asked; its answer is the one to show.
    if (turn !== asked) return;
    if (isRefusal(result)) {
      if (!panel) void vscode.window.showWarningMessage(`Specline: ${result.refused}`);
      else void panel.webview.postMessage({ html: `<p>${result.refused.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)}</p>` });
      return;
    }
    root = result.root;
    html = result.html;
    panel ??= createPanel(result.style);
    panel.title = `Specline: ${result.model}`;
    void panel.webview.postMessage({ html: result.html });
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
    created.webview.html = page(created.webview, style, created.webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'side-by-side.js')));
    return created;
  };
  const open = async ({ open: place }: OpenMessage): Promise<void> => {
    // Places come from the project's own report; anything that leaves it is not opened.
    if (root === '' || place.file.split('/').includes('..')) return;
    const target = vscode.Uri.joinPath(vscode.Uri.file(root), place.file);
    const selection = new vscode.Range(place.startLine, place.startCharacter, place.endLine, place.endCharacter);
    await vscode.window.showTextDocument(target, { selection, viewColumn: vscode.ViewColumn.One });
  };
  return {
    async show(target) {
      uri = target;
      await update();
      panel?.reveal(undefined, true);
    },
    refresh() {
      if (!panel) return;
      clearTimeout(timer);
      timer = setTimeout(() => void update(), REFRESH_MS);
    },
    shown: () => html,
    dispose() {
      clearTimeout(timer);
      panel?.dispose();
    },
  };
}

function page(webview: vscode.Webview, style: string, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}' ${webview.cspSource}">
<style nonce="${nonce}">${style}</style></head><body><div id="view"></div><script nonce="${nonce}" src="${script.toString()}"></script></body></html>`;
}
