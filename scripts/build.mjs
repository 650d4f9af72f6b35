import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, context } from 'esbuild';

const require = createRequire(import.meta.url);
const watch = process.argv.includes('--watch');

const generated = spawnSync(process.execPath, [join('scripts', 'generate-validators.mjs')], { stdio: 'inherit' });
if (generated.status !== 0) process.exit(generated.status ?? 1);

/**
 * The parser's package is loaded by its CommonJS entry, which looks for the wasm file beside the bundle; esbuild
 * would take the ESM entry for an `import`.
 */
const polyglotAsCommonJs = {
  name: 'polyglot-as-commonjs',
  setup(bundle) {
    bundle.onResolve({ filter: /^@polyglot-sql\/sdk$/ }, () => ({ path: require.resolve('@polyglot-sql/sdk') }));
  },
};

const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: false,
  // Names stay as they are written, for whoever reads a stack trace; kept beside minified ones they cost a call for every function made.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  mainFields: ['module', 'main'],
  plugins: [polyglotAsCommonJs],
};

const bundles = [
  { ...node, entryPoints: ['cli/main.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['server/launch.ts'], outfile: 'dist/server.js' },
  { ...node, entryPoints: ['server/main.ts'], outfile: 'dist/server-main.js' },
  { ...node, entryPoints: ['server/sqlWorker.ts'], outfile: 'dist/sql-worker.js' },
  { ...node, entryPoints: ['client/main.ts'], outfile: 'dist/client.js', external: ['vscode'] },
  { ...node, platform: 'browser', format: 'iife', target: 'es2022', entryPoints: ['client/webview/sideBySide.ts'], outfile: 'dist/side-by-side.js' },
].filter((bundle) => existsSync(bundle.entryPoints[0]));

mkdirSync('dist', { recursive: true });
copyFileSync(join(dirname(require.resolve('@polyglot-sql/sdk')), 'polyglot_sql.wasm'), join('dist', 'polyglot_sql.wasm'));
if (watch) {
  const contexts = await Promise.all(bundles.map((bundle) => context(bundle)));
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
  bundles.forEach(({ outfile }) => process.stdout.write(`${outfile} ${Math.round(statSync(outfile).size / 1024)} KB\n`));
}
