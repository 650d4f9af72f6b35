import { cpSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program';
import type { Envelope } from '../../../engine/conformance/types';

const MODELS = ['stg_orders', 'stg_customers', 'customer_orders', 'ledger', 'revenue', 'rates.v1', 'rates.v2', 'rates_history', 'orders_history', 'customers_history', 'util_dates', 'util_more', 'py_model'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-mixed-'));
  cpSync('test/fixtures/mixed', folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function specline(...args: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await run(args, { out: (t) => void (out += t), err: () => undefined, width: undefined, color: false, cwd: folder, env: {}, isTerminal: false });
  return { code, out };
}

/** Specs drafted from the raw files, then judged with and without the manifest: what describes a model cannot differ from it. */
describe.each(['raw files alone', 'the manifest of real dbt'])('infer, then diff, with %s', (evidence) => {
  it('nothing differs and nothing is unspecced', async () => {
    if (evidence !== 'raw files alone') {
      mkdirSync(join(folder, 'target'), { recursive: true });
      copyFileSync('test/fixtures/mixed.manifest.json', join(folder, 'target/manifest.json'));
      rmSync(join(folder, 'specs'), { recursive: true });
    }
    for (const model of MODELS) expect([model, (await specline('infer', model)).code]).toEqual([model, 0]);
    const { code, out } = await specline('diff', '--all', '--format', 'json');
    const { models } = JSON.parse(out) as Envelope;
    expect(models.map((model) => model.model).sort()).toEqual([...MODELS].sort());
    expect(models.flatMap((model) => model.clauses.filter((clause) => clause.verdict === 'differs').map((clause) => `${model.model} ${clause.id}: ${clause.message}`))).toEqual([]);
    expect(models.flatMap((model) => model.findings.filter((finding) => finding.unspecced).map((finding) => `${model.model} ${finding.message}`))).toEqual([]);
    expect(code).toBe(0);
  });
});
