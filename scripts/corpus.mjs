#!/usr/bin/env node
// Infers and compares every model of real dbt projects and prints a table per project and tier.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: node scripts/corpus.mjs [--only <text>] [--verbose] [--corpus <folder>]

  --only <text>      projects whose name contains the text, such as zendesk or v12
  --verbose          also print every clause that is unknown, and every finding
  --corpus <folder>  folder of dbt artifacts (default: SPECLINE_CORPUS, else ../shared/corpus)
`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const valueOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

if (args.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(0);
}

const corpus = valueOf('--corpus') ?? process.env.SPECLINE_CORPUS ?? join(root, '..', 'shared', 'corpus');
if (!existsSync(corpus)) {
  process.stderr.write(`There is no folder ${corpus}; give --corpus or set SPECLINE_CORPUS to a folder of dbt artifacts.\n`);
  process.exit(2);
}

const env = {
  ...process.env,
  SPECLINE_CORPUS: corpus,
  ...(valueOf('--only') ? { SPECLINE_CORPUS_ONLY: valueOf('--only') } : {}),
  ...(args.includes('--verbose') ? { SPECLINE_CORPUS_VERBOSE: '1' } : {}),
};
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/corpus/infer.test.ts'], { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
