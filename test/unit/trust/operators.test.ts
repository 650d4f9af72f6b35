import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../engine/sql/types';
import { OPERATORS } from '../../trust/operators';
import { applyEdits, changesTokens, isSound } from '../../trust/sql/edits';
import { readSql } from '../../trust/sql/selects';
import type { DeclaredTest } from '../../trust/types';
import { rawModels, surroundings } from './support';

const squash = (text: string): string => text.replace(/\s+/g, ' ').trim();
const COLUMNS = { orders: ['order_id', 'customer_id', 'amount'], returns: ['return_id', 'order_id', 'amount'], order_items: ['order_id', 'customer_id', 'amount', 'item'] };

function mutants(name: string, text: string, dialect: Dialect = 'duckdb'): string[] {
  const operator = OPERATORS.find((one) => one.name === name);
  if (operator?.kind !== 'sql') throw new Error(`no operator on SQL is called ${name}`);
  return operator.mutate(readSql(text), surroundings(COLUMNS, dialect)).map(({ edits }) => squash(applyEdits(text, edits)));
}

describe('operators on SQL', () => {
  const table: [name: string, before: string, after: string[]][] = [
    ['join-left-to-inner', 'select a.x from a left join b on a.k = b.k', ['select a.x from a inner join b on a.k = b.k']],
    ['join-left-to-inner', 'select a.x from a left join b on a.k = b.k where b.y = 1', []],
    ['join-left-to-inner', 'select a.x from a left join b on a.k = b.k where b.y is null', ['select a.x from a inner join b on a.k = b.k where b.y is null']],
    ['join-inner-to-left', 'select a.x from a join b on a.k = b.k', ['select a.x from a left join b on a.k = b.k']],
    ['join-inner-to-left', 'select a.x from a join b on a.k = b.k where b.is_kept', []],
    ['join-left-to-full', 'select a.x from a left join b on a.k = b.k', ['select a.x from a full outer join b on a.k = b.k']],
    ['join-left-to-full', 'select a.x from a left join b on a.k = b.k where a.y > 1', []],
    ['join-key-changed', "select o.amount from {{ ref('orders') }} as o join {{ ref('returns') }} as r on o.order_id = r.order_id", ["select o.amount from {{ ref('orders') }} as o join {{ ref('returns') }} as r on o.order_id = r.return_id"]],
    ['join-condition-dropped', 'select a.x from a join b on a.k = b.k and a.d > b.d', ['select a.x from a join b on a.d > b.d', 'select a.x from a join b on a.k = b.k']],
    ['join-condition-dropped', 'select a.x from a join b using (k, d)', ['select a.x from a join b using (d)', 'select a.x from a join b using (k)']],
    ['join-condition-added', "select o.amount from {{ ref('orders') }} as o join {{ ref('returns') }} as r on o.order_id = r.order_id", ["select o.amount from {{ ref('orders') }} as o join {{ ref('returns') }} as r on o.order_id = r.order_id and o.amount = r.amount"]],
    ['join-dropped', 'select a.x, b.y, b.z + 1 as w from a left join b on a.k = b.k', ['select a.x, null as y, null + 1 as w from a']],
    ['join-dropped', 'select a.x, b.y from a left join b on a.k = b.k where b.y > 1', []],
    ['join-added', "select o.amount from {{ ref('orders') }} as o", ["select o.amount from {{ ref('orders') }} as o inner join {{ ref('returns') }} as extra_input on o.order_id = extra_input.order_id"]],
    ['filter-dropped', 'select x from a where y = 1', ['select x from a']],
    ['filter-dropped', 'select x from a where 1 = 1', []],
    ['filter-dropped', 'select x from a where 1 = 1 and y = 1 and true', ['select x from a where 1 = 1 and true']],
    ['filter-dropped', 'select x from a where y = 1 and z between 2 and 3', ['select x from a where z between 2 and 3', 'select x from a where y = 1']],
    ['filter-dropped', 'select x from a where y = 1 {% if x %} and z = 2 {% endif %}', ['select x from a where y = 1 {% if x %} {% endif %}']],
    ['filter-added', 'select x from a where y = 1', ['select x from a where y = 1 and x is not null']],
    ['filter-added', 'select x from a', ['select x from a where x is not null']],
    ['filter-negated', 'select x from a where y = 1', ['select x from a where not (y = 1)']],
    ['comparison-changed', 'select x from a where y < 1', ['select x from a where y <= 1']],
    ['comparison-changed', 'select x from a where y = 1', ['select x from a where y <> 1']],
    ['and-to-or', 'select x from a where y = 1 and z = 2', ['select x from a where y = 1 or z = 2']],
    ['filter-on-to-where', "select a.x from a left join b on a.k = b.k and b.s = 'p'", ["select a.x from a left join b on a.k = b.k where b.s = 'p'"]],
    ['filter-on-to-where', "select a.x from a left join b on a.k = b.k and b.s = 'p' {{ group_by(1) }}", ["select a.x from a left join b on a.k = b.k where b.s = 'p' {{ group_by(1) }}"]],
    ['join-added', "select o.amount from {{ ref('orders') }} as o {{ group_by(1) }}", ["select o.amount from {{ ref('orders') }} as o inner join {{ ref('returns') }} as extra_input on o.order_id = extra_input.order_id {{ group_by(1) }}"]],
    ['join-dropped', 'select a.x, b.y from a left join b on a.k = b.k {{ group_by(2) }}', []],
    ['group-key-dropped', 'select is_x, cast(1 as int) as one, sum(z) as s from a group by 1, 2', []],
    ['constant-string-changed', "select date_trunc('month', x) as m from a", []],
    ['filter-where-to-on', "select a.x from a left join b on a.k = b.k where b.s = 'p'", ["select a.x from a left join b on a.k = b.k and b.s = 'p'"]],
    ['group-key-dropped', 'select x, y, sum(z) as s from a group by x, y', ['select max(x) as x, y, sum(z) as s from a group by y', 'select x, max(y) as y, sum(z) as s from a group by x']],
    ['group-key-dropped', 'select x, sum(z) as s from a group by 1', []],
    ['group-key-added', 'select x, sum(z) as s from a group by 1', ['select x, sum(z) as s from a group by 1, z']],
    ['aggregate-changed', 'select sum(x) as a, count(distinct y) as b from t', ['select avg(x) as a, count(distinct y) as b from t', 'select sum(x) as a, count(y) as b from t']],
    ['distinct-dropped', 'select distinct x from a', ['select x from a']],
    ['distinct-dropped', 'select distinct x from a group by x', []],
    ['distinct-dropped', 'select x from a union select distinct x from b', []],
    ['distinct-added', 'select x from a', ['select distinct x from a']],
    ['distinct-added', 'select x from a group by x', []],
    ['window-partition-changed', 'select row_number() over (partition by a, b order by c) as n from t', ['select row_number() over (partition by b order by c) as n from t', 'select row_number() over (partition by a order by c) as n from t']],
    ['window-partition-changed', 'select row_number() over (partition by a order by c) as n from t', ['select row_number() over (order by c) as n from t']],
    ['window-order-reversed', 'select row_number() over (partition by a order by c desc, d) as n from t', ['select row_number() over (partition by a order by c, d) as n from t']],
    ['window-order-reversed', 'select row_number() over (order by c nulls last) as n from t', ['select row_number() over (order by c desc nulls last) as n from t']],
    ['wrong-input', "select amount from {{ ref('orders') }}", ["select amount from {{ ref('order_items') }}"]],
    ['column-dropped', 'select x, y from a', ['select y from a', 'select x from a']],
    ['column-dropped', 'with f as (select x, y from a) select * from f', ['with f as (select y from a) select * from f', 'with f as (select x from a) select * from f']],
    ['column-dropped', 'select x, sum(y) as s from a group by 1', []],
    ['columns-swapped', 'select x as created_at, y as updated_at from a', ['select y as created_at, x as updated_at from a']],
    ['columns-swapped', 'select x as created_at, sum(y) as total from a group by 1', []],
    ['column-added', 'select x from a', ['select x, x as x_again from a']],
    ['constant-string-changed', "select x from a where s = 'paid'", ["select x from a where s = 'paidx'"]],
    ['constant-number-changed', 'select x / 100.0 as y from a', ['select x / 101.0 as y from a']],
    ['constant-number-changed', 'select cast(x as numeric(28, 6)) as y from a group by 1', []],
    ['constant-date-changed', "select x from a where d >= '2024-01-01'", ["select x from a where d >= '2025-01-01'"]],
    ['boolean-changed', 'select x from a where y = true', ['select x from a where y = false']],
    ['case-branch-dropped', "select case when a = 1 then 'x' when a = 2 then 'y' else 'z' end as c from t", ["select case when a = 2 then 'y' else 'z' end as c from t", "select case when a = 1 then 'x' else 'z' end as c from t"]],
    ['case-branches-swapped', "select case when a > 9 then 'x' when a > 5 then 'y' end as c from t", ["select case when a > 5 then 'y' when a > 9 then 'x' end as c from t"]],
    ['case-branches-swapped', "select case when a = 9 then 'x' when a = 5 then 'y' end as c from t", []],
    ['case-results-swapped', "select case when a = 9 then 'x' else 'y' end as c from t", ["select case when a = 9 then 'y' else 'x' end as c from t"]],
    ['case-else-changed', 'select case when a = 9 then 1 else 0 end as c from t', ['select case when a = 9 then 1 end as c from t']],
    ['coalesce-removed', 'select coalesce(a, 0) as c from t', ['select a as c from t']],
    ['coalesce-removed', 'select coalesce(count(*), 0) as c from t', []],
    ['coalesce-default-changed', 'select coalesce(a, 0) as c from t', ['select coalesce(a, 1) as c from t']],
    ['union-all-to-union', 'select a from t union all select a from u', ['select a from t union select a from u']],
    ['union-to-union-all', 'select a from t union select a from u', ['select a from t union all select a from u']],
    ['union-branch-dropped', 'select a from t union all select a from u', ['select a from t']],
    ['limit-added', 'select a from t', ['select a from t limit 10']],
    ['operator-changed', 'select a + b as c, count(*) as n from t', ['select a - b as c, count(*) as n from t']],
    ['cast-type-changed', 'select cast(a as timestamp) as c from t', ['select cast(a as date) as c from t']],
    ['config-unique-key-changed', "{{ config(unique_key='a') }} select a, b from t", ["{{ config(unique_key='b') }} select a, b from t"]],
    ['config-unique-key-changed', "{{ config(unique_key=['a', 'b']) }} select a, b from t", ["{{ config(unique_key=['b']) }} select a, b from t"]],
    ['config-materialized-changed', "{{ config(materialized='table') }} select a from t", ["{{ config(materialized='view') }} select a from t"]],
  ];
  for (const [name, before, after] of table) {
    it(`${name}: ${before}`, () => {
      expect(mutants(name, before)).toEqual(after);
    });
  }

  it('every operator on SQL is in the table, and names are its own', () => {
    const names = OPERATORS.filter((one) => one.kind === 'sql').map((one) => one.name);
    expect([...new Set(table.map(([name]) => name))].sort()).toEqual([...names].sort());
  });

  it('about a third is held out', () => {
    const share = OPERATORS.filter((one) => one.heldOut).length / OPERATORS.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.45);
  });

  it('stay inside the text, apart from each other, leave Jinja whole and change the tokens', () => {
    const failed: string[] = [];
    for (const { name, raw, dialect } of rawModels(61)) {
      const sql = readSql(raw);
      for (const operator of OPERATORS) {
        if (operator.kind !== 'sql') continue;
        for (const { edits, note } of operator.mutate(sql, surroundings(COLUMNS, dialect))) {
          if (!isSound(sql, edits) || !changesTokens(sql, edits)) failed.push(`${name}: ${operator.name}: ${note}`);
        }
      }
    }
    expect(failed).toEqual([]);
  });
});

describe('operators on tests', () => {
  const tests: DeclaredTest[] = [
    { test: 'unique', column: 'id', arguments: {} },
    { test: 'accepted_values', column: 'status', arguments: { values: ['a'] } },
  ];
  const after = (name: string): DeclaredTest[][] => {
    const operator = OPERATORS.find((one) => one.name === name);
    return operator?.kind === 'tests' ? operator.mutate(tests).map((one) => one.tests) : [];
  };

  it('remove, weaken, narrow, change and move', () => {
    expect(after('test-removed')).toEqual([[tests[1]], [tests[0]]]);
    expect(after('test-severity-warn')[0]).toEqual([{ ...tests[0], severity: 'warn' }, tests[1]]);
    expect(after('test-where-added')[1]).toEqual([tests[0], { ...tests[1], where: '1 = 0' }]);
    expect(after('test-accepted-values-changed')).toEqual([[tests[0], { ...tests[1], arguments: { values: ['a', 'anything else'] } }]]);
    expect(after('test-column-moved')[0]).toEqual([{ ...tests[0], column: 'status' }, tests[1]]);
  });
});
