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
  const table: [name: string, before: string, after: string | undefined][] = [
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
    ['cte-rename', 'with o as (select x from t) select o.x from o', 'with o_step as (select x from t) select o_step.x from o_step'],
    ['cte-rename', 'with o as (select x as o from t) select o from o', undefined],
    ['cte-rename', "with o as (select x from t) select {{ star('o') }} from o", undefined],
    ['cte-rename', 'with o as (select x from o) select x from o', undefined],
    ['alias-rename', 'select o.x from orders as o', 'select o_alias.x from orders as o_alias'],
    ['alias-rename', 'select orders.x from orders', 'select ord_alias.x from orders as ord_alias'],
  ];
  for (const [name, before, after] of table) {
    it(`${name}: ${before}`, () => {
      expect(rewritten(name, before)).toBe(after);
    });
  }

  it('have names of their own', () => {
    expect(new Set(REWRITES.map((one) => one.name)).size).toBe(REWRITES.length);
  });

  it('stay inside the text, apart from each other, and leave Jinja whole, one upon another', () => {
    const random = seeded(7);
    const failed: string[] = [];
    for (const { name, raw, dialect } of rawModels(23)) {
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
