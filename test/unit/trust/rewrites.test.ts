import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../engine/sql/types';
import { applyEdits, isSound } from '../../trust/sql/edits';
import { readSql } from '../../trust/sql/selects';
import { REWRITES } from '../../trust/rewrites';
import { rawModels, seeded, surroundings } from './support';

const squash = (text: string): string => text.replace(/\s+/g, ' ').trim();

function rewritten(name: string, text: string, dialect: Dialect = 'duckdb'): string | undefined {
  const rewrite = REWRITES.find((one) => one.name === name);
  const edits = rewrite?.rewrite(readSql(text), surroundings({}, dialect), seeded(1));
  return edits && squash(applyEdits(text, edits));
}

describe('rewrites', () => {
  const table: [name: string, before: string, after: string | undefined, dialect?: Dialect][] = [
    ['not-equal-spelling', 'select a from t where a <> 1', 'select a from t where a != 1'],
    ['not-equal-spelling', 'select a <> 1 from t', undefined],
    ['predicate-order', 'select a from t where a = 1 and b = 2', 'select a from t where b = 2 and a = 1'],
    ['predicate-order', 'select a from t where a = 1 or b = 2', undefined],
    ['predicate-order', 'select a from t where a = 1 {% if x %} and b = 2 {% endif %}', undefined],
    ['redundant-parentheses', 'select a from t where a = 1', 'select a from t where (a = 1)'],
    ['join-spelling', 'select a.x from a left join b on a.x = b.x', 'select a.x from a left outer join b on a.x = b.x'],
    ['join-spelling', 'select a.x from a join b on a.x = b.x', 'select a.x from a inner join b on a.x = b.x'],
    ['explicit-as', 'select o.a b from orders as o', 'select o.a as b from orders as o'],
    ['explicit-as', 'select o.a from orders o', 'select o.a from orders as o'],
    ['implicit-as', 'select o.a as b from orders as o', 'select o.a as b from orders o'],
    ['count-star', 'select count(*) as n from t', 'select count(1) as n from t'],
    ['count-star', 'select count(*) from t', undefined],
    ['case-else-null', 'select case when a then 1 end as x from t', 'select case when a then 1 else null end as x from t'],
    ['case-else-null', 'select case when a then 1 else null end as x from t', 'select case when a then 1 end as x from t'],
    ['in-list-order', "select a from t where a in ('x', 'y')", "select a from t where a in ('y', 'x')"],
    ['in-list-of-one', "select a from t where a in ('x')", "select a from t where a = 'x'"],
    ['in-list-of-one', "select a from t where a not in ('x')", "select a from t where a <> 'x'"],
    ['in-list-of-one', "select a from t where a = 'x'", "select a from t where a in ('x')"],
    ['in-list-of-one', "select a from t where a <> 'x' and b = c", "select a from t where a not in ('x') and b = c"],
    ['in-list-of-one', "select a from t where a = 'x' || b", undefined],
    ['cte-rename', 'with o as (select x from t) select o.x from o', 'with o_step as (select x from t) select o_step.x from o_step'],
    ['cte-rename', 'with o as (select x as o from t) select o from o', undefined],
    ['cte-rename', "with o as (select x from t) select {{ star('o') }} from o", undefined],
    ['cte-rename', 'with o as (select x from o) select x from o', undefined],
    ['alias-rename', 'select o.x from orders as o', 'select o_alias.x from orders as o_alias'],
    ['alias-rename', 'select orders.x from orders', 'select ord_alias.x from orders as ord_alias'],
    ['alias-rename', "select o.x, {{ star('o') }} as y from orders as o", undefined],
    ['final-cte', 'select x from t', 'with final_step as ( select x from t ) select * from final_step'],
    ['final-cte', 'with a as (select x from t) select x from a', 'with a as (select x from t), final_step as ( select x from a ) select * from final_step'],
    ['final-cte', 'select x from t order by x', undefined],
    ['final-cte', 'select a.*, b.* from a join b on a.k = b.k', undefined],
    ['cte-inlined', 'with a as (select x from t), b as (select x from a) select * from b', 'with a as (select x from t) select * from (select x from a) as b'],
    ['cte-inlined', 'with a as (select x from t) select * from a as o', 'select * from (select x from t) as o'],
    ['cte-inlined', 'with a as (select x from t) select * from a join a as o on a.x = o.x', undefined],
    ['cte-extracted', 'select q.x from (select x from t) as q', 'with q_source as (select x from t) select q.x from q_source as q'],
    ['cte-extracted', 'with c as (select x from (select x from t) q) select * from c', 'with q_source as (select x from t), c as (select x from q_source q) select * from c'],
    ['cte-extracted', 'select o.x from orders as o', 'with o_source as ( select * from orders ) select o.x from o_source as o'],
    ['cte-extracted', "select x from {{ ref('orders') }}", "with input_source as ( select * from {{ ref('orders') }} ) select x from input_source"],
    ['cte-extracted', "select orders.x from {{ ref('orders') }}", undefined],
    ['cte-extracted', 'select x, _partitiontime from orders as o', undefined],
    ['where-to-cte', 'select o.x from orders as o where o.y = 1', 'with o_kept as ( select * from orders as o where o.y = 1 ) select o.x from o_kept as o'],
    ['where-to-cte', 'select x + 1 as y from orders where y = 1', undefined],
    ['wrapped-relation', 'select o.x from orders as o', 'select o.x from (select * from orders) as o'],
    ['using-for-on', 'select a.k, b.y from a left join b on a.k = b.k', 'select a.k, b.y from a left join b using (k)'],
    ['using-for-on', 'select b.k, b.y from a left join b on a.k = b.k', undefined],
    ['using-for-on', 'select * from a left join b on a.k = b.k', undefined],
    ['using-for-on', 'select a.k from a left join b on a.k = b.k', undefined, 'trino'],
    ['on-for-using', 'select k, y from a left join b using (k)', 'select a.k, y from a left join b on a.k = b.k'],
    ['on-for-using', "select {{ f('k') }} as z from a left join b using (k)", undefined],
    ['right-for-left', 'select a.x from a left join b on a.k = b.k', 'select a.x from b right join a on a.k = b.k'],
    ['right-for-left', 'select * from a left join b on a.k = b.k', undefined],
    ['group-by-names', 'select x, lower(y) as z, sum(v) as s from t group by 1, 2', 'select x, lower(y) as z, sum(v) as s from t group by x, lower(y)'],
    ['group-by-names', 'select lower(y) as y, sum(v) as s from t group by 1', undefined],
    ['group-by-names', 'select *, sum(v) as s from t group by 1', undefined],
    ['group-by-names', 'select {{ keys() }}, y, sum(v) as s from t group by 1, 2', undefined],
    ['coalesce-spelling', 'select coalesce({{ columns() }}, 0) as c from t', undefined],
    ['group-by-positions', 'select x, sum(v) as s from t group by x', 'select x, sum(v) as s from t group by 1'],
    ['group-by-positions', 'select x, y, sum(v) as s from t {{ dbt_utils.group_by(2) }}', 'select x, y, sum(v) as s from t group by 1, 2'],
    ['group-by-positions', 'select x, y, sum(v) as s from t {{ dbt_utils.group_by(n) }}', undefined],
    ['qualify-for-filter', 'with r as (select x, row_number() over (partition by x order by y) as n from t) select x from r where n = 1', 'with r as (select x, row_number() over (partition by x order by y) as n from t qualify row_number() over (partition by x order by y) = 1) select x from r'],
    ['qualify-for-filter', 'with r as (select x, row_number() over (order by y) as n from t) select x from r where n = 1', undefined, 'postgres'],
    ['subquery-for-qualify', 'select x, y from t qualify row_number() over (partition by x order by y) = 1', 'select x, y from ( select x, y, row_number() over (partition by x order by y) as window_rank from t ) as numbered_rows where window_rank = 1'],
    ['coalesce-spelling', 'select coalesce(a, 0) as c from t', 'select ifnull(a, 0) as c from t'],
    ['coalesce-spelling', 'select coalesce(a, b, 0) as c from t', undefined],
    ['coalesce-spelling', 'select coalesce(a, 0) as c from t', undefined, 'postgres'],
    ['not-of-equality', 'select a from t where a <> 1', 'select a from t where not (a = 1)'],
    ['not-of-equality', 'select a from t where a < 1', 'select a from t where not (a >= 1)'],
    ['not-of-equality', 'select a from t where t.a is not null', 'select a from t where not (t.a is null)'],
    ['not-of-equality', "select a from t where a is distinct from 1 or b", undefined],
    ['swapped-sides', 'select a from t where a < b + 1', 'select a from t where b + 1 > a'],
    ['between-as-comparisons', 'select a from t where a between 1 and 2', 'select a from t where (a >= 1 and a <= 2)'],
    ['between-as-comparisons', 'select a from t where a not between 1 and 2', undefined],
    ['between-as-comparisons', 'select a from t where a >= 1 and a <= 2', 'select a from t where a between 1 and 2'],
    ['between-as-comparisons', 'select a from t where a <= 2 and a >= 1 and b', 'select a from t where a between 1 and 2 and b'],
    ['between-as-comparisons', 'select a from t where a >= 1 and b <= 2', undefined],
    ['between-as-comparisons', 'select a from t where a > 1 and a <= 2', undefined],
    ['cast-spelling', 'select cast(a + b as date) as c from t', 'select (a + b)::date as c from t'],
    ['cast-spelling', 'select a::date as c from t', 'select cast(a as date) as c from t'],
    ['cast-spelling', 'select cast(a as date) as c from t', undefined, 'bigquery'],
    ['commuted-operands', 'select a + b as c from t', 'select b + a as c from t'],
    ['commuted-operands', 'select a - b as c from t', undefined],
    ['commuted-operands', 'select sum(t.a * 2) as c from t', 'select sum(2 * t.a) as c from t'],
    ['commuted-operands', 'select coalesce(a, 0) + coalesce(b, 0) as c from t', 'select coalesce(b, 0) + coalesce(a, 0) as c from t'],
    ['commuted-operands', 'select a / b * c as d, a * b / c as e, a + b * c as f from t', undefined],
    ['commuted-operands', "select a + interval '1 day' as c, count(*) as n from t", undefined],
    ['cte-order', 'with a as (select 1 as x), b as (select 2 as y) select a.x, b.y from a cross join b', 'with b as (select 2 as y), a as (select 1 as x) select a.x, b.y from a cross join b'],
    ['cte-order', 'with a as (select 1 as x), b as (select x from a) select x from b', undefined],
    ['keyword-case', 'select 1 as x', 'SELECT 1 AS x'],
  ];
  for (const [name, before, after, dialect] of table) {
    it(`${name}: ${before}`, () => {
      expect(rewritten(name, before, dialect)).toBe(after);
    });
  }

  it('every rewrite of meaning is in the table', () => {
    const layout = ['whitespace', 'comments'];
    expect([...new Set([...table.map(([name]) => name), ...layout])].sort()).toEqual(REWRITES.map((one) => one.name).sort());
  });

  it('layout changes no token, comments stay comments', () => {
    const text = "select a -- first\n, b from t where c = '-- no comment' and d in (1, 2)";
    for (const name of ['whitespace', 'comments']) {
      const after = rewritten(name, text) ?? '';
      const edits = REWRITES.find((one) => one.name === name)?.rewrite(readSql(text), surroundings(), seeded(1)) ?? [];
      expect(after).not.toBe('');
      expect(readSql(applyEdits(text, edits)).tokens.map((token) => token.text)).toEqual(readSql(text).tokens.map((token) => token.text));
    }
  });

  it('have names of their own', () => {
    expect(new Set(REWRITES.map((one) => one.name)).size).toBe(REWRITES.length);
  });

  it('stay inside the text, apart from each other, and leave Jinja whole, one upon another', () => {
    const random = seeded(7);
    const failed: string[] = [];
    for (const { name, raw, dialect } of rawModels(61)) {
      for (const rewrite of REWRITES) {
        let text = raw;
        for (const next of [rewrite, ...[1, 2].map(() => REWRITES[Math.floor(random() * REWRITES.length)])]) {
          const sql = readSql(text);
          const edits = next?.rewrite(sql, surroundings({}, dialect), random);
          if (!edits) continue;
          if (!isSound(sql, edits)) failed.push(`${name}: ${next?.name ?? ''}`);
          text = applyEdits(text, edits);
        }
      }
    }
    expect(failed).toEqual([]);
  });
});
