import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles one entry of the benchmark and runs it: `trust.mjs [entry.ts] -- arguments`, main.ts where none is named. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && first.endsWith('.ts');
const entry = named ? first : 'main.ts';
const args = named ? rest : process.argv.slice(2);
const out = join(ROOT, '.cache', 'trust');

const generated = spawnSync(process.execPath, [join('scripts', 'generate-validators.mjs')], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
if (generated.status !== 0) process.exit(generated.status ?? 1);
mkdirSync(out, { recursive: true });
const wasm = join(dirname(require.resolve('@polyglot-sql/sdk')), 'polyglot_sql.wasm');
if (existsSync(wasm)) copyFileSync(wasm, join(out, 'polyglot_sql.wasm'));
// A name of its own, since threads load it again while another run may be building.
const file = join(out, `${entry.replace(/\.ts$/, '')}-${process.pid}.cjs`);
await build({
  entryPoints: [join(ROOT, 'test', 'trust', entry)],
  outfile: file,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  mainFields: ['module', 'main'],
  plugins: [{ name: 'polyglot-as-commonjs', setup: (bundle) => bundle.onResolve({ filter: /^@polyglot-sql\/sdk$/ }, () => ({ path: require.resolve('@polyglot-sql/sdk') })) }],
});
const result = spawnSync(process.execPath, [file, ...args.filter((arg, index) => !(index === 0 && arg === '--'))], { stdio: 'inherit' });
rmSync(file, { force: true });
process.exit(result.status ?? 1);
