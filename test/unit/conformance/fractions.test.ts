import { describe, expect, it } from 'vitest';
import { compare } from './support';

/** The verdict on the expression of a column over a table whose columns have these types: n double, w bigint, s text; u is of no known type. */
async function verdict(spec: string, model: string, adapter = 'postgres'): Promise<string | undefined> {
  const report = await compare({
    spec: `inputs: [{ ref: t }]\nfrom: t\nfilters: []\ncolumns:\n  - name: x\n    expression: >-\n      ${spec}\n`,
    sql: `select ${model} as x from {{ ref('t') }}`,
    files: { 'models/t.sql': 'select cast(n as double precision) as n, cast(w as bigint) as w, cast(s as text) as s, u from raw_t' },
    adapter,
  });
  return report.clauses.find(({ id }) => id === 'columns/x/expression')?.verdict;
}

describe('a cast to a whole number in place of one that keeps fractions', () => {
  it.each([
    ['cast(n as numeric(28,6))', 'cast(n as integer)'],
    ['cast(s as numeric(28,6))', 'cast(s as bigint)'],
    ['cast(n as double precision)', 'cast(n as integer)'],
    ['coalesce(cast(n as numeric), 1)', 'coalesce(cast(n as integer), 1)'],
    ['round(cast(n as numeric(28,6)), 2)', 'round(cast(n as integer), 2)'],
    ["coalesce(cast(nullif(u, '') as numeric), 1) * w", "coalesce(cast(nullif(u, '') as integer), 1) * w"],
    ['cast(n * w as numeric(10,2))', 'cast(n * w as int)'],
  ])('makes another value: %s, %s', async (a, b) => {
    expect(await verdict(a, b)).toBe('differs');
    expect(await verdict(b, a)).toBe('differs');
  });

  it.each([
    ['a whole number is cast', 'cast(w as numeric(28,6))', 'cast(w as integer)'],
    ['a constant is cast', 'cast(0 as numeric(28,6))', 'cast(0 as integer)'],
    ['nothing says the type', 'cast(u as numeric(28,6))', 'cast(u as integer)'],
    ['it is rounded afterwards', 'round(cast(n as numeric(28,6)), 0)', 'round(cast(n as integer), 0)'],
    ['the other has no scale', 'cast(n as numeric(28,0))', 'cast(n as integer)'],
    ['both keep fractions', 'cast(n as numeric(28,6))', 'cast(n as double precision)'],
    ['it is only compared', 'cast(n as numeric(28,6)) > 5', 'cast(n as integer) > 5'],
  ])('may make the same where %s', async (_, a, b) => {
    expect(await verdict(a, b)).toBe('unknown');
  });

  it('may make the same where DECIMAL has no scale of its own', async () => {
    expect(await verdict('cast(n as numeric)', 'cast(n as integer)')).toBe('differs');
    expect(await verdict('cast(n as numeric)', 'cast(n as integer)', 'snowflake')).toBe('unknown');
  });
});
