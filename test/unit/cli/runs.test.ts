import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program';
import type { Envelope } from '../../../engine/conformance/types';
import { cliV1 } from '../../../engine/generated/validators';
import { runResult, runResults } from '../../support/runResults';

const NOT_NULL = 'test.jaffle.not_null_customer_value_lifetime_value.215062c371';
const UNIQUE = 'test.jaffle.unique_customer_value_customer_id.b0904f19ee';
const MODEL = 'models/marts/customer_value.sql';
const FAILED = runResult(NOT_NULL, 'fail', { failures: 3, message: 'Got 3 results, configured to fail if != 0' });
const SAID = 'failed with 3 failures in the run on 2026-11-30 12:00 UTC: Got 3 results, configured to fail if != 0.';

let folder = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-runs-'));
  cache = mkdtempSync(join(tmpdir(), 'specline-runs-cache-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  mkdirSync(join(folder, 'target'));
  const manifest = JSON.parse(readFileSync('test/fixtures/example/manifest.json', 'utf8')) as { metadata: object };
  writeFileSync(join(folder, 'target/manifest.json'), JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, invocation_id: 'run-1' } }));
});
afterEach(() => [folder, cache].forEach((one) => rmSync(one, { recursive: true, force: true })));

const ran = (text: string): void => writeFileSync(join(folder, 'target/run_results.json'), text);
async function specline(...args: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await run(args, { out: (text) => void (out += text), err: () => undefined, width: 200, color: false, cwd: folder, env: { XDG_CACHE_HOME: cache }, isTerminal: false, script: 'package.json' });
  return { code, out };
}
async function envelope(...args: string[]): Promise<Envelope> {
  const value = JSON.parse((await specline(...args, '--format', 'json')).out) as Envelope;
  expect(cliV1(value), JSON.stringify(cliV1.errors?.slice(0, 3))).toBe(true);
  return value;
}
/** Clauses without what held on the data. */
const verdicts = ({ models }: Envelope): unknown => models.map(({ clauses, findings, summary }) => ({ findings, summary, clauses: clauses.map((clause) => ({ ...clause, onData: undefined })) }));

describe('what the last run of dbt found', () => {
  it('stands beside the verdict of a test, and changes none', async () => {
    const before = await envelope('diff', 'customer_value');
    ran(runResults([FAILED, runResult(UNIQUE, 'pass'), runResult('model.jaffle.customer_value', 'success', { adapter_response: { code: 'INSERT', rows_affected: 120 } })]));
    const after = await envelope('diff', 'customer_value');
    expect(verdicts(after)).toEqual(verdicts(before));
    const clause = (id: string) => after.models[0]?.clauses.find((one) => one.id === id);
    expect(clause('tests/T-no-order')).toMatchObject({ verdict: 'matches', test: NOT_NULL, onData: { status: 'failed', at: '2026-11-30T12:00:02.123456Z', rows: 120, failures: 3, message: 'Got 3 results, configured to fail if != 0', changed: null, from: 'target/run_results.json' } });
    expect(clause('tests/T-customer-unique')).toMatchObject({ verdict: 'matches', test: UNIQUE, onData: { status: 'passed', failures: 0 } });
  });
  it('is said in text where it did not hold, or nobody knows whether it still does', async () => {
    ran(runResults([FAILED, runResult(UNIQUE, 'pass')]));
    const { out } = await specline('diff', 'customer_value');
    expect(out.replace(/\s+/g, ' ')).toContain(`On the data: ${SAID}`);
    expect(out.match(/On the data/g)?.length).toBe(1);
    writeFileSync(join(folder, MODEL), `${readFileSync(join(folder, MODEL), 'utf8')}-- edited\n`);
    expect((await specline('diff', 'customer_value')).out.match(/before the last change/g)?.length).toBe(2);
    expect((await specline('diff', 'customer_value', '--format', 'markdown')).out).toContain('On the data: failed with 3 failures');
  });
  it('stands below the business rule that the test covers', async () => {
    ran(runResults([FAILED]));
    const lines = readFileSync(join(folder, MODEL), 'utf8').split('\n');
    const place = `${MODEL}:${lines.findIndex((line) => line.includes('as lifetime_value')) + 1}`;
    expect((await specline('why', place)).out.replace(/\s+/g, ' ')).toContain(`EC-no-order: a customer has no order: the customer is kept with a value of 0 specs/marts/customer_value.business.spec.yml:18, not approved yet on the data: not_null_customer_value_lifetime_value ${SAID.slice(0, -1)}`);
    const rules = (await envelope('why', place)).why?.lines.flatMap((line) => line.rules);
    expect(rules?.find(({ id }) => id === 'EC-no-order')?.onData).toMatchObject([{ test: NOT_NULL, status: 'failed', failures: 3 }]);
  });
  it('that cannot be read is one notice', async () => {
    const before = await envelope('diff', '--all');
    ran(runResults([FAILED]).slice(0, 300));
    for (const args of [['diff', 'customer_value'], ['diff', '--all'], ['why', `${MODEL}:1`]]) {
      const { notices } = await envelope(...args);
      expect(notices.filter(({ file }) => file === 'target/run_results.json'), args.join(' ')).toMatchObject([{ code: 'EVID012', message: expect.stringContaining('nothing is said of what held on the data') as string }]);
    }
    expect(verdicts(await envelope('diff', '--all'))).toEqual(verdicts(before));
  });
  it('is never said again where it changed', async () => {
    ran(runResults([FAILED]));
    expect((await specline('diff', '--all', '--format', 'json')).out).toContain('"status": "failed"');
    ran(runResults([runResult(NOT_NULL, 'pass')]));
    const { out } = await specline('diff', '--all', '--format', 'json');
    expect(out).toContain('"status": "passed"');
    expect(out).not.toContain('"status": "failed"');
  });
});
