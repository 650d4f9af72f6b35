import { describe, expect, it } from 'vitest';
import { compare } from './support';

/** The verdict on the expression of a column, over a table `t` and what is left-joined to it as `u`. */
async function verdict(spec: string, model: string): Promise<string | undefined> {
  const report = await compare({
    spec: `inputs: [{ ref: t }, { ref: u }]\nfrom: t\nfilters: []\njoins: [{ to: u, type: left, keys: [id] }]\ncolumns:\n  - name: x\n    expression: >-\n      ${spec}\n`,
    sql: `select ${model} as x from {{ ref('t') }} as t left join {{ ref('u') }} as u on t.id = u.id`,
    adapter: 'postgres',
  });
  return report.clauses.find(({ id }) => id === 'columns/x/expression')?.verdict;
}

describe('expressions that differ where a column is null', () => {
  it('differ where one or both ask whether it is', async () => {
    expect(await verdict("case when t.e is null then case when t.a is null then null when t.a then 'yes' else 'no' end else lower(t.e) end", "case when t.e is null then case when t.a then 'yes' else 'no' end else lower(t.e) end")).toBe('differs');
    expect(await verdict("case when t.e is null then case when t.a then 'yes' else 'no' end else lower(t.e) end", "case when t.e is null then 'no' else lower(t.e) end")).toBe('differs');
    expect(await verdict('case when t.a is not null and t.p is null then extract(epoch from t.v) else 0 end + 1', 'case when t.a is not null and t.p is null then extract(epoch from t.v) else 0 end + 2')).toBe('differs');
    expect(await verdict('coalesce(t.a, t.b)', 'coalesce(t.a, t.c)')).toBe('differs');
  });
  it('may be the same where neither does', async () => {
    expect(await verdict('t.a = t.b or t.a <> t.b', 't.a <= t.b or t.b <= t.a')).not.toBe('differs');
    expect(await verdict('t.a * 0 + 1', '1')).not.toBe('differs');
    expect(await verdict('t.a + coalesce(t.b, 0) - coalesce(t.b, 0)', 't.a + coalesce(t.b, 1) - coalesce(t.b, 1)')).not.toBe('differs');
  });
  it('may be the same where its row may have no match, and other columns are null with it', async () => {
    expect(await verdict('case when u.id is null then 0 else u.v end', 'case when u.id is null then coalesce(u.v, 0) else u.v end')).not.toBe('differs');
  });
});

/** The verdict on the expression of a column of groups of one table, of whose column `a` a test may say that it is never null. */
async function grouped(spec: string, model: string, test = ''): Promise<string | undefined> {
  const report = await compare({
    spec: `inputs: [{ ref: t }]\nfrom: t\naggregate: { by: [k] }\ncolumns:\n  - { name: k }\n  - name: x\n    expression: >-\n      ${spec}\n`,
    sql: `select k, ${model} as x from {{ ref('t') }} group by 1`,
    files: { 'models/schema.yml': `models:\n  - name: t\n    columns:\n      - name: a\n        data_tests: [${test}]\n` },
    adapter: 'postgres',
  });
  return report.clauses.find(({ id }) => id === 'columns/x/expression')?.verdict;
}

describe('groups of which every row is null', () => {
  it('tell a sum with a default from one without', async () => {
    expect(await grouped('sum(coalesce(a, 0))', 'sum(a)')).toBe('differs');
    expect(await grouped('coalesce(sum(a), 0)', 'sum(a)')).toBe('differs');
    expect(await grouped('coalesce(sum(a), 0)', 'sum(coalesce(a, 0))')).not.toBe('differs');
  });
  it('cannot be where a test says that no row is null', async () => {
    expect(await grouped('sum(coalesce(a, 0))', 'sum(a)', 'not_null')).toBe('unknown');
    expect(await grouped('sum(coalesce(a, 0))', 'sum(a)', '{ not_null: { config: { where: "a > 0" } } }')).toBe('differs');
  });
  it('are no groups of nulls for a count of cases', async () => {
    expect(await grouped("coalesce(sum(case when a = 's' then 1 else 0 end), sum(case when a = 'c' then 1 else 0 end))", "sum(case when a = 's' then 1 else 0 end)")).not.toBe('differs');
  });
});

describe('a row without a match', () => {
  it('tells a sum of columns with defaults from one without', async () => {
    expect(await verdict('coalesce(u.p, 0) + coalesce(t.w, 0)', 'u.p + coalesce(t.w, 0)')).toBe('differs');
    expect(await verdict('coalesce(t.p, 0) + coalesce(t.w, 0)', 't.p + coalesce(t.w, 0)')).toBe('differs');
  });
});

describe('a text that is read as a number', () => {
  it('is a number in what is compared', async () => {
    expect(await verdict("coalesce(cast(nullif(parse(t.r), '') as decimal(28,6)), 1) * t.amount", "coalesce(cast(nullif(parse(t.r), '') as decimal(28,6)), 1) / t.amount")).toBe('differs');
    expect(await verdict("cast(nullif(t.r, '') as int) * 2", "2 * cast(nullif(t.r, '') as int)")).toBe('matches');
    // It may have a fraction, of which one of the two makes something else.
    expect(await verdict("cast(nullif(t.r, '') as int) * 2", "cast(nullif(t.r, '') as numeric) * 2")).toBe('differs');
  });
});
