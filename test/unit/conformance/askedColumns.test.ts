import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const LOOP = "select id{% for c in adapter.get_columns_in_relation(ref('b')) if c.name != 'id' %}, max({{ c.name }}) as {{ c.name }}{% endfor %} from {{ ref('b') }} group by 1";
const spec = (...names: string[]): string => `inputs:\n  - { ref: b }\nfrom: b\njoins: []\nfilters: []\naggregate: { by: [id] }\ncolumns:\n  - { name: id }\n${names.map((name) => `  - { name: ${name}, expression: "max(${name})" }\n`).join('')}`;
const verdictsWith = async (b: string, names: string[], files: Record<string, string> = {}): Promise<Record<string, string>> => verdicts(await compare({ spec: spec(...names), sql: LOOP, files: { 'models/b.sql': b, ...files } }));

describe('columns that a macro asks a database for', () => {
  it('are those of a model whose SQL names them all', async () => {
    const report = await compare({ spec: spec('x'), sql: LOOP, files: { 'models/b.sql': 'select 1 as id, 2 as x, 3 as y from raw_table' } });
    expect(verdicts(report)['columns/x/expression']).toBe('matches');
    expect(unspecced(report)).toEqual(['COL002']);
    expect((await verdictsWith('select 1 as id, 2 as x from raw_table', ['z']))['columns/z']).toBe('differs');
  });

  it('are not known where the SQL leaves some open, and of what is in no database or keeps older columns', async () => {
    for (const b of ['select * from raw_table', "{{ config(materialized='ephemeral') }}select 1 as id, 2 as x from raw_table", "{{ config(materialized='incremental') }}select 1 as id, 2 as x from raw_table"]) {
      expect((await verdictsWith(b, ['x']))['columns/x'], b).toMatch(/^unknown/);
    }
  });

  it('accuse nothing where a setting may change them', async () => {
    const b = "select 1 as id{% if var('with_x', false) %}, 2 as x{% endif %}{% for c in var('more', []) %}, {{ c }}{% endfor %} from raw_table";
    expect((await verdictsWith(b, ['x']))['columns/x']).toMatch(/^unknown/);
    expect((await verdictsWith("select 1 as id, 2 as x{% for c in var('more', []) %}, {{ c }}{% endfor %} from raw_table", ['x']))['columns/x']).toBe('matches');
    expect((await verdictsWith("select 1 as id, 2 as x{% for c in var('more', []) %}, {{ c }}{% endfor %} from raw_table", ['z']))['columns/z']).toMatch(/^unknown/);
  });

  it('have types that are not known', async () => {
    const sql = "select id{% for c in adapter.get_columns_in_relation(ref('b')) if c.name != 'id' %}{% if c.dtype == 'TEXT' %}, max({{ c.name }}) as {{ c.name }}{% endif %}{% endfor %} from {{ ref('b') }} group by 1";
    const report = await compare({ spec: spec('z'), sql, files: { 'models/b.sql': "select 1 as id, 'a' as x from raw_table" } });
    expect(verdicts(report)['columns/z']).toMatch(/^unknown/);
  });

  it('end where models ask for one another', async () => {
    const asking = (of: string): string => `select id{% for c in adapter.get_columns_in_relation(ref('${of}')) %}, {{ c.name }} as {{ c.name }}_{% endfor %} from {{ ref('${of}') }}`;
    expect((await verdictsWith(asking('d'), ['x'], { 'models/d.sql': asking('b') }))['columns/x']).toMatch(/^unknown/);
  });
});
