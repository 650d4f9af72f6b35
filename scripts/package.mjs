import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { filesOf } from './vsix.mjs';

const require = createRequire(import.meta.url);
const OUT = 'specline.vsix';
const ALLOWED = [
  /^\[Content_Types\]\.xml$/, /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|README\.md|changelog\.md|CHANGELOG\.md|LICENSE(\.txt|\.md)?)$/,
  /^extension\/dist\/(cli|server|server-main|sql-worker|client|side-by-side)\.js$/, /^extension\/dist\/polyglot_sql\.wasm$/,
  /^extension\/schemas\/[\w.-]+\.json$/, /^extension\/snippets\/[\w.-]+\.json$/, /^extension\/docs\/images\/[\w.-]+\.png$/,
];

const vsce = spawnSync(process.execPath, [require.resolve('@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', OUT], { encoding: 'utf8' });
if (vsce.status !== 0) {
  process.stderr.write(vsce.stdout + vsce.stderr);
  process.exit(1);
}
const files = filesOf(OUT);
const strange = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
if (strange.length > 0) {
  process.stderr.write(`The VSIX holds files it should not:\n${strange.join('\n')}\nList them in .vscodeignore.\n`);
  process.exit(1);
}
process.stdout.write(`${OUT}: ${(statSync(OUT).size / 1024 / 1024).toFixed(1)} MB, ${files.length} files\n`);
