import { describe, expect, it } from 'vitest';
import { compare, verdicts } from './support';

const SPEC = "inputs: [{ ref: orders }]\nsteps:\n  - name: numbered\n    from: orders\n    columns: [{ name: order_id }, { name: amount }, { name: rn, expression: 'row_number() over (partition by order_id order by updated_at desc)' }]\nfrom: numbered\nfilters: [{ id: F-first, expression: 'rn = 1' }]\njoins: []\ncolumns: [{ name: order_id }, { name: amount }]\n";
const NUMBERED = "with numbered as (select order_id, amount, row_number() over (partition by order_id order by updated_at desc) as rn from {{ ref('orders') }}) select order_id, amount from numbered";

const verdictFor = async (where: string): Promise<string | undefined> => verdicts(await compare({ spec: SPEC, sql: `${NUMBERED}${where}` }))['filters/F-first'];

describe('a filter that keeps the first row', () => {
  for (const where of [' where rn = 1', ' where rn <= 1', ' where 1 = rn', ' where rn < 2']) {
    it(`matches:${where}`, async () => expect(await verdictFor(where)).toBe('matches'));
  }
  for (const where of ['', ' where rn <> 1', ' where rn > 1', ' where rn = 2', ' where rn <= 2', ' where rn >= 1', ' where 1 < rn']) {
    it(`differs:${where === '' ? ' no filter' : where}`, async () => expect(await verdictFor(where)).toBe('differs'));
  }
  it('is not known where another number is tested', async () => {
    expect(await verdictFor(' where rn = amount')).toMatch(/^unknown/);
  });
});
