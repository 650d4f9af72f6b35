import { describe, expect, it } from 'vitest';
import { compare, unspecced } from './support';

it('a star over a step that could not be paired takes the columns of the stage that could not be paired', async () => {
  const spec = `inputs: []
steps:
  - name: windows
    columns: [{ name: id }, { name: day }]
    opaque:
      - { text: "history", reason: "read through a macro" }
from: windows
columns:
  - { all_from: windows }
  - { name: later, expression: "day + 1" }
`;
  const sql = "with windows as (select id, day from {{ history_of('contact') }}), last as (select windows.*, day + 1 as later from windows) select * from last";
  expect(unspecced(await compare({ spec, sql }))).toEqual([]);
});

it('what the spec quotes under opaque is not missing from it', async () => {
  const where = "not exists (select 1 from {{ ref('refunds') }} as r where r.order_id = o.id and id > 1)";
  const sql = `select o.id from {{ ref('orders') }} as o where ${where}`;
  const head = 'inputs:\n  - { ref: orders, as: o }\n  - { ref: refunds }\nfrom: o\njoins: []\nfilters: []\ncolumns: [{ name: id }]\n';
  expect(unspecced(await compare({ spec: `${head}opaque:\n  - { text: "${where}", reason: "not exists" }\n`, sql }))).toEqual([]);
  expect(unspecced(await compare({ spec: head, sql }))).not.toEqual([]);
});

describe('a computed column of a step that the spec does not list', () => {
  const FIRST = 'row_number() over (partition by k order by t desc)';
  const spec = `inputs:
  - { ref: x }
steps:
  - name: a
    from: x
    joins: []
    filters: []
    columns: [{ name: id }, { name: k }, { name: t }]
    deduplicate: { by: [k], keep: [t desc] }
from: a
joins: []
filters: []
columns: [{ name: id }, { name: k }, { name: t }]
`;
  const kept = (column: string, last: string): string => `with a as (select id, k, t, ${column} from {{ ref('x') }} as x qualify ${FIRST} = 1) ${last}`;
  const found = async (sql: string): Promise<string[]> => unspecced(await compare({ spec, sql }));

  it('changes nothing where no later stage reads it', async () => {
    expect(await found(kept(`${FIRST} as n`, 'select id, k, t from a'))).toEqual([]);
    expect(await found(kept('upper(t) as n', 'select id, k, t from a'))).toEqual([]);
  });

  it('changes nothing where later stages only hand it on to where nobody reads it', async () => {
    expect(await found(kept(`${FIRST} as n`, ', b as (select * from a) select id, k, t from b'))).toEqual([]);
    expect(await found(kept(`${FIRST} as n`, ', b as (select id, k, t, n + 1 as m from a) select id, k, t from b'))).toEqual([]);
  });

  it('is unspecced where it reaches the output of the model', async () => {
    for (const column of [`${FIRST} as n`, 'upper(t) as n']) {
      expect(await found(kept(column, 'select id, k, t, n from a'))).toContain('COL002');
      expect(await found(kept(column, 'select * from a'))).toContain('COL002');
      expect(await found(kept(column, ', b as (select a.* from a) select * from b'))).toContain('COL002');
    }
  });

  it('is told of where a later stage reads it', async () => {
    for (const column of [`${FIRST} as n`, 'length(t) as n']) {
      expect(await found(kept(column, 'select id, k, t from a where n > 0'))).not.toEqual([]);
      expect(await found(kept(column, "select id, k, t from a where exists (select 1 from {{ ref('y') }} as y where y.m = a.n)"))).not.toEqual([]);
      expect(await found(kept(column, 'select id, k, t from a order by n limit 5'))).not.toEqual([]);
    }
  });

  it('is accounted for as the row number that the spec keeps the first rows by', async () => {
    const handedOn = spec.replace(/columns: \[\{ name: id \}, \{ name: k \}, \{ name: t \}\]\n$/, 'columns: [{ name: id }, { name: k }, { name: t }, { name: n }]\n');
    expect(unspecced(await compare({ spec: handedOn, sql: kept(`${FIRST} as n`, 'select id, k, t, n from a') }))).toEqual([]);
    expect(unspecced(await compare({ spec: handedOn, sql: kept('row_number() over (partition by k order by t) as n', 'select id, k, t, n from a') }))).toContain('COL002');
  });

  it('is unspecced where a step keeps distinct rows of it', async () => {
    const distinct = `inputs:
  - { ref: x }
steps:
  - { name: a, from: x, joins: [], filters: [], columns: [{ name: id }] }
  - { name: b, from: a, joins: [], filters: [], columns: [{ name: id }], distinct: true }
from: b
joins: []
filters: []
columns: [{ name: id }]
`;
    const sql = (columns: string): string => `with a as (select id, upper(t) as n from {{ ref('x') }} as x), b as (select distinct ${columns} from a) select id from b`;
    expect(unspecced(await compare({ spec: distinct, sql: sql('id') }))).toEqual([]);
    expect(unspecced(await compare({ spec: distinct, sql: sql('id, n') }))).toContain('COL002');
    expect(unspecced(await compare({ spec: distinct, sql: sql('*') }))).toContain('COL002');
  });

  it('is unspecced where it makes rows', async () => {
    expect(await found(kept('unnest(t) as n', 'select id, k, t from a'))).not.toEqual([]);
  });
});
