import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqlService } from '../../../engine/sql';
import { bareContext, type Choices, type JinjaContext, type MacroSource } from '../../../engine/jinja/context';
import { expandTemplate } from '../../../engine/jinja/expand';
import { knownQuery } from '../../../engine/sql/knownQueries';

const expand = (text: string): ReturnType<typeof expandTemplate> => expandTemplate(text, bareContext('generic'), {}, (span) => knownQuery(text, span));
const written = (text: string): string | undefined => expand(text)?.text.replace(/\s+/g, ' ').trim();

describe('writing out loops', () => {
  it('puts each item of a list where its name stands', () => {
    expect(written("{% set m = ['card', 'bank'] %}select {% for x in m %}sum({{ x }}) as {{ x }}_amount{% if not loop.last %}, {% endif %}{% endfor %} from t")).toBe("{% set m = ['card', 'bank'] %}select sum(card) as card_amount, sum(bank) as bank_amount from t");
    expect(written('select {% for n in range(1, 4) %}x{{ n }}{{ ", " if not loop.last }}{% endfor %} from t')).toBe('select x1, x2, x3 from t');
    expect(written("{% for c in ['DE', 'FR'] %}select '{{ c | lower }}' as c from {{ ref('orders_' ~ c | lower) }}{% if not loop.last %} union all {% endif %}{% endfor %}")).toContain("select 'de' as c from {{");
    expect(written("{% for s in ['a', 'b'] %}{% if s == 'a' %}1{% else %}2{% endif %}{% endfor %}")).toBe('12');
  });
  it('leaves what only a run can know', () => {
    for (const text of [
      "{% for v in dbt_utils.get_column_values(ref('p'), 'm') %}{{ v }}{% endfor %}",
      "{% for v in var('list') %}{{ v }}{% endfor %}",
      'select 1',
    ]) expect(written(text), text).toBeUndefined();
  });
  it('writes out macros that are one query over named relations', () => {
    expect(written("with d as ({{ dbt_utils.deduplicate(relation=ref('u'), partition_by='id', order_by='at desc') }}) select * from d")).toContain("select * from {{ ref('u') }} qualify row_number() over (partition by id order by at desc) = 1");
    expect(written("{{ dbt_utils.union_relations([ref('a'), source('s', 'b')], source_column_name=none) }}")).toBe("select * from {{ ref('a') }} union all select * from {{ source('s', 'b') }}");
    expect(written("{{ dbt_utils.union_relations(relations=list_of_them) }}")).toBeUndefined();
  });
  it('points every place back into the template', async () => {
    const text = "select id,\n{% for x in ['card', 'bank'] %}\n  sum({{ x }}) as {{ x }}_amount,\n{% endfor %}\n  total from {{ ref('p') }} where ok";
    const { graph } = await (await createSqlService()).analyze({ file: 'm.sql', text, in: 'raw', dialect: 'duckdb' });
    const [stage] = graph?.stages ?? [];
    expect(stage?.columns.map((column) => [column.name?.text, text.slice(column.span.start, column.span.end)])).toEqual([['id', 'id'], ['card_amount', 'sum({{ x }}) as {{ x }}_amount'], ['bank_amount', 'sum({{ x }}) as {{ x }}_amount'], ['total', 'total']]);
    expect(stage?.filters.map((filter) => text.slice(filter.span.start, filter.span.end))).toEqual(['ok']);
  });
  it('never throws, and never points outside the template', () => {
    const piece = fc.constantFrom("{% for x in ['a', 'b'] %}", '{% for x in y %}', '{% endfor %}', '{{ x }}', '{{ x ~ "_y" }}', '{% if loop.last %}', '{% else %}', '{% endif %}', "{% set y = [1, 2] %}", 'select ', ', ', "'", '{#', '#}', '{{', '%}');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const result = expand(text);
        for (let at = 0; result && at < result.text.length; at++) {
          const { start, end } = result.back({ start: at, end: at + 1 });
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a template of nothing but named relations', () => {
  const block = fc.constantFrom("{{ ref('a') }}", '{{ref("b")}}', "{{ source( 's','t' ) }}", "{{ source('s', \"t\") }}", "{{- ref('a') }}", "{{ ref('a', 'b') }}", "{{ ref('a', v=1) }}", "{{ ref('a\") }}", "{{ ref(\"it's\") }}", "{{ ref(x) }}", "{{ ref('a') }}}", '{{ source("s") }}');
  const piece = fc.oneof({ weight: 3, arbitrary: block }, { weight: 1, arbitrary: fc.constantFrom('select ', ' from ', "'", '{', '}', '%', '#', '\n', 'é') });
  it('is what the long way makes of it', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        // A comment says nothing, but it is Jinja.
        const long = expandTemplate(`${text} {# #}`, PROJECT);
        expect(expandTemplate(text, PROJECT)?.text, text).toBe(long?.text.slice(0, -' {# #}'.length));
      }),
      { numRuns: 500 },
    );
  });
});

