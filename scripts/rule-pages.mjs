#!/usr/bin/env node
// Writes docs/rules/ from the metadata of the rules; with --check it only says whether the pages are up to date.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'docs', 'rules');
const bundled = join(mkdtempSync(join(tmpdir(), 'specline-rules-')), 'pages.cjs');
await build({ entryPoints: [join(ROOT, 'engine', 'view', 'rulePages.ts')], outfile: bundled, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning', external: ['@polyglot-sql/sdk'] });
const { rulePages } = createRequire(import.meta.url)(bundled);
rmSync(bundled);

const pages = rulePages();
const present = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
const stale = [...Object.keys(pages).filter((name) => !present.includes(name) || readFileSync(join(FOLDER, name), 'utf8') !== pages[name]), ...present.filter((name) => !(name in pages))];
if (process.argv.includes('--check')) {
  process.stdout.write(stale.length === 0 ? `${present.length} pages are up to date\n` : `out of date: ${stale.join(', ')}; run \`node scripts/rule-pages.mjs\`\n`);
  process.exit(stale.length === 0 ? 0 : 1);
}
mkdirSync(FOLDER, { recursive: true });
for (const name of present) if (!(name in pages)) rmSync(join(FOLDER, name));
for (const [name, text] of Object.entries(pages)) writeFileSync(join(FOLDER, name), text);
process.stdout.write(`${Object.keys(pages).length} pages in docs/rules\n`);
