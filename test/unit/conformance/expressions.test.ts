import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareExpr, normaliseExpr } from '../../../engine/conformance';
import { createSqlService, type Expr, type SqlService } from '../../../engine/sql';

let sql: SqlService;
beforeAll(async () => {
  sql = await createSqlService();
});

async function parse(text: string): Promise<Expr> {
  const [parsed] = await sql.expressions('duckdb', [text]);
  if (parsed?.kind !== 'ok') throw new Error(`${text} does not parse: ${parsed?.message ?? ''}`);
  return normaliseExpr(parsed.expr, (name) => (typeof name === 'string' ? name : name.text).toLowerCase());
}

const EQUAL: [string, string][] = [
  ['timestampadd(day, 1, a)', "dateadd('day', 1, a)"],
  ['datediff(DAY, a, b)', "datediff('day', a, b)"],
  ['a = 1', '1 = a'],
  ['a > b', 'b < a'],
  ['not (status = \'failed\')', "status <> 'failed'"],
  ['not (a < 5)', 'a >= 5'],
  ['not (a and b)', 'not a or not b'],
  ['not not a', 'a'],
  ['a between 1 and 5', 'a >= 1 and a <= 5'],
  ["status in ('x')", "status = 'x'"],
  ["status in ('b', 'a')", "status in ('a', 'b')"],
  ["status = 'a' or status = 'b'", "status in ('b', 'a')"],
  ["not (status in ('a', 'b'))", "status not in ('a', 'b')"],
  ["status <> 'a'", "status != 'a'"],
  ['ifnull(a, 0)', 'coalesce(a, 0)'],
  ['nvl(a, 0)', 'coalesce(a, 0)'],
  ['coalesce(a, coalesce(b, 0))', 'coalesce(a, b, 0)'],
  ['a::int', 'cast(a as integer)'],
  ['cast(a as varchar)', 'cast(a as text)'],
  ['count(1)', 'count(*)'],
  ['count(1) over (partition by a) > 1', 'count(*) over (partition by a) > 1'],
  ['is_active = true', 'is_active'],
  ['is_active = false', 'not is_active'],
  ['a + b + c', 'c + (a + b)'],
  ['case x when 1 then 2 end', 'case when x = 1 then 2 else null end'],
  ['CASE WHEN A > 1 THEN B END', 'case when a > 1 then b end'],
  ['a is not null', 'not (a is null)'],
  ["{{ var('start') }} <= a", "a >= {{ var( 'start' ) }}"],
  ['row_number() over (partition by a, b order by c desc)', 'row_number() over (partition by b, a order by c desc)'],
  ['lower(trim(a))', 'trim(lower(a))'],
  ["sum(a) filter (where b = 'x')", "sum(case when b = 'x' then a end)"],
  ["count(*) filter (where b = 'x')", "count(case when b = 'x' then 1 end)"],
  ["interval '1 day'", 'interval 1 day'],
  ["a - interval '30 days'", "a - interval '30 day'"],
  ['lag(a) over (partition by b order by c)', 'lag(a, 1) over (partition by b order by c)'],
  ['sum(a) over (partition by b order by c)', 'sum(a) over (partition by b order by c range between unbounded preceding and current row)'],
  ['min(a) over (partition by b)', 'min(a) over (partition by b order by b)'],
  ['date(a)', 'a::date'],
  ["extract(year from a)", "date_part('year', a)"],
  ['year(a)', 'extract(year from a)'],
  ['a % 2 = 0', 'mod(a, 2) = 0'],
  ["a = any(array['x', 'y'])", "a in ('x', 'y')"],
  ['not x', 'x = false'],
];

