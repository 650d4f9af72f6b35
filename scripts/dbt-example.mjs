import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = resolve(process.env.SPECLINE_CACHE ?? join(ROOT, '.cache'));
const FIXTURES = join(ROOT, 'test', 'fixtures');
const VERSIONS = ['dbt-core==1.11.16', 'dbt-duckdb==1.11.1'];
const say = (line) => process.stdout.write(`${line}\n`);
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs real dbt over the example and the project of mixed features and compares the artifacts with the committed ones; `--update` rewrites those. */
function main() {
  const dbt = install();
  if (!dbt) return;
  project(dbt, 'the example', join(ROOT, 'examples', 'jaffle'), [['seed'], ['build'], ['docs', 'generate']], { manifest: 'example/manifest.json', catalog: 'example/catalog.json' });
  project(dbt, 'the mixed project', join(ROOT, 'test', 'fixtures', 'mixed'), [['parse']], { manifest: 'mixed.manifest.json' });
}

function project(dbt, title, source, commands, artifacts) {
  const folder = join(mkdtempSync(join(tmpdir(), 'specline-dbt-')), 'project');
  cpSync(source, folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  mkdirSync(join(folder, 'target'));
  const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', DO_NOT_TRACK: '1', NO_COLOR: '1' };
  for (const args of commands) {
    const run = spawnSync(dbt, [...args, '--profiles-dir', '.'], { cwd: folder, env, encoding: 'utf8' });
    if (record(`dbt ${args.join(' ')} of ${title}`, run.status === 0)) continue;
    say(run.stdout + run.stderr);
    return;
  }
  for (const [name, fixture] of Object.entries(artifacts)) compare(title, name, join(folder, 'target', `${name}.json`), fixture);
  rmSync(folder, { recursive: true, force: true });
}

function compare(title, name, path, fixture) {
  const made = `${JSON.stringify(stable(name, JSON.parse(readFileSync(path, 'utf8'))), null, 1)}\n`;
  const file = join(FIXTURES, fixture);
  if (process.argv.includes('--update')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made);
    say(`wrote test/fixtures/${fixture}`);
    return;
  }
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (record(`${name}.json of ${title} equals the committed one`, before === made)) return;
  const [a, b] = [before.split('\n'), made.split('\n')];
  const at = b.findIndex((line, index) => line !== a[index]);
  say(`  first difference in line ${at + 1}:\n  committed: ${a[at] ?? '(end)'}\n  made:      ${b[at] ?? '(end)'}\n  Run \`node scripts/dbt-example.mjs --update\` if the project changed.`);
}

function record(what, passed) {
  counts[passed ? 'passed' : 'failed']++;
  say(`${passed ? '✓' : '✗'} ${what}`);
  return passed;
}

/** dbt in a virtual environment of its own in the cache; undefined, and counted as skipped, where there is no Python. */
function install() {
  const venv = join(CACHE, 'dbt-venv');
  const dbt = join(venv, 'bin', 'dbt');
  const stamp = join(venv, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === VERSIONS.join()) return dbt;
  say('installing dbt from PyPI (once)…');
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const made = spawnSync('python3', ['-m', 'venv', venv], { encoding: 'utf8' });
  const pip = made.status === 0 ? spawnSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...VERSIONS], { encoding: 'utf8' }) : made;
  if (pip.status === 0) {
    writeFileSync(stamp, VERSIONS.join());
    return dbt;
  }
  counts[process.env.CI ? 'failed' : 'skipped']++;
  say(`dbt could not be installed (${(pip.stderr ?? pip.error?.message ?? '').trim().split('\n').pop()}); the example was not built with it`);
  return undefined;
}

const VOLATILE = new Set(['generated_at', 'invocation_id', 'invocation_started_at', 'run_started_at', 'created_at', 'user_id', 'project_id', 'root_path', 'compiled_path', 'build_path', 'execution_time', 'env', 'owner', 'docs', 'vars']);

/** What of an artifact says something about the project: no times, ids, paths, or dbt's own macros. */
function stable(name, json) {
  const kept = name === 'manifest' ? { metadata: json.metadata, nodes: json.nodes, sources: json.sources, macros: Object.fromEntries(Object.entries(json.macros).filter(([, m]) => m.package_name === json.metadata.project_name)), exposures: json.exposures, unit_tests: json.unit_tests, disabled: json.disabled } : { metadata: json.metadata, nodes: json.nodes, sources: json.sources };
  return clean(kept);
}

function clean(value) {
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !VOLATILE.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, clean(child)]));
}

main();
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
