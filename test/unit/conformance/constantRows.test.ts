import { describe, expect, it } from 'vitest';
import { compare, deviations, verdicts } from './support';

const ONE = 'inputs:\n  - { ref: orders }\nsteps: []\njoins: []\nfilters: []\ncolumns:\n  - { name: id, expression: "1" }\n';

describe('a row of constants', () => {
  it('is compared also where the model only depends on its input', async () => {
    expect(deviations(await compare({ spec: ONE, sql: "-- depends on: {{ ref('orders') }}\nselect 1 as id" }))).toEqual([]);
    expect(verdicts(await compare({ spec: ONE, sql: "-- depends on: {{ ref('orders') }}\nselect 2 as id" }))['columns/id/expression']).toBe('differs');
  });
  it('of every row of the only input is what it was', async () => {
    expect(deviations(await compare({ spec: ONE, sql: "select 1 as id from {{ ref('orders') }}" }))).toEqual([]);
    expect(verdicts(await compare({ spec: ONE, sql: "select 2 as id from {{ ref('orders') }}" }))['columns/id/expression']).toBe('differs');
  });
  it('is a branch that is there or gone', async () => {
    const spec = 'inputs: []\nsteps:\n  - { name: a, columns: [{ name: id, expression: "1" }, { name: color, expression: "\'blue\'" }] }\n  - { name: b, columns: [{ name: id, expression: "1" }, { name: color, expression: "\'red\'" }] }\nunion: { op: union_all, branches: [a, b] }\ncolumns:\n  - { name: id }\n  - { name: color }\n';
    expect(deviations(await compare({ spec, sql: "select 1 as id, 'blue' as color union all select 1 as id, 'red' as color" }))).toEqual([]);
    for (const [color, gone] of [['blue', 'b'], ['red', 'a']] as const) {
      const found = verdicts(await compare({ spec, sql: `select 1 as id, '${color}' as color` }));
      expect(found['union']).toBe('differs');
      expect(Object.entries(found).filter(([id, verdict]) => verdict === 'differs' && id !== 'union')).toEqual([]);
      expect(found[`steps/${gone}/columns/id`]).toMatch(/^unknown/);
    }
  });
});
