import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { BROWSER_ARGS, findBrowser, installHost } from './install.mjs';
import { until } from './waiting.mjs';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const OUTPUT = join(ROOT, 'test', 'e2e', 'output');

/**
 * Runs `npm run demo -- --serve`, opens the address it prints and presses the compare button, as a newcomer would. Gives
 * `{passed, failed, skipped}`, or `{missing}` with the reason where this machine has no served VS Code.
 */
export async function runDemo(log = (line) => process.stdout.write(`${line}\n`)) {
  const host = installHost(log);
  if (host.missing) return host;
  const executablePath = findBrowser(log);
  if (!executablePath) return { missing: 'no Chromium, Chrome or Edge was found, and none could be installed' };
  const demo = spawn(process.execPath, [join('scripts', 'demo.mjs'), '--serve'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((settle) => demo.once('exit', settle));
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (output += chunk));
  let browser;
  try {
    const address = await until(
      () => `the demo printed no address: ${output.slice(-500)}`,
      () => /http:\/\/127\.0\.0\.1\S+/.exec(output)?.[0],
      240_000,
    );
    browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    await page.goto(address);
    await page.getByLabel(/^Diff Model Against Spec/).first().click({ timeout: 90_000 });
    const sentence = await until(() => 'the comparison did not open', () => textOf(page, '.sentence'));
    mkdirSync(OUTPUT, { recursive: true });
    await page.screenshot({ path: join(OUTPUT, 'demo.png') });
    if (!sentence.includes('3 clauses of')) throw new Error(`the comparison says: ${sentence}`);
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    await browser?.close();
    demo.kill('SIGTERM');
    await ended;
  }
}

async function textOf(page, selector) {
  for (const frame of page.frames()) {
    const found = await frame.$(selector).catch(() => null);
    if (found) return found.innerText();
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await runDemo();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(result.failed > 0 || result.missing ? 1 : 0);
}
