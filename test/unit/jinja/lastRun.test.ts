import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareContext, type JinjaContext } from '../../../engine/jinja/context';
import { decidedInLastRun } from '../../../engine/jinja/lastRun';
import { mayRenderAs } from '../../../engine/jinja/rendering';

describe('what a template may render as', () => {
  it.each([
    ['white space and comments of Jinja are nothing', 'select  1 {# why #}\nfrom t', 'select 1 from t', 'exact'],
    ['other text', 'select 1 from t', 'select 2 from t', 'never'],
    ['text after the end', 'select 1', 'select 1 limit 5', 'never'],
    ['a relation is one name', "select * from {{ ref('a') }} where ok", 'select * from "db"."s"."a" where ok', 'exact'],
    ['a relation is no join', "select * from {{ ref('a') }} where ok", 'select * from "db"."s"."a" cross join b where ok', 'never'],
    ['a relation before a bracket', "(select * from {{ source('x', 'a') }})", '(select * from `p-1`.`s`.`a`)', 'exact'],
    ['a type is words', 'select cast(a as {{ dbt.type_timestamp() }}) as a', 'select cast(a as timestamp without time zone) as a', 'exact'],
    ['a type is no list', 'select cast(a as {{ dbt.type_timestamp() }}) as a', 'select cast(a as date) as b, cast(c as date) as a', 'never'],
    ['a macro is anything', 'select {{ house.id() }} as id', "select md5(a || '-') as id", 'possible'],
    ['a macro is nothing', 'select a {{ more() }} from t', 'select a from t', 'possible'],
    ['what stands behind a macro counts', 'select {{ house.id() }} as id from t', 'select md5(a) as key from t', 'never'],
    ['a branch is either', 'select 1 {% if is_incremental() %}where a > 1{% else %}where b{% endif %} limit 1', 'select 1 where b limit 1', 'possible'],
    ['settings of the model write nothing', "{{ config(materialized='table') }}{% set x = 1 %}select 1", 'select 1', 'exact'],
    ['a CTE of an ephemeral model stands before', "with own as (select * from {{ ref('e') }}) select * from own", 'with __dbt__cte__e as (select 1), own as (select * from __dbt__cte__e) select * from own', 'possible'],
  ])('%s', (_, template, code, expected) => {
    expect(mayRenderAs(template, code)).toBe(expected);
  });

  it('is at least itself, whatever it is', () => {
    const word = fc.constantFrom('select', 'a', ',', '(', ')', "'", '"x"', '{{ f() }}', "{{ ref('a') }}", '{% if b %}', '{% endif %}', '1', '\n', ' ');
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const template = words.join(' ');
      const plain = template.replace(/\{\{ f\(\) \}\}/g, 'x').replace(/\{\{.*?\}\}/g, 'name').replace(/\{%.*?%\}/g, '');
      expect(mayRenderAs(template, plain)).not.toBe('never');
    }), { numRuns: 300 });
  });
});

describe('what the last run decided', () => {
  const context: JinjaContext = { ...bareContext('postgres'), package: 'shop', root: 'shop', adapter: 'postgres', macros: [{ package: 'shop', name: 'by_shop', text: "{% macro by_shop() %}{{ ', shop_id' if var('many_shops', false) }}{% endmacro %}" }] };
  const decided = (template: string, code: string): Record<string, boolean | 'keep'> => ({ ...decidedInLastRun(template, code, context) });

  it('is what the compiled code shows', () => {
    const template = "select id, row_number() over (partition by id {{ by_shop() }}) as n from {{ ref('a') }} {% if var('paid', true) %}where paid{% endif %}";
    expect(decided(template, 'select id, row_number() over (partition by id ) as n from "d"."a" where paid')).toEqual({ "var('many_shops', false)": false, "var('paid', true)": true });
  });
  it('leaves open what went against the files, and what does not show', () => {
    const template = "select 1 from {{ ref('a') }} {% if var('paid', true) %}where paid{% endif %} {% if var('x', true) %}{% endif %}";
    expect(decided(template, 'select 1 from "d"."a"')).toEqual({});
  });
  it('takes what files do not suggest', () => {
    const template = "select 1 from {{ ref('a') }} {% if var('paid') %}where paid{% endif %}";
    expect(decided(template, 'select 1 from "d"."a"')).toEqual({ "var('paid')": false });
  });
  it('takes the one that leaves nothing open for what went unused', () => {
    const template = "select cast(a as {{ dbt.type_string() }}) as a {% if var('more', none) %}{% for c in var('more') %}, {{ c }}{% endfor %}{% endif %} from t";
    expect(decided(template, 'select cast(a as text) as a from t')).toEqual({ "var('more', none)": false });
    expect(decided(template, 'select cast(a as text) as a, b from t')).toEqual({});
    expect(decided(template.replace(' from t', ', {{ house.more() }} from t'), 'select cast(a as text) as a, b, c from t')).toEqual({});
  });
  it('is nothing where the code comes from another template', () => {
    expect(decided("select 1 from a {% if var('paid', true) %}where paid{% endif %}", 'select 2 from a where paid')).toEqual({});
  });
  it('knows lists and texts that a default gives', () => {
    const template = "select {% for m in var('metrics', ['a', 'b']) %}sum({{ m }}) as {{ m }},{% endfor %} 1 from t";
    expect(decided(template, 'select sum(a) as a,sum(b) as b, 1 from t')).toEqual({ written: true });
    expect(decided(template, 'select sum(c) as c, 1 from t')).toEqual({});
  });
});
