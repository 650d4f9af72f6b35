import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'jaffle');
const MODEL = 'customer_value';
const PAGE = join(ROOT, 'dist', `${MODEL}.html`);
const headless = process.argv.includes('--headless');
const serve = process.argv.includes('--serve');
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
const code = !serve && found('code');
// A terminal inside VS Code, and WSL, reach a window without a display of their own.
const display = process.platform !== 'linux' || ['DISPLAY', 'WAYLAND_DISPLAY', 'VSCODE_IPC_HOOK_CLI', 'WSL_DISTRO_NAME'].some((name) => process.env[name]);
if (headless) process.exit(0);
if (!display && !serve) {
  say('There is no display to open an editor on. `npm run demo -- --serve` serves VS Code at a local address instead.');
  process.exit(0);
}

must('Packaging', run(process.execPath, ['scripts/package.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] }));
const folder = mkdtempSync(join(tmpdir(), 'specline-demo-'));
const workspace = join(folder, 'jaffle');
cpSync(EXAMPLE, workspace, { recursive: true });
const model = join(workspace, 'models', 'marts', `${MODEL}.sql`);
const spec = join(workspace, 'specs', 'marts', `${MODEL}.technical.spec.yml`);
const hint = 'Press the compare button above the file, or run "Specline: Diff Model Against Spec" from the command palette.';

if (code) {
  must('Installing the extension', run('code', ['--install-extension', join(ROOT, 'specline.vsix'), '--force']));
  run('code', ['--new-window', workspace, spec, model]);
  say(`VS Code is open on a copy of the example, ${workspace}. ${hint}`);
} else await served();

function found(command) {
  return run(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A VS Code served at a local address, for machines without a desktop one; ends with Ctrl+C. */
async function served() {
  const { installHost } = await import('../test/e2e/host/install.mjs');
  const { freePort, until } = await import('../test/e2e/host/waiting.mjs');
  const host = installHost(say);
  if (host.missing) {
    say(`No VS Code to open: \`code\` was not found, and ${host.missing}. The printed part and the page above are the demo.`);
    return;
  }
  const user = join(folder, 'user', 'User');
  mkdirSync(user, { recursive: true });
  // The comparison needs the room that panels of the editor's own would take.
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'editor.minimap.enabled': false, 'workbench.startupEditor': 'none' }));
  const dirs = ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')];
  const entry = join(host.server, 'out', 'node', 'entry.js');
  // It warns about native modules that it does not need; what it says matters where it fails.
  const install = run(host.node, [entry, ...dirs, '--install-extension', join(ROOT, 'specline.vsix')], { stdio: 'pipe', encoding: 'utf8' });
  if (install.status !== 0) say(`${install.stdout}${install.stderr}`);
  must('Installing the extension', install);
  const port = await freePort();
  const server = spawn(host.node, [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...dirs, '--disable-workspace-trust', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', workspace], { stdio: 'ignore' });
  const ended = new Promise((settle) => server.once('exit', settle));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.kill('SIGTERM'));
  await until(
    () => 'The served VS Code did not answer',
    async () => {
      if (server.exitCode !== null) throw new Error(`The served VS Code ended with ${server.exitCode}.`);
      return (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.ok;
    },
  );
  const open = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${model}`]]);
  say(`\nVS Code is served at\n\n  http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(open)}\n`);
  say(`It opens models/marts/${MODEL}.sql. ${hint}\nEnd it with Ctrl+C.`);
  await ended;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
