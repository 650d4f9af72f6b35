import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unpack } from '../../../scripts/vsix.mjs';
import { BROWSER_ARGS, findBrowser, installHost } from './install.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const OUTPUT = join(ROOT, 'test', 'e2e', 'output');
const DEADLINE_MS = 240_000;

/**
 * Runs the mocha suites inside a real VS Code with the packaged extension. Gives `{passed, failed, skipped}` or
 * `{missing}` with the reason where this machine has no real VS Code.
 */
export async function runSuites(log = (line) => process.stdout.write(`${line}\n`)) {
  const host = installHost(log);
  if (host.missing) return host;
  const browser = findBrowser(log);
  if (!browser) return { missing: 'no Chromium, Chrome or Edge was found, and none could be installed' };
  const folder = mkdtempSync(join(tmpdir(), 'specline-e2e-'));
  const [extension, workspace, mailbox] = ['extension', 'workspace', 'mailbox'].map((name) => join(folder, name));
  mkdirSync(mailbox);
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT, { recursive: true });
  unpack(join(ROOT, 'specline.vsix'), extension);
  cpSync(join(ROOT, 'examples', 'jaffle'), workspace, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  const suite = join(OUTPUT, 'suite', 'index.js');
  await build({ entryPoints: [join(ROOT, 'test', 'e2e', 'suite', 'index.ts')], outfile: suite, bundle: true, platform: 'node', format: 'cjs', external: ['vscode', 'mocha'], define: { MAILBOX: JSON.stringify(mailbox) }, logLevel: 'warning' });
  const port = await freePort();
  const server = spawn(host.node, [join(host.vscode, 'out', 'server-main.js'), '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms', '--server-data-dir', join(folder, 'data'), '--enable-smoke-test-driver', '--telemetry-level', 'off'], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await listening(server, port);
    return await inBrowser(host, browser, { port, extension, workspace, mailbox, suite, log });
  } finally {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inBrowser(host, browserPath, { port, extension, workspace, mailbox, suite, log }) {
  const { chromium } = createRequire(import.meta.url)(host.playwright);
  const browser = await chromium.launch({ executablePath: browserPath, args: BROWSER_ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
    const payload = [['extensionDevelopmentPath', remote(extension)], ['extensionTestsPath', remote(suite)], ['enableProposedApi', ''], ['skipWelcome', 'true']];
    const lines = [];
    await page.exposeFunction('codeAutomationLog', (_type, args) => {
      const line = args.map(String).join(' ');
      lines.push(line);
      if (line.startsWith('E2E ')) log(`  ${line.slice(4)}`);
    });
    const ended = new Promise((settle) => void page.exposeFunction('codeAutomationExit', (code) => settle(code)));
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const stop = serveMailbox(page, mailbox);
    const code = await Promise.race([ended, deadline(DEADLINE_MS)]);
    stop();
    const result = existsSync(join(mailbox, 'result.json')) ? JSON.parse(readFileSync(join(mailbox, 'result.json'), 'utf8')) : undefined;
    if (!result) {
      await page.screenshot({ path: join(OUTPUT, 'failure.png') });
      return { passed: 0, failed: 1, skipped: 0, detail: `the suites did not end (${code}): ${lines.slice(-5).join(' | ')}` };
    }
    return result;
  } finally {
    await browser.close();
  }
}

/** Answers what a suite asks of the page: a screenshot, a key press, the text of the webview. */
function serveMailbox(page, mailbox) {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    const next = readdirSync(mailbox).filter((name) => name.endsWith('.request.json')).sort()[0];
    if (!next) return;
    busy = true;
    const file = join(mailbox, next);
    const request = JSON.parse(readFileSync(file, 'utf8'));
    void act(page, request)
      .catch((error) => ({ error: String(error) }))
      .then((answer) => {
        rmSync(file);
        const target = file.replace('.request.json', '.response.json');
        writeFileSync(`${target}.tmp`, JSON.stringify(answer ?? {}));
        renameSync(`${target}.tmp`, target);
        busy = false;
      });
  }, 50);
  return () => clearInterval(timer);
}

async function act(page, { action, name, selector, key }) {
  if (action === 'screenshot') {
    await page.screenshot({ path: join(OUTPUT, `${name}.png`) });
    return {};
  }
  if (action === 'press') {
    await page.keyboard.press(key);
    return {};
  }
  for (const frame of page.frames()) {
    const found = await frame.$(selector).catch(() => null);
    if (!found) continue;
    if (action === 'click') await found.click({ force: true });
    if (action === 'focus') await found.focus();
    return { text: await found.innerText(), visible: await frame.$$eval(`${selector} .row`, (rows) => rows.filter((row) => row.offsetParent !== null).length).catch(() => 0) };
  }
  return { missing: true };
}

function freePort() {
  return new Promise((settle) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => settle(port));
    });
  });
}

async function listening(server, port) {
  let output = '';
  const until = Date.now() + 60_000;
  server.stdout.on('data', (chunk) => (output += chunk));
  server.stderr.on('data', (chunk) => (output += chunk));
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`the VS Code server ended: ${output.slice(-500)}`);
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`the VS Code server did not listen within 60 s: ${output.slice(-500)}`);
}

function deadline(ms) {
  return new Promise((settle) => setTimeout(() => settle('deadline'), ms).unref());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await runSuites();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(result.failed > 0 || result.missing ? 1 : 0);
}
