import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const BRANCHES = "steps:\n  - { name: a, from: orders, joins: [], filters: [], columns: [{ name: id }, { name: kind, expression: \"'a'\" }] }\n  - { name: b, from: orders, joins: [], filters: [], columns: [{ name: id }, { name: kind, expression: \"'b'\" }] }\n";
const SPEC = `inputs: [{ ref: orders }]\n${BRANCHES}union: { op: union_all, branches: [a, b] }\n`;
const SQL = "with orders as (select * from {{ ref('orders') }}), split as (select id, 'a' as kind from orders union all select id, 'b' as kind from orders) select * from split";

describe('a union that the spec describes by its branches', () => {
  it('has no limit without a word in the spec', async () => {
    const found = async (sql: string): Promise<string[]> => unspecced(await compare({ spec: SPEC, sql }));
    expect(verdicts(await compare({ spec: SPEC, sql: SQL }))).toMatchObject({ union: 'matches' });
    expect(await found(SQL)).toEqual([]);
    expect(await found(`${SQL} limit 10`)).toEqual(['AGG008']);
    expect(await found(SQL.replace('orders) select * from split', 'orders limit 10) select * from split'))).toEqual(['AGG008']);
  });
});
