import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program';
import { cliV1 } from '../../../engine/generated/validators';
import type { Envelope } from '../../../engine/conformance/types';
import { meaningOf, parseSpec } from '../../../engine/spec';

const MODEL = 'models/marts/customer_value.sql';
const BUSINESS = 'specs/marts/customer_value.business.spec.yml';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-why-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  const text = readFileSync(join(folder, BUSINESS), 'utf8');
  const meaning = meaningOf(parseSpec(BUSINESS, text)) ?? '';
  writeFileSync(join(folder, BUSINESS), `${text}approvals:\n  - { by: "Ines", date: 2026-03-05, meaning: "${meaning}" }\n  - { by: "Ole", date: 2025-11-30, meaning: "m1:sha256:${'0'.repeat(64)}" }\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function why(place: string, ...rest: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run(['why', place, ...rest], { out: (t) => void (out += t), err: (t) => void (err += t), width: 200, color: false, cwd: folder, env: {}, isTerminal: false });
  return { code, out, err };
}

/** Where a text of the model stands, counted from 1. */
function placeOf(text: string): string {
  const before = readFileSync(join(folder, MODEL), 'utf8').split(text)[0] ?? '';
  return `${MODEL}:${before.split('\n').length}`;
}

describe('specline why', () => {
  it('names the spec line, its verdict, the business rule and who approved it', async () => {
    const { code, out } = await why(placeOf('inner join paid'));
    expect(code).toBe(0);
    expect(out).toMatch(/^models\/marts\/customer_value\.sql:18 {2}inner join paid/);
    expect(out).toMatch(/differs {2}joins\/paid {2}specs\/marts\/customer_value\.technical\.spec\.yml:\d+/);
    expect(out).toContain('The spec joins paid with a left join');
    expect(out).toContain('POP-all: every customer, also those without an order');
    expect(out).toMatch(/customer_value\.business\.spec\.yml:\d+, approved by Ines on 2026-03-05; approved by Ole on 2025-11-30, before its meaning changed/);
  });

  it('says that nobody asked for logic that is in no spec', async () => {
    const { out } = await why(placeOf("and orders.ordered_on >= '2024-01-01'"));
    expect(out).toContain('not in the spec  FILTER002');
    expect(out).toContain('Nobody asked for this.');
  });

  it('says which line names no business rule, and that a line is about nothing', async () => {
    expect((await why(placeOf('inner join {{ ref'))).out).toContain('It names no business rule, so nothing says who asked for it.');
    expect((await why(`${MODEL}:12`)).out).toMatch(/No line of specs\/marts\/customer_value\.technical\.spec\.yml is about this place\. 8 of its 32 clauses have no place in the file/);
  });

  it('takes a column: the innermost place alone', async () => {
    const line = placeOf('inner join {{ ref');
    expect((await why(`${line}:10`)).out).not.toContain('inputs/orders');
    expect((await why(`${line}:24`)).out).toContain('inputs/orders');
  });

  it('prints the published envelope', async () => {
    const { out } = await why(placeOf('inner join paid'), '--format', 'json');
    const envelope = JSON.parse(out) as Envelope;
    expect(cliV1(envelope), JSON.stringify(cliV1.errors?.slice(0, 3))).toBe(true);
    expect(envelope.why).toMatchObject({ file: MODEL, lines: [{ address: 'joins/paid', verdict: 'differs', rules: [{ id: 'POP-all', file: BUSINESS, approvals: [{ by: 'Ines', current: true }, { by: 'Ole', current: false }] }] }] });
    expect(envelope.models[0]?.clauses.map(({ id }) => id)).toEqual(envelope.why?.lines.flatMap(({ clauses }) => clauses));
  });

  it.each([
    ['models/marts/customer_value.sql', /is no place; write file:line/],
    ['models/marts/customer_value.sql:0', /is no place/],
    ['models/marts/customer_value.sql:99', /has 18 lines, so there is no line 99/],
    ['models/marts/nothing.sql:1', /There is no file models\/marts\/nothing\.sql/],
    ['models/staging/sources.yml:1', /is not the file of a model/],
    ['../elsewhere.sql:1', /outside the dbt project/],
    ['models/intermediate/int_latest_order_event.sql:1', /^$/],
  ])('%s', async (place, message) => {
    const { code, err } = await why(place);
    expect([code, err]).toEqual([message.source === '^$' ? 0 : 2, expect.stringMatching(message)]);
  });
});
