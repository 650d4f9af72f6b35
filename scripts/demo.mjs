import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'jaffle');
const MODEL = 'customer_value';
const PAGE = join(ROOT, 'dist', `${MODEL}.html`);
const headless = process.argv.includes('--headless');
const say = (line = '') => process.stdout.write(`${line}\n`);

function run(command, args, options = {}) {
  const shell = process.platform === 'win32' && command !== process.execPath;
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], shell, ...options });
}

function must(what, result) {
  if (result.status === 0) return;
  say(`${what} failed; see above.`);
  process.exit(1);
}

const specline = (args, options) => run(process.execPath, [join('dist', 'cli.js'), ...args, '--project-dir', EXAMPLE], options);

const stamp = join(ROOT, 'node_modules', '.package-lock.json');
if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(join(ROOT, 'package-lock.json')).mtimeMs) {
  say('Installing dependencies…');
  must('npm ci', run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']));
}
say('Building…');
must('The build', run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }));

say('\n$ specline check\n');
must('specline check', specline(['check']));
say(`\n$ specline diff ${MODEL}`);
const diff = specline(['diff', MODEL]);
if (diff.status !== 1) {
  say(`specline diff should find differences and exit 1; it exited ${diff.status}.`);
  process.exit(1);
}
const page = specline(['diff', MODEL, '--format', 'html'], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
writeFileSync(PAGE, page.stdout);
say(`The side-by-side view as a page: ${PAGE}`);
if (headless) process.exit(0);

must('Packaging', run(process.execPath, ['scripts/package.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }));
const workspace = join(mkdtempSync(join(tmpdir(), 'specline-demo-')), 'jaffle');
cpSync(EXAMPLE, workspace, { recursive: true });
const files = [join(workspace, 'models', 'marts', `${MODEL}.sql`), join(workspace, 'specs', 'marts', `${MODEL}.technical.spec.yml`)];
const hint = 'Then run "Specline: Diff Model Against Spec" from the editor title or the command palette.';
const hasCode = run('code', ['--version'], { stdio: 'ignore' }).status === 0;
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

if (hasCode && hasDisplay) {
  must('Installing the extension', run('code', ['--install-extension', join(ROOT, 'specline.vsix'), '--force']));
  run('code', ['--new-window', workspace, ...files]);
  say(`VS Code is open on a copy of the example. ${hint}`);
} else await served();

/** A VS Code served at a local address, for machines without a desktop one. */
async function served() {
  const { installHost } = await import('../test/e2e/host/install.mjs');
  const host = installHost(say);
  if (host.missing) {
    say(`No VS Code to open: \`code\` was not found, and ${host.missing}. The printed part and the page above are the demo.`);
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'specline-vscode-'));
  const dirs = ['--user-data-dir', join(data, 'user'), '--extensions-dir', join(data, 'extensions')];
  const entry = join(host.server, 'out', 'node', 'entry.js');
  must('Installing the extension', run(host.node, [entry, ...dirs, '--install-extension', join(ROOT, 'specline.vsix')], { stdio: 'ignore' }));
  const { freePort } = await import('../test/e2e/host/waiting.mjs');
  const port = await freePort();
  const server = spawn(host.node, [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...dirs, '--disable-workspace-trust', '--disable-telemetry', '--disable-update-check', workspace], { stdio: 'ignore' });
  say(`\nVS Code is served at http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`);
  say(`Open models/marts/${MODEL}.sql there. ${hint}\nEnd it with Ctrl+C.`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.kill('SIGTERM'));
  await new Promise((ended) => server.once('exit', ended));
}
