import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unpack } from '../../../scripts/vsix.mjs';
import { desktop } from './desktop.mjs';
import { serveMailbox } from './page.mjs';
import { served } from './served.mjs';
import { deadline } from './waiting.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const OUTPUT = join(ROOT, 'test', 'e2e', 'output');
const README_PICTURES = ['side-by-side', 'inline-errors'];
const DEADLINE_MS = 240_000;
const HOSTS = { served, desktop };

/**
 * Runs the mocha suites inside a real VS Code with the packaged extension: the one SPECLINE_E2E names (`served` or
 * `desktop`), else a served one on Linux and a desktop one elsewhere. Gives `{passed, failed, skipped}`, or `{missing}` with
 * the reason where this machine has no real VS Code.
 */
export async function runSuites(log = (line) => process.stdout.write(`${line}\n`)) {
  const name = process.env.SPECLINE_E2E ?? (process.platform === 'linux' ? 'served' : 'desktop');
  if (!Object.hasOwn(HOSTS, name)) throw new Error(`SPECLINE_E2E is ${name}; it may be ${Object.keys(HOSTS).join(' or ')}`);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'specline-e2e-')));
  const [extension, workspace, mailbox] = ['extension', 'workspace', 'mailbox'].map((part) => join(folder, part));
  const suite = join(OUTPUT, 'suite', 'index.js');
  try {
    mkdirSync(mailbox);
    rmSync(OUTPUT, { recursive: true, force: true });
    mkdirSync(OUTPUT, { recursive: true });
    unpack(join(ROOT, 'specline.vsix'), extension);
    cpSync(join(ROOT, 'examples', 'jaffle'), workspace, { recursive: true, filter: (path) => !/[\\/](target|logs)$/.test(path) });
    await build({ entryPoints: [join(ROOT, 'test', 'e2e', 'suite', 'index.ts')], outfile: suite, bundle: true, platform: 'node', format: 'cjs', external: ['vscode', 'mocha'], define: { MAILBOX: JSON.stringify(mailbox) }, logLevel: 'warning' });
    const lines = [];
    const heard = (line) => {
      lines.push(line);
      if (line.startsWith('E2E ')) log(`  ${line.slice(4)}`);
    };
    const host = await HOSTS[name]({ extension, workspace, suite, folder, log, heard });
    return host.missing ? host : await outcome(host, mailbox, lines);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function outcome({ page, ended, close }, mailbox, lines) {
  try {
    const stop = serveMailbox(page, mailbox, OUTPUT);
    const code = await Promise.race([ended, deadline(DEADLINE_MS)]);
    stop();
    const result = join(mailbox, 'result.json');
    if (existsSync(result)) return JSON.parse(readFileSync(result, 'utf8'));
    await page.screenshot({ path: join(OUTPUT, 'failure.png') }).catch(() => undefined);
    return { passed: 0, failed: 1, skipped: 0, detail: `the suites did not end (${code}): ${lines.slice(-5).join(' | ')}` };
  } finally {
    await close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await runSuites();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (process.argv.includes('--update-pictures')) for (const name of README_PICTURES) copyFileSync(join(OUTPUT, `${name}.png`), join(ROOT, 'docs', 'images', `${name}.png`));
  process.exit(result.failed > 0 || result.missing ? 1 : 0);
}
