import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const SPEC = "inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\nfilters:\n  - { id: F-1, expression: \"customers.kind = 'x'\" }\ncolumns:\n  - { name: customer_id, from: [customers.customer_id] }\n  - { name: total, expression: \"coalesce(orders.amount, 0)\" }\n";
const model = (from: string, join: string, rest = "where c.kind = 'x'", type = 'left'): string => `select c.customer_id, coalesce(o.amount, 0) as total from ${from} as c ${type} join ${join} as o on c.customer_id = o.customer_id ${rest}`;
const [CUSTOMERS, ORDERS] = ["{{ ref('customers') }}", "{{ ref('orders') }}"];
const HIDDEN = "{{ var('customers_relation') }}";

describe('an input that Jinja names', () => {
  it('leaves its name unknown and the rest of the stage comparable', async () => {
    const report = await compare({ spec: SPEC, sql: model(HIDDEN, ORDERS) });
    expect(verdicts(report)).toMatchObject({ 'joins/orders': 'matches', 'joins/orders/keys': 'matches', 'filters/F-1': 'matches', 'columns/total/expression': 'matches' });
    expect(verdicts(report)['inputs/customers']).toMatch(/^unknown/);
    expect(verdicts(report)['from']).toMatch(/^unknown/);
    expect(unspecced(report)).toEqual([]);
  });

  it('is read through a stage of its own, and joined', async () => {
    const report = await compare({ spec: SPEC, sql: `with c as (select * from ${CUSTOMERS}), o as (select * from {{ var('orders_relation') }}) select c.customer_id, coalesce(o.amount, 0) as total from c left join o on c.customer_id = o.customer_id where c.kind = 'x'` });
    expect(verdicts(report)).toMatchObject({ 'from': 'matches', 'joins/orders': 'matches', 'joins/orders/keys': 'matches', 'filters/F-1': 'matches', 'columns/total/expression': 'matches' });
    expect(verdicts(report)['inputs/orders']).toMatch(/^unknown/);
  });

  it('hides no other filter, join type, key or column', async () => {
    const filtered = await compare({ spec: SPEC, sql: model(HIDDEN, ORDERS, "where c.kind = 'y'") });
    const inner = await compare({ spec: SPEC, sql: model(HIDDEN, ORDERS, "where c.kind = 'x'", 'inner') });
    const missing = await compare({ spec: SPEC, sql: model(HIDDEN, ORDERS, '') });
    const column = await compare({ spec: SPEC, sql: model(CUSTOMERS, "{{ var('orders_relation') }}").replace('coalesce(o.amount, 0)', 'coalesce(o.amount, 1)') });
    expect(verdicts(filtered)['filters/F-1']).toBe('differs');
    expect(verdicts(inner)['joins/orders']).toBe('differs');
    expect(verdicts(missing)['filters/F-1']).toBe('differs');
    expect(verdicts(column)['columns/total/expression']).toBe('differs');
  });

  it('is not taken for one that the model reads elsewhere', async () => {
    const report = await compare({ spec: "inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: customer_id }\n", sql: `select h.customer_id from ${HIDDEN} as h left join ${CUSTOMERS} as c on h.id = c.id` });
    expect(Object.values(verdicts(report))).not.toContain('differs');
  });
});
