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

describe('one of two deduplications', () => {
  const step = (name: string, from: string): string => `  - { name: ${name}, from: ${from}, deduplicate: { by: [id], order_by: ['at_time desc'] }, filters: [], columns: [{ name: id }, { name: amount }] }\n`;
  const spec = `inputs: [{ ref: web }, { ref: shop }]\nsteps:\n${step('web_orders', 'web')}${step('shop_orders', 'shop')}union: { op: union_all, branches: [web_orders, shop_orders] }\ncolumns: [{ name: id }, { name: amount }]\n`;
  const first = ' qualify row_number() over (partition by id order by at_time desc) = 1';
  const sql = (web: string, shop: string, after = ''): string => `with web_orders as (select id, amount from {{ ref('web') }}${web}), shop_orders as (select id, amount from {{ ref('shop') }}${shop}) select * from web_orders union all select * from shop_orders${after}`;
  it('matches with both', async () => {
    expect(verdicts(await compare({ spec, sql: sql(first, first) }))).toMatchObject({ 'steps/web_orders/deduplicate': 'matches', 'steps/shop_orders/deduplicate': 'matches' });
  });
  it('is gone though the other is there', async () => {
    expect(verdicts(await compare({ spec, sql: sql('', first) }))).toMatchObject({ 'steps/web_orders/deduplicate': 'differs', 'steps/shop_orders/deduplicate': 'matches' });
  });
  it('may be told after both are put together', async () => {
    const all = `with web_orders as (select id, amount, at_time from {{ ref('web') }}), shop_orders as (select id, amount, at_time from {{ ref('shop') }}${first}), both_of_them as (select * from web_orders union all select * from shop_orders) select id, amount from both_of_them${first}`;
    expect(Object.entries(verdicts(await compare({ spec, sql: all }))).filter(([id, verdict]) => id === 'steps/web_orders/deduplicate' && verdict === 'differs')).toEqual([]);
  });
});
