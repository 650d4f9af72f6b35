import { describe, expect, it } from 'vitest';
import { align, mapEdits } from '../../trust/align';
import { applyEdits } from '../../trust/edits';

const RELATIONS: Record<string, string> = { "{{ ref('orders') }}": '"db"."main"."orders"', "{{ ref('items') }}": '"db"."main"."items"' };
const relation = (jinja: string): string | undefined => RELATIONS[jinja];

/** The compiled text after replacing the first `from` of the raw text; undefined where that has no certain counterpart. */
function compiledAfter(raw: string, compiled: string, from: string, to: string): string | undefined {
  const alignment = align(raw, compiled, relation);
  const start = raw.indexOf(from);
  if (!alignment || start < 0) throw new Error('nothing to align or to replace');
  const edits = mapEdits(alignment, raw, [{ start, end: start + from.length, text: to }]);
  return edits && applyEdits(compiled, edits);
}

describe('a raw edit in the compiled text', () => {
  const raw = "{{ config(materialized='table') }}\nselect a, {{ dbt.safe_cast('b', 'int') }} as b from {{ ref('orders') }} as o where a = 1 and c = 2";
  const compiled = '\nselect a, try_cast(b as int) as b from "db"."main"."orders" as o where a = 1 and c = 2';

  it('replaces, inserts and drops tokens', () => {
    expect(compiledAfter(raw, compiled, 'a = 1', 'a = 2')).toBe(compiled.replace('a = 1', 'a = 2'));
    expect(compiledAfter(raw, compiled, ' and c = 2', '')).toBe(compiled.replace('and c = 2', ''));
    expect(compiledAfter(raw, compiled, 'c = 2', 'c = 2 and d = 3')).toBe(`${compiled} and d = 3`);
  });

  it('renders references in the new text', () => {
    expect(compiledAfter(raw, compiled, "{{ ref('orders') }}", "{{ ref('items') }}")).toBe(compiled.replace('orders', 'items'));
    expect(compiledAfter(raw, compiled, 'as o where', "as o join {{ ref('items') }} as i on true where")).toBe(compiled.replace('as o where', 'as o join "db"."main"."items" as i on true where'));
  });

  it('renders Jinja that stands in the raw text already', () => {
    expect(compiledAfter(raw, compiled, 'a = 1', "a = {{ dbt.safe_cast('b', 'int') }}")).toBe(compiled.replace('a = 1', 'a = try_cast(b as int)'));
  });

  it('has no counterpart for Jinja it cannot render', () => {
    expect(compiledAfter(raw, compiled, 'a = 1', 'a = {{ other() }}')).toBeUndefined();
    expect(compiledAfter(raw, compiled, "{{ ref('orders') }}", "{{ ref('unknown') }}")).toBeUndefined();
    expect(compiledAfter(raw, compiled, 'c = 2', '{% if x %} c = 2 {% endif %}')).toBeUndefined();
  });

  it('changes nothing for a config call, comments and white space', () => {
    expect(compiledAfter(raw, compiled, "'table'", "'view'")).toBe(compiled);
    expect(compiledAfter(raw, compiled, 'where a', 'where /* why */ a')).toBe(compiled.replace('where a', 'where /* why */ a'));
  });

  it('leaves loops and blocks that are not the query alone', () => {
    const loop = "select 1 as one {% for c in ['a', 'b'] %}, max({{ c }}) as {{ c }} {% endfor %} from {{ ref('orders') }}";
    const rendered = 'select 1 as one , max(a) as a , max(b) as b from "db"."main"."orders"';
    expect(compiledAfter(loop, rendered, 'max', 'min')).toBeUndefined();
    expect(compiledAfter(loop, rendered, '1 as one', '2 as one')).toBe(rendered.replace('1 as one', '2 as one'));
  });

  it('leaves a branch that was not taken alone', () => {
    const branch = "select a from {{ ref('orders') }} {% if is_incremental() %} where a > 7 and b < 3 {% endif %} order by a";
    expect(compiledAfter(branch, 'select a from "db"."main"."orders"  order by a', 'a > 7', 'a > 8')).toBeUndefined();
  });

  it('tells equal tokens apart by their surroundings', () => {
    const twice = "with x as (select a from {{ ref('orders') }} where a = 1), y as (select b from {{ ref('items') }} where a = 1) select * from x join y on true";
    const both = 'with x as (select a from "db"."main"."orders" where a = 1), y as (select b from "db"."main"."items" where a = 1) select * from x join y on true';
    expect(compiledAfter(twice, both, "{{ ref('items') }} where a = 1", "{{ ref('items') }} where a = 2")).toBe(both.replace('items" where a = 1', 'items" where a = 2'));
  });

  it('finds the query behind the CTEs that dbt injects', () => {
    const plain = "with x as (select a from {{ ref('orders') }}) select a from x where a = 1";
    const injected = 'with __dbt__cte__e as (select a from z where a = 1), x as (select a from "db"."main"."orders") select a from x where a = 1';
    expect(compiledAfter(plain, injected, 'from x where a = 1', 'from x where a = 2')).toBe(injected.replace(/a = 1$/, 'a = 2'));
  });
});