const macro = (name: string, text: string, owner = 'shop'): MacroSource => ({ package: owner, name, text });
const PROJECT: JinjaContext = {
  ...bareContext('postgres'),
  package: 'shop',
  root: 'shop',
  adapter: 'postgres',
  vars: { cut_off: '2024-01-01', states: ['open', 'paid'], orders: "{{ ref('stg_orders') }}", wide: true },
  macros: [
    macro('cents', '{% macro cents(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}'),
    macro('flag', "{% macro flag(name) %}{{ return(adapter.dispatch('flag', 'tools')(name)) }}{% endmacro %}", 'tools'),
    macro('default__flag', '{% macro default__flag(name) %}iff({{ name }}, 1, 0){% endmacro %}', 'tools'),
    macro('postgres__flag', '{% macro postgres__flag(name) %}({{ name }})::int{% endmacro %}', 'tools'),
    macro('by_shop', "{% macro by_shop() %}{{ ', shop_id' if var('many_shops', []) | length > 1 }}{% endmacro %}"),
    macro('fill', "{% macro fill(found, wanted) %}{% set names = found | map(attribute='name') | list %}{% for c in wanted %}{% if c in names %}{{ c }}{% else %}cast(null as text) as {{ c }}{% endif %}{{ ', ' if not loop.last }}{% endfor %}{% endmacro %}"),
    macro('recurse', '{% macro recurse() %}{{ recurse() }}{% endmacro %}'),
    macro('star', "{% macro star(from) %}{% set cols = adapter.get_columns_in_relation(from) %}{% if cols | length <= 0 %}{{ return('*') }}{% endif %}{% for c in cols %}{{ c.name }}{% endfor %}{% endmacro %}", 'dbt_utils'),
  ],
};
const inProject = (text: string, more: Partial<JinjaContext> = {}, choices: Choices = {}): string | undefined => expandTemplate(text, { ...PROJECT, ...more }, choices)?.text.replace(/\s+/g, ' ').trim();

