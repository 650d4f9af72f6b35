import { describe, expect, it } from 'vitest';
import { compare, verdicts } from './support';

const spec = (type: string, name = 'x'): string => `inputs:\n  - { ref: b }\nfrom: b\njoins: []\nfilters: []\ncolumns:\n  - { name: ${name}, type: ${type} }\n`;
const files = (a: string, b = "select * from {{ ref('a') }}"): Record<string, string> => ({ 'models/a.sql': a, 'models/b.sql': b });
const SQL = "select x from {{ ref('b') }}";

describe('types that the SQL of parents gives', () => {
  it('follows a column through models, stars and casts', async () => {
    const given = files('select cast(raw_x as timestamp) as x from raw_table');
    expect(verdicts(await compare({ spec: spec('timestamp'), sql: SQL, files: given }))['columns/x/type']).toBe('matches');
    expect(verdicts(await compare({ spec: spec('boolean'), sql: SQL, files: given }))['columns/x/type']).toBe('differs');
  });
  it('follows functions, CASE, and unions whose branches agree', async () => {
    for (const [expression, type] of [['count(*)', 'bigint'], ["case when a then 'x' else 'y' end", 'text'], ['coalesce(max(cast(a as date)), null)', 'date'], ['sum(cast(a as integer)) * 2', 'numeric'], ['a > 1', 'boolean'], ["lower(a) || 'x'", 'text']] as const) {
      expect(verdicts(await compare({ spec: spec(type), sql: SQL, files: files(`select ${expression} as x from raw_table`) }))['columns/x/type'], expression).toBe('matches');
    }
    const union = (second: string): Record<string, string> => files(`select cast(a as date) as x from r union all select ${second} as x from s`);
    expect(verdicts(await compare({ spec: spec('date'), sql: SQL, files: union('cast(b as date)') }))['columns/x/type']).toBe('matches');
    expect(verdicts(await compare({ spec: spec('date'), sql: SQL, files: union('b') }))['columns/x/type']).toMatch(/^unknown/);
  });
  it('says nothing of what depends on more than the SQL', async () => {
    for (const expression of ['raw_x', "case when a then 1 else 'y' end", 'sum(a)', 'a + b', 'my_function(a)']) {
      expect(verdicts(await compare({ spec: spec('boolean'), sql: SQL, files: files(`select ${expression} as x from raw_table`) }))['columns/x/type'], expression).toMatch(/^unknown/);
    }
  });
  it('accuses no column whose type a setting may change', async () => {
    const given = files("select {% if var('as_text', true) %} cast(a as text) {% else %} cast(a as boolean) {% endif %} as x from raw_table");
    expect(verdicts(await compare({ spec: spec('boolean'), sql: SQL, files: given }))['columns/x/type']).toMatch(/^unknown/);
  });
  it('knows the columns of a star over models whose SQL names them', async () => {
    const given = files('select 1 as x, 2 as y from raw_table');
    expect(verdicts(await compare({ spec: spec('bigint', 'z'), sql: "select * from {{ ref('b') }}", files: given }))['columns/z']).toBe('differs');
    expect(verdicts(await compare({ spec: spec('bigint', 'y'), sql: "select * from {{ ref('b') }}", files: given }))['columns/y']).toBe('matches');
    expect(verdicts(await compare({ spec: spec('bigint', 'z'), sql: "select * from {{ ref('b') }}", files: files('select * from raw_table') }))['columns/z']).toMatch(/^unknown/);
  });
  it('ends where refs run in a circle', async () => {
    expect(verdicts(await compare({ spec: spec('boolean'), sql: SQL, files: files("select x from {{ ref('b') }}") }))['columns/x/type']).toMatch(/^unknown/);
  });
  describe('that Jinja declares for where a column is missing', () => {
    const filled = (type: string, sql = 'select x from f'): Record<string, string> => files(`{% macro fill(there, wanted) %}{% for c in wanted %}{% if c.name in there %}{{ c.name }} as {{ c.alias }}{% else %}cast(null as {{ c.type }}) as {{ c.alias }}{% endif %}{% if not loop.last %}, {% endif %}{% endfor %}{% endmacro %}with f as (select {{ fill(adapter.get_columns_in_relation(ref('c')) | map(attribute='name') | list, [{'name': 'id', 'alias': 'y', 'type': 'boolean'}, {'name': 'raw_x', 'alias': 'x', 'type': '${type}'}]) }} from {{ ref('c') }}) ${sql}`);
    const verdict = async (type: string, given: Record<string, string>): Promise<string | undefined> => {
      const macro = given['models/a.sql']?.match(/\{% macro[\s\S]*endmacro %\}/)?.[0] ?? '';
      const report = await compare({ spec: spec(type), sql: SQL, files: { ...given, 'models/a.sql': given['models/a.sql']?.slice(macro.length) ?? '', 'models/c.sql': 'select * from raw_table', 'macros/fill.sql': macro } });
      return verdicts(report)['columns/x/type'];
    };
    it('match, since nothing says otherwise', async () => {
      expect(await verdict('bigint', filled('int'))).toBe('matches');
      expect(await verdict('bigint', filled('int', 'select sum(x) as x from f'))).toBe('matches');
      expect(await verdict('text', filled('text', "select x || 'a' as x from f"))).toBe('matches');
    });
    it('accuse nothing: a database may have another type', async () => {
      expect(await verdict('text', filled('int'))).toBe('unknown (not-provable)');
      expect(await verdict('text', filled('int', 'select sum(x) + 1 as x from f'))).toBe('unknown (not-provable)');
      expect(await verdict('binary', filled('text', 'select concat(x, x) as x from f'))).toMatch(/^unknown/);
    });
    it('give way to a cast', async () => {
      expect(await verdict('text', filled('int', 'select cast(x as text) as x from f'))).toBe('matches');
      expect(await verdict('bigint', filled('int', 'select cast(x as text) as x from f'))).toBe('differs');
    });
  });
});