const DIFFERENT: [string, string][] = [
  ["d < dateadd('day', -30, now()) and e < current_date", "d < dateadd('day', -30, now()) or e < current_date"],
  ["lower(d) like '%role changed%' or k = 'user'", "k = 'user'"],
  ["case when a < b and c <= e and k = 'x' then n end", "case when a < b and c < e and k = 'x' then n end"],
  ['cast(cast(a as date) as timestamp)', 'cast(a as date)'],
  ["d < date '2025-07-01' + interval '1 month' * -1", "d >= date '2025-07-01' + interval '1 month' * -1"],
  ["d < date '2025-07-01' + interval '1 month' * -1", "d <= date '2025-07-01' + interval '1 month' * -1"],
  ["cast(d as date) >= current_date - interval '30 days'", "cast(d as date) > current_date - interval '30 days'"],
  ["status <> 'failed'", "status <> 'refunded'"],
  ["status = 'failed'", "status <> 'failed'"],
  ['a > 5', 'a >= 5'],
  ['a > 5', 'a < 5'],
  ['sum(a)', 'avg(a)'],
  ['sum(a)', 'sum(b)'],
  ['sum(a)', 'count(a)'],
  ['count(a)', 'count(distinct a)'],
  ['coalesce(a, 0)', 'a'],
  ['coalesce(a, 0)', 'coalesce(a, 1)'],
  ['a + b', 'a - b'],
  ['a * 100', 'a / 100'],
  ['a and b', 'a or b'],
  ['upper(a)', 'lower(a)'],
  ['upper(a)', 'a'],
  ["date_trunc('month', a)", "date_trunc('week', a)"],
  ["date_trunc('month', a)", 'a'],
  ['round(a, 2)', 'a'],
  ["case when a > 1 then 'x' else 'y' end", "case when a > 1 then 'x' end"],
  ["case when a > 1 then 'x' else 'y' end", "case when a > 2 then 'x' else 'y' end"],
  ["case when a > 1 then 'x' when a < -9 then 'z' else 'y' end", "case when a > 1 then 'x' else 'y' end"],
  ["status in ('a', 'b')", "status in ('a')"],
  ["status like 'a%'", "status like 'b%'"],
  ['cast(a as integer)', 'cast(a as text)'],
  ['row_number() over (partition by a order by b)', 'row_number() over (partition by a order by b desc)'],
  ['row_number() over (partition by a order by b)', 'row_number() over (partition by c order by b)'],
  ['sum(case when a then b else 0 end)', 'sum(b)'],
  ['lag(a) over (partition by b order by c)', 'lead(a) over (partition by b order by c)'],
  ["a = 'x' or a is null", "a = 'x'"],
  ["date_trunc('month', a)", "date_trunc('month', b)"],
  ['trim(a)', 'a'],
  ['md5(lower(a))', 'md5(a)'],
  ["a < '2021-01-01'", "a <= '2021-01-01'"],
  ["a < '2021-01-01'", "a < '2022-01-01'"],
  ['round(a + b, 2)', 'round(a - b, 2)'],
  ['a', 'b'],
  ['cast(sum(a) as int)', 'round(sum(a) * 100.0 / count(*), 2)'],
  ['case when a is null then null else safe_divide(a, b) end', 'case when a is null then null end'],
  ['count(distinct a) >= 7', 'count(a) >= 7'],
  ["coalesce(a, timestampadd('day', 30, now()))", 'a'],
  ["greatest(a, b)", "coalesce(c, timestampadd('day', 30, now()))"],
];

const UNKNOWN: [string, string][] = [
  ['safe_divide(a, b)', 'a / nullif(b, 0)'],
  ['cast(a / b as int)', 'round(a / b, 0)'],
  ['cast(avg(a) as int)', 'round(avg(a))'],
  ["case when a < 'm' then left(b, 1) else 'z' end", "case when a < 'M' then substring(b, 1, 1) else 'z' end"],
  ['cast(round(a, -2) as int)', 'trunc(a)'],
  ["d < dateadd('day', -30, now()) or d < dateadd('day', -60, now())", "d < dateadd('day', -30, now())"],
  ["d < now() and d < date_trunc('day', now())", "d < date_trunc('day', now()) and d < date_trunc('month', now()) or d < now() and d < date_trunc('day', now())"],
  ["d < current_date - interval '30 days'", "d <= current_date - interval '31 days'"],
  ["d < current_date + interval '1 day' or d < '2020-01-01'", "d < current_date + interval '1 day'"],
  ['a > 5', 'a >= 6'],
  ["left(a, 3)", 'substring(a, 1, 3)'],
  ['date(a)', "date_trunc('day', a)"],
  ["a + interval '1 day'", "dateadd('day', 1, a)"],
  ["concat(a, b)", 'a || b'],
  ['cast(a as date)', 'a'],
  ['cast(a as decimal(10, 2))', 'cast(a as decimal(12, 2))'],
  ["a > {{ var('x') }}", 'a > 5'],
  ["a > {{ var('x') }}", "a > {{ var('y') }}"],
  ['house_udf(a)', 'a'],
  ['count(a)', 'count(*)'],
  ["date_trunc('MONTH', a)", "date_trunc('month', a)"],
  ['a = 1', "a = '1'"],
  ['a * 1.0', 'a * 1'],
  ["a >= '2020-01-01'", "a >= '2020-1-1'"],
  // What casts, formats, nulls, ties or the order of functions may explain.
  ["coalesce(trim(a), '')", "trim(coalesce(a, ''))"],
  ['coalesce(round(a, 2), 0)', 'round(coalesce(a, 0), 2)'],
  ['initcap(lower(a))', 'initcap(a)'],
  ["replace(lower(a), ' ', '_')", "lower(replace(a, ' ', '_'))"],
  ['upper(left(a, 1))', 'left(upper(a), 1)'],
  ["left(a, 2) = 'AB'", "a like 'AB%'"],
  ['length(trim(a)) > 0', "trim(a) <> ''"],
  ["regexp_replace(a, '[^0-9]', '')", "regexp_replace(a, '\\D', '')"],
  ['a::numeric(10, 2)', 'round(a, 2)'],
  ['case when a then 1 else 0 end', 'a::int'],
  ["a >= '2020-01-01'", "a >= date('2020-01-01')"],
  ["a < '2021-01-01'", "a <= '2020-12-31'"],
  ["extract(year from a) = 2020", "a between '2020-01-01' and '2020-12-31'"],
  ['sum(a - b)', 'sum(a) - sum(b)'],
  ["case when a > 10 then 'b' else 's' end", "case when a <= 10 then 's' else 'b' end"],
  ['row_number() over (order by a)', 'rank() over (order by a)'],
  ['sum(a) over (order by c)', 'sum(a) over (order by c rows between unbounded preceding and current row)'],
  ['row_number() over (partition by a order by b desc nulls last)', 'row_number() over (partition by a order by b desc)'],
  ['(a - b) * (a - b)', 'power(a - b, 2)'],
];