describe('writing out macros', () => {
  it('puts their text where they are called, with arguments and defaults', () => {
    expect(inProject("select {{ cents('amount') }} as a, {{ cents('tax', digits=3) }} as b from t")).toBe('select round(amount / 100.0, 2) as a, round(tax / 100.0, 3) as b from t');
  });
  it('dispatches by adapter, and to the default', () => {
    expect(inProject("select {{ tools.flag('ok') }}")).toBe('select (ok)::int');
    expect(inProject("select {{ tools.flag('ok') }}", { adapter: 'snowflake' })).toBe('select iff(ok, 1, 0)');
    expect(inProject("select {{ tools.flag('ok') }}", { adapter: undefined })).toBeUndefined();
  });
  it('reads vars of dbt_project.yml, lists and references among them', () => {
    expect(inProject("select * from {{ var('orders') }} where at > '{{ var('cut_off') }}' {% if var('wide') %}and wide{% endif %}")).toBe("select * from {{ ref('stg_orders') }} where at > '2024-01-01' and wide");
    expect(inProject("select {% for s in var('states') %}count_{{ s }}{{ ', ' if not loop.last }}{% endfor %}")).toBe('select count_open, count_paid');
  });
  it('takes a default that nothing overrides, and tells', () => {
    const text = "select row_number() over (partition by id {{ by_shop() }}) from t";
    expect(inProject(text)).toBe('select row_number() over (partition by id ) from t');
    const key = "var('many_shops', [])|length > 1";
    expect(expandTemplate(text, PROJECT)?.choices).toEqual([{ key, text: `{% if ${key} %}`, span: { start: 42, end: 57 }, taken: false, byDefault: true }]);
    expect(inProject(text, {}, { [key]: true })).toBe('select row_number() over (partition by id , shop_id) from t');
    expect(inProject(text, {}, { [key]: 'keep' })).toBe("select row_number() over (partition by id {{ ', shop_id' if (var('many_shops', [])|length > 1) }}) from t");
  });
  it('takes a text that a default gives as a whole', () => {
    const text = "select * from t where region = '{{ var('region', 'EU') }}'";
    expect(inProject(text)).toBe("select * from t where region = 'EU'");
    expect(expandTemplate(text, PROJECT)?.choices.map(({ key }) => key)).toEqual(['written']);
    expect(inProject(text, {}, { written: false })).toBe(text);
  });
  it('keeps apart what two variables asked for', () => {
    const text = "{% set a = var('x', true) %}{% set b = var('y', true) %}select 1{% if a %}, 2{% endif %}{% if not b %}, 3{% endif %}";
    expect(expandTemplate(text, PROJECT)?.choices.map(({ key, taken }) => [key, taken])).toEqual([["(var('x', true))", true], ["not (var('y', true))", false]]);
  });
  it('knows null from a variable that is not there', () => {
    expect(written("{% set a = none %}{% set d = {'x': none} %}{{ 1 if a is none }}{{ 2 if d.x is none }}{{ 3 if d['x'] is none }}{{ 4 if d.get('x', 1) is none }}{{ 5 if b | default(none) is none }}")).toMatch(/1234/);
    expect(inProject("{{ prefixed() }}", { macros: [macro('prefixed', "{% macro prefixed(alias=none) %}{{ '' if alias is none else alias ~ '.' }}id{% endmacro %}")] })).toBe('id');
  });
  it('remembers what a default put into a list, a namespace or a returned value', () => {
    const softly = (text: string): unknown => expandTemplate(text, { ...PROJECT, macros: [macro('given', "{% macro given() %}{{ return(1) }}{% endmacro %}")] })?.choices.map(({ key }) => key);
    expect(softly("{% set l = [] %}{% do l.append(var('x', 'a')) %}select {{ l[0] }}")).toEqual(['written']);
    expect(softly("{% set l = [] %}{{ l.append(var('x', 'a')) or '' }}select {{ l[0] }}")).toContain('written');
    expect(softly("{% set n = namespace(x='b') %}{% set n.x = var('x', 'a') %}select {{ n.x }}")).toEqual(['written']);
    expect(softly("select {{ var('x', 'a') ~ given() }}")).toEqual(['written']);
    expect(softly("{% set a = var('x', 'a') %}select {{ given() }}")).toEqual([]);
  });
  it('does not count as read by a model what only a run asks', () => {
    const text = "{% if execute %}{% set found = run_query('select * from ' ~ ref('a')) %}{% endif %}{% set other = ref('b') %}select 1 {% if execute and true %}from {{ ref('c') }}{% endif %}";
    expect(inProject(text)).not.toContain("ref('a')");
    expect(inProject(text)).toContain("ref('b')");
  });
  it('leaves open what only a database knows', () => {
    expect(inProject("select {{ fill(adapter.get_columns_in_relation(ref('t')), ['a']) }} from t")).toContain('{% if c in names %}a{% else %}cast(null as text) as a{% endif %}');
    expect(inProject("select {{ fill(adapter.get_columns_in_relation(ref('t')), ['a', 'b']) }} from t", { columns: { 'ref:t': [{ name: 'a' }] } })).toBe('select a, cast(null as text) as b from t');
    expect(expandTemplate("select {% if adapter.get_columns_in_relation(ref('t'))[0].dtype == 'text' %}1{% else %}2{% endif %}", { ...PROJECT, columns: { 'ref:t': [{ name: 'a' }] } })?.choices).toHaveLength(1);
    expect(inProject("select {{ adapter.quote('a') }}", { adapter: 'bigquery' })).toBe('select `a`');
    const star = expandTemplate("select {{ dbt_utils.star(ref('t')) }} from t", PROJECT);
    expect([star?.text, star?.written, star?.asked.map(({ id }) => id)]).toEqual(["select {{ dbt_utils.star(ref('t')) }} from t", [], ['ref:t']]);
  });
  it('takes no branch that ends in an error: what runs does not', () => {
    const macros = [
      macro('columns', "{% macro columns(from) %}{% do tools.check(from) %}{% set found = [] %}{% for c in adapter.get_columns_in_relation(from) %}{% do found.append(c.column) %}{% endfor %}{{ return(found) }}{% endmacro %}", 'tools'),
      macro('check', "{% macro check(r) %}{% if not (r is mapping and r.get('metadata', {}).get('type', '').endswith('Relation')) %}{% do exceptions.raise_compiler_error('no relation: ' ~ r) %}{% elif r.is_cte %}{{ exceptions.raise_compiler_error('ephemeral') }}{% endif %}{% endmacro %}", 'tools'),
    ];
    expect(inProject("select {{ tools.columns(ref('t')) | join(', ') }} from t", { macros, columns: { 'ref:t': [{ name: 'a' }, { name: 'b' }] } })).toBe('select a, b from t');
    expect(inProject("select {% if target.name == 'x' %}{% do exceptions.raise_compiler_error('no') %}{% else %}1{% endif %}")).toBe('select 1');
  });
  it('follows lists and dicts as Python changes them', () => {
    expect(inProject("{% set l = ['a', 'b', 'c'] %}{% do l.remove('b') %}{{ l | join(',') }}")).toContain('a,c');
    expect(inProject("{% set l = ['b', 'a'] %}{% do l.sort() %}{% do l.reverse() %}{{ l | join(',') }} {{ l.count('a') }}")).toContain('b,a 1');
    expect(inProject("{% set d = {'a': 1, 'b': 2} %}{% do d.pop('a') %}{{ d.keys() | list | join(',') }} {{ d.setdefault('c', 3) }} {{ d.c }}")).toContain('b 3 3');
    expect(inProject("{% set l = ['a'] %}{% set m = l.copy() %}{% do m.append('b') %}{{ l | length }}{% do m.clear() %}{{ m | length }}")).toMatch(/1\{%.*%\}0$/);
    expect(inProject("{% set l = ['a'] %}{% do l.remove(var('open')) %}{{ l | join(',') }}")).toBeUndefined();
  });
  it('follows filters over lists of dicts, and numbers of lists', () => {
    const cs = "{% set cs = [{'n': 'a', 'k': true, 'w': 2}, {'n': 'b', 'k': false, 'w': 1}] %}";
    expect(inProject(`${cs}{{ cs | selectattr('k') | map(attribute='n') | join(',') }} {{ cs | rejectattr('n', 'equalto', 'a') | map(attribute='n') | join(',') }}`)).toContain('a b');
    expect(inProject(`${cs}{{ cs | sort(attribute='w') | map(attribute='n') | join(',') }} {{ cs | join('+', attribute='n') }} {{ cs | sum(attribute='w') }} {{ [3, 1] | min }} {{ [3, 1] | max }}`)).toContain('b,a a+b 3 1 3');
    expect(inProject("{% for a, b in zip(['x'], ['y']) %}{{ a }}.{{ b }}{% endfor %} {{ 'a_b'.rsplit('_')[1] }} {{ 'abc'.find('c') }} {{ '7'.zfill(3) }} {{ 'aXa'.count('a') }}")).toContain('x.y b 2 007 2');
  });
  it('keeps the variants of an incremental model', () => {
    expect(inProject("select 1 {% if is_incremental() and var('wide') %}where {{ cents('a') }} > 0{% endif %}")).toBe('select 1 {% if is_incremental() %}where round(a / 100.0, 2) > 0{% endif %}');
  });
  it('ends where a macro calls itself, and where a text or list grows without end', () => {
    expect(inProject('select {{ recurse() }} from t')).toBeUndefined();
    const grown = (grow: string): string => `{% set x = 'ab' %}{% set l = [1] %}{% for i in range(60) %}{% set ns = 1 %}${grow}{% endfor %}`;
    for (const grow of ["{% set n.x = n.x ~ n.x %}{{ n.x }}", "{% do l.extend(l) %}{{ l }}", "{% set n.x = n.x | replace('a', n.x) %}{{ n.x }}", "{% set n.x = n.x * 1000 %}{{ n.x }}"]) {
      expect((inProject(`{% set n = namespace(x='ab') %}${grown(grow)}`) ?? '').length, grow).toBeLessThan(400_000);
    }
  });
});

describe('a Python model', () => {
  it('says by literals what it reads and how it is configured', async () => {
    const text = 'def model(dbt, session):\n    dbt.config(materialized="table", packages=["x"])\n    # dbt.ref("old")\n    a = dbt.ref("orders")\n    return a.join(dbt.source("crm", "users"))\n';
    const result = await (await createSqlService()).analyze({ file: 'm.py', text, in: 'raw', dialect: 'databricks' });
    expect(result.references.map((relation) => relation.id)).toEqual(['ref:orders', 'source:crm.users']);
    expect(result.config.values.map(({ key, value }) => [key, value])).toEqual([['materialized', { kind: 'literal', value: 'table' }], ['packages', { kind: 'literal', value: ['x'] }]]);
  });
});
