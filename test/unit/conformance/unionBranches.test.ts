import { describe, expect, it } from 'vitest';
import { compare, deviations, unspecced, verdicts } from './support';

const BRANCHES = "  - { name: web, from: web_orders, filters: [{ id: F-web, expression: 'paid' }], columns: [{ name: id }, { name: amount }] }\n  - { name: shop, from: shop_orders, filters: [], columns: [{ name: id }, { name: amount, expression: 'amount * 2' }] }\n";
const SPEC = `inputs: [{ ref: web_orders }, { ref: shop_orders }]\nsteps:\n${BRANCHES}  - { name: both, union: { op: union_all, branches: [web, shop] } }\nfrom: both\njoins: []\nfilters: [{ id: F-big, expression: 'amount > 10' }]\naggregate: { by: [id] }\ncolumns: [{ name: id }, { name: total, expression: 'sum(amount)' }]\n`;
const WEB = "select id, amount from {{ ref('web_orders') }} where paid";
const SHOP = "select id, amount * 2 as amount from {{ ref('shop_orders') }}";
const model = (...branches: string[]): string => `with everything as (${branches.join(' union all ')}) select id, sum(amount) as total from everything where amount > 10 group by id`;

describe('a branch of a set operation', () => {
  it('that is there', async () => {
    const report = await compare({ spec: SPEC, sql: model(WEB, SHOP) });
    expect(deviations(report)).toEqual([]);
    expect(unspecced(report)).toEqual([]);
  });
  for (const [name, branch, lost] of [['first', WEB, 'shop'], ['second', SHOP, 'web']] as const) {
    it(`that is gone, so that only the ${name} is left, differs, and the rest is compared`, async () => {
      const found = verdicts(await compare({ spec: SPEC, sql: model(branch) }));
      expect(found).toMatchObject({ 'steps/both/union': 'differs', from: 'matches', 'filters/F-big': 'matches', aggregate: 'matches', 'columns/total/expression': 'matches' });
      expect(Object.entries(found).filter(([id, verdict]) => verdict === 'differs' && id !== 'steps/both/union' && !id.startsWith('inputs/')).map(([id]) => id)).toEqual([]);
      expect(found[`steps/${lost}/from`]).toMatch(/^unknown/);
    });
  }
  it('of three, one of which is gone', async () => {
    const spec = SPEC.replace('ref: shop_orders }]', 'ref: shop_orders }, { ref: phone_orders }]').replace('  - { name: both', '  - { name: phone, from: phone_orders, filters: [], columns: [{ name: id }, { name: amount }] }\n  - { name: both').replace('[web, shop]', '[web, shop, phone]');
    expect(verdicts(await compare({ spec, sql: model(WEB, SHOP) }))).toMatchObject({ 'steps/both/union': 'differs', from: 'matches', 'steps/web/filters/F-web': 'matches' });
  });
  it('over the same input', async () => {
    const spec = SPEC.replace('from: shop_orders, filters: []', "from: web_orders, filters: [{ id: F-open, expression: 'not paid' }]").replace(', { ref: shop_orders }', '');
    const open = SHOP.replace('shop_orders', 'web_orders').concat(' where not paid');
    expect(deviations(await compare({ spec, sql: model(WEB, open) }))).toEqual([]);
    expect(verdicts(await compare({ spec, sql: model(WEB) }))).toMatchObject({ 'steps/both/union': 'differs' });
    expect(verdicts(await compare({ spec, sql: model(open) }))).toMatchObject({ 'steps/both/union': 'differs' });
  });
  it('that the model says by one filter instead is not known to be gone', async () => {
    const spec = "inputs: [{ ref: orders }]\nsteps:\n  - { name: a, from: orders, filters: [{ id: F-a, expression: \"kind = 'a'\" }], columns: [{ name: id }] }\n  - { name: b, from: orders, filters: [{ id: F-b, expression: \"kind = 'b'\" }], columns: [{ name: id }] }\n  - { name: both, union: { op: union_all, branches: [a, b] } }\nfrom: both\njoins: []\nfilters: []\ncolumns: [{ name: id }]\n";
    const report = await compare({ spec, sql: "select id from {{ ref('orders') }} where kind in ('a', 'b')" });
    expect(report.clauses.filter(({ verdict }) => verdict === 'differs')).toEqual([]);
  });
  it('that is gone beside Jinja that the spec keeps as text', async () => {
    const spec = "inputs: [{ ref: web_orders }, { ref: shop_orders }]\nsteps:\n  - { name: web, from: web_orders, filters: [], columns: [{ name: id }] }\n  - { name: shop, from: shop_orders, filters: [], columns: [{ name: id }] }\n  - { name: both, union: { op: union_all, branches: [web, shop] } }\nfrom: both\ncolumns: [{ all_from: both }]\nopaque: [{ text: '{{ house_rows() }}', reason: 'Jinja' }]\n";
    const sql = (...branches: string[]): string => `with both_of_them as (${branches.map((name) => `select id from {{ ref('${name}') }}`).join(' union all ')}) select * from both_of_them {{ house_rows() }}`;
    expect(deviations(await compare({ spec, sql: sql('web_orders', 'shop_orders') }))).toEqual([]);
    expect(verdicts(await compare({ spec, sql: sql('web_orders') }))['steps/both/union']).toBe('differs');
    expect(verdicts(await compare({ spec, sql: sql('web_orders').replace('house_rows', 'other_rows') }))['steps/both/union']).toMatch(/^unknown/);
  });
  it('that Jinja may bring is not known to be gone', async () => {
    const report = await compare({ spec: SPEC, sql: model(`${WEB} {{ more_orders() }}`) });
    expect(verdicts(report)['steps/both/union']).toMatch(/^unknown/);
  });
});
