import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Builds the product, bundles the benchmark of speed and memory, and runs it: `bench.mjs -- arguments`. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const out = join(ROOT, '.cache', 'bench');
const args = process.argv.slice(2).filter((arg, index) => !(index === 0 && arg === '--'));

const asked = args.includes('--help');
const built = asked ? { status: existsSync(join(ROOT, 'engine', 'generated', 'validators.js')) ? 0 : 1 } : { status: null };
if (built.status !== 0 && spawnSync(process.execPath, [join('scripts', 'build.mjs')], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) process.exit(4);
mkdirSync(out, { recursive: true });
const file = join(out, `main-${process.pid}.cjs`);
await build({ entryPoints: [join(ROOT, 'test', 'bench', 'main.ts')], outfile: file, bundle: true, platform: 'node', format: 'cjs', target: 'node20', sourcemap: 'inline', logLevel: 'warning', mainFields: ['module', 'main'] });
const result = spawnSync(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
rmSync(file, { force: true });
process.exit(result.status ?? 4);