describe('compareExpr', () => {
  for (const [a, b] of EQUAL) it(`${a} equals ${b}`, async () => expect(compareExpr(await parse(a), await parse(b))).toBe('equal'));
  for (const [a, b] of DIFFERENT) {
    it(`${a} is not ${b}`, async () => {
      expect(compareExpr(await parse(a), await parse(b))).toBe('different');
      expect(compareExpr(await parse(b), await parse(a))).toBe('different');
    });
  }
  for (const [a, b] of UNKNOWN) it(`nothing is claimed of ${a} and ${b}`, async () => expect(compareExpr(await parse(a), await parse(b))).toBe('unknown'));

  it('takes as a filter only what keeps a row', async () => {
    expect(compareExpr(await parse('a > 1'), await parse('coalesce(a > 1, false)'), 'filter')).not.toBe('different');
    expect(compareExpr(await parse('a > 1'), await parse('coalesce(a > 1, true)'), 'filter')).toBe('different');
  });

  it.each([
    ["coalesce(a, '') <> ''", "a <> ''"],
    ['coalesce(a, 0) > 0', 'a > 0'],
    ['0 < coalesce(a, 0)', 'a > 0'],
    ['coalesce(a, false)', 'a'],
    ["b = 1 and (coalesce(a, 'x') = 'y' or c)", "b = 1 and (a = 'y' or c)"],
  ])('knows that %s keeps the rows of %s, which is another value', async (a, b) => {
    expect(compareExpr(await parse(a), await parse(b), 'filter')).toBe('equal');
    expect(compareExpr(await parse(a), await parse(b))).not.toBe('equal');
  });

  it.each([
    ['coalesce(a, 0) >= 0', 'a >= 0'],
    ["coalesce(a, 'y') = 'Y'", "a = 'Y'"],
    ['not coalesce(a, false)', 'not a'],
    ["coalesce(a, 'x') <> 'y'", "a <> 'y'"],
    ['coalesce(a, 1) > 0', 'a > 0'],
  ])('does not take %s for %s in a filter', async (a, b) => {
    expect(compareExpr(await parse(a), await parse(b), 'filter')).not.toBe('equal');
  });

  it('never calls an expression different from a rewriting of itself', async () => {
    const leaf = fc.constantFrom('a', 'b', 'c', '1', '7', "'x'");
    const number = fc.constantFrom('a', 'b', '1', '7');
    const condition = fc.oneof(
      fc.tuple(number, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), number).map(([x, op, y]) => ({ text: `${x} ${op} ${y}`, other: `${y} ${{ '=': '=', '<>': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[op] ?? op} ${x}` })),
      fc.tuple(number, number, number).map(([x, y, z]) => ({ text: `${x} between ${y} and ${z}`, other: `(${x} <= ${z} and ${y} <= ${x})` })),
      leaf.map((x) => ({ text: `${x} is null`, other: `not (${x} is not null)` })),
    );
    const pair = fc.tuple(condition, condition, fc.constantFrom('and', 'or')).map(([x, y, op]) => ({ text: `(${x.text}) ${op} (${y.text})`, other: `not (not (${y.other}) ${op === 'and' ? 'or' : 'and'} not (${x.other}))` }));
    await fc.assert(
      fc.asyncProperty(pair, async ({ text, other }) => {
        expect(compareExpr(await parse(text), await parse(other)), `${text} / ${other}`).not.toBe('different');
      }),
      { numRuns: 150 },
    );
  });
});
