import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CI = Boolean(process.env.CI);
const total = { passed: 0, failed: 0, skipped: 0 };
const say = (line) => process.stdout.write(`${line}\n`);

/** Adds a part's counts and prints one line about it. In CI a skip is a failure, since nothing may go untested there. */
function count(part, { passed = 0, failed = 0, skipped = 0 }, note = '') {
  total.passed += passed;
  total.failed += failed + (CI ? skipped : 0);
  total.skipped += CI ? 0 : skipped;
  say(`${failed > 0 || (CI && skipped > 0) ? '✗' : '✓'} ${part}: ${passed} passed, ${failed} failed, ${skipped} skipped${note === '' ? '' : ` (${note})`}`);
}

function run(command, args, options = {}) {
  const shell = process.platform === 'win32' && command !== process.execPath;
  return spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, shell, ...options });
}

/** One command that passes or fails as a whole. */
function step(part, command, args) {
  const result = run(command, args);
  if (result.status !== 0) say(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`);
  count(part, result.status === 0 ? { passed: 1 } : { failed: 1 });
  return result.status === 0;
}

function installed() {
  const stamp = join(ROOT, 'node_modules', '.package-lock.json');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs;
}

function vitest() {
  const report = join(ROOT, '.cache', 'vitest.json');
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const result = run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (!existsSync(report)) return count('unit, LSP and corpus tests', { failed: 1 }, `vitest ended with ${result.status}`);
  const json = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = json.numPendingTests + json.numTodoTests;
  const broken = result.status !== 0 && json.numFailedTests === 0 ? 1 : 0;
  if (skipped > 0) say('  skipped: real artifacts, since this machine has no corpus (SPECLINE_CORPUS names a folder of dbt artifacts)');
  return count('unit, LSP and corpus tests', { passed: json.numPassedTests, failed: json.numFailedTests + broken, skipped });
}

async function vscode() {
  const { runSuites } = await import('../test/e2e/host/run.mjs');
  const result = await runSuites(say).catch((error) => ({ passed: 0, failed: 1, skipped: 0, detail: error instanceof Error ? error.message : String(error) }));
  if (result.missing) return count('the packaged extension in a real VS Code', { skipped: 1 }, result.missing);
  for (const failure of result.failures ?? []) say(`  ${failure}`);
  return count('the packaged extension in a real VS Code', result, result.detail ?? '');
}

async function demo() {
  const { runDemo } = await import('../test/e2e/host/demo.mjs');
  const result = await runDemo(say).catch((error) => ({ passed: 0, failed: 1, skipped: 0, detail: error instanceof Error ? error.message : String(error) }));
  if (result.missing) return count('the served demo, clicked through', { skipped: 1 }, result.missing);
  return count('the served demo, clicked through', result, result.detail ?? '');
}

/** A second editor's client: not everywhere is one to be had, so that it is told and counted, and no failure. */
async function neovim() {
  const { runNeovim } = await import('../test/lsp/neovim/run.mjs');
  const { missing, failures = [], ...result } = runNeovim();
  if (missing === undefined) {
    for (const failure of failures) say(`  ${failure}`);
    return count('a session in Neovim', result, result.detail);
  }
  total.skipped += 1;
  return say(`– a session in Neovim: 0 passed, 0 failed, 1 skipped (${missing})`);
}

if (!installed()) {
  say('installing dependencies…');
  const npm = run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (npm.status !== 0) {
    say(`${npm.stdout}${npm.stderr}\nnpm ci failed; check the network and try again.\n0 passed, 1 failed, 0 skipped`);
    process.exit(1);
  }
}
const built = step('build', process.execPath, ['scripts/build.mjs']);
step('lint', process.execPath, [join('node_modules', 'eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']);
step('types', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']);
step('types of the webview', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', join('client', 'webview')]);
if (built) step('rule pages', process.execPath, [join('scripts', 'rule-pages.mjs'), '--check']);
vitest();
if (built) await neovim();
if (built && step('package', process.execPath, ['scripts/package.mjs'])) {
  await vscode();
  await demo();
}
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
