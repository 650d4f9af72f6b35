import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RECORD = join(ROOT, '.cache', 'neovim-session.json');

/** What each step of the session has to have shown. */
const WANTED = {
  diagnostics: (codes) => codes.includes('JOIN001'),
  hover: (text) => text.includes('Which rows are kept?'),
  definition: (line) => line.includes('id: POP-all'),
  completion: (line) => line === 'limit: { rows: "10", order_by: [customers.customer_id] }',
  rename: (lines) => lines.length === 4 && lines[0] === '- name: settled' && lines.some((line) => line.includes('coalesce(settled.value, 0)')),
  references: (files) => ['customer_value.business.spec.yml', 'customer_value.technical.spec.yml', 'marts.yml'].every((file) => files.includes(file)),
  codeLens: (titles) => titles.length === 1 && /^\d+ match/.test(titles[0]),
  symbols: (names) => names.includes('EC-parts') && names.includes('customer_value#EC-parts'),
  formatting: (line) => line === 'spec: technical/v1',
  edited: (seen) => seen === true,
};

/** Runs the session in a headless Neovim over `specline lsp --stdio`; `missing` says why where there is none. Records it in .cache. */
export function runNeovim() {
  if (spawnSync('nvim', ['--version']).status !== 0) return { passed: 0, failed: 0, missing: "this machine has no nvim (Debian's package neovim)" };
  const folder = mkdtempSync(join(tmpdir(), 'specline-neovim-'));
  try {
    cpSync(join(ROOT, 'examples', 'jaffle'), folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
    mkdirSync(dirname(RECORD), { recursive: true });
    rmSync(RECORD, { force: true });
    const env = { ...process.env, SPECLINE_CLI: join(ROOT, 'dist', 'cli.js'), SPECLINE_PROJECT: folder, SPECLINE_RECORD: RECORD };
    const script = fileURLToPath(new URL('session.lua', import.meta.url));
    const run = spawnSync('nvim', ['--headless', '--clean', '-n', '-c', `luafile ${script}`], { cwd: folder, env, encoding: 'utf8', timeout: 180_000 });
    if (!existsSync(RECORD)) return { passed: 0, failed: 1, detail: `Neovim ended without a record: ${run.stderr ?? ''}${run.error?.message ?? ''}` };
    return judged(JSON.parse(readFileSync(RECORD, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged({ version, steps, error }) {
  const failures = Object.entries(WANTED).flatMap(([name, holds]) => (steps[name] !== undefined && holds(steps[name]) ? [] : [`${name}: ${JSON.stringify(steps[name] ?? null)}`]));
  return { passed: Object.keys(WANTED).length - failures.length, failed: failures.length, failures: error ? [error, ...failures] : failures, detail: `Neovim ${version}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = runNeovim();
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exit(result.failed > 0 ? 1 : 0);
}
