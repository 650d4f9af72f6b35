import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { BROWSER_ARGS, findBrowser, installHost } from './install.mjs';
import { freePort, until } from './waiting.mjs';

/**
 * Runs a suite in a VS Code served from the npm registry and shown by a headless browser. Gives `{page, ended, close}`:
 * the page, a promise of the suite's exit code, and what to call at the end; or `{missing}` with the reason.
 */
export async function served({ extension, workspace, suite, folder, log, heard }) {
  const host = installHost(log);
  if (host.missing) return host;
  const executablePath = findBrowser(log);
  if (!executablePath) return { missing: 'no Chromium, Chrome or Edge was found, and none could be installed' };
  const port = await freePort();
  const server = spawn(host.node, [join(host.vscode, 'out', 'server-main.js'), '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms', '--server-data-dir', join(folder, 'data'), '--enable-smoke-test-driver', '--telemetry-level', 'off'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let browser;
  const close = async () => {
    await browser?.close();
    server.kill('SIGTERM');
  };
  try {
    await listening(server, port);
    browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    await page.exposeFunction('codeAutomationLog', (_type, args) => heard(args.map(String).join(' ')));
    const ended = new Promise((settle) => void page.exposeFunction('codeAutomationExit', (code) => settle(code)));
    const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
    const payload = [['extensionDevelopmentPath', remote(extension)], ['extensionTestsPath', remote(suite)], ['enableProposedApi', ''], ['skipWelcome', 'true']];
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    return { page, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listening(server, port) {
  let output = '';
  server.stdout.on('data', (chunk) => (output += chunk));
  server.stderr.on('data', (chunk) => (output += chunk));
  await until(
    () => `the VS Code server did not listen: ${output.slice(-500)}`,
    async () => {
      if (server.exitCode !== null) throw new Error(`the VS Code server ended: ${output.slice(-500)}`);
      return (await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined))?.ok;
    },
  );
}
