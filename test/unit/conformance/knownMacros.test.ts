import { describe, expect, it } from 'vitest';
import { compare, deviations, unspecced, verdicts } from './support';

const INPUTS = 'inputs:\n  - { ref: orders }\nfrom: orders\n';
const KEY = "md5(cast(coalesce(cast(a as TEXT), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(b as TEXT), '_dbt_utils_surrogate_key_null_') as TEXT))";

async function verdict(sql: string, expression: string, adapter = 'postgres'): Promise<string | undefined> {
  const report = await compare({ spec: `${INPUTS}columns:\n  - { name: x, expression: ${JSON.stringify(expression)} }\n`, sql: `select ${sql} as x from {{ ref('orders') }}`, adapter });
  expect(unspecced(report)).toEqual([]);
  return verdicts(report)['columns/x/expression'];
}

describe('macros of dbt whose SQL is known', () => {
  it.each([
    ["{{ dbt_utils.generate_surrogate_key(['a', 'b']) }}", KEY, 'postgres'],
    ["{{ dbt_utils.generate_surrogate_key(['a', 'b']) }}", "{{ dbt_utils.generate_surrogate_key(['a', 'b']) }}", 'postgres'],
    ["{{ dbt_utils.generate_surrogate_key(['a']) }}", "to_hex(md5(cast(coalesce(cast(a as STRING), '_dbt_utils_surrogate_key_null_') as STRING)))", 'bigquery'],
    ['cast(a as {{ dbt.type_string() }})', 'cast(a as varchar)', 'snowflake'],
    ['cast(a as {{ dbt.type_timestamp() }})', 'cast(a as timestamp)', 'postgres'],
    ['cast(a as {{ dbt.type_numeric() }})', 'cast(a as numeric(28, 6))', 'postgres'],
    ['coalesce(a, {{ dbt.current_timestamp() }})', 'coalesce(a, now())', 'postgres'],
    ["{{ dbt.date_trunc('month', 'a') }}", "date_trunc('month', a)", 'postgres'],
    ["{{ dbt.date_trunc('month', 'a') }}", 'timestamp_trunc(cast(a as timestamp), month)', 'bigquery'],
    ["{{ dbt.dateadd('day', -5, 'a') }}", "a + ((interval '1 day') * (-5))", 'postgres'],
    ["{{ dbt.dateadd(datepart='day', interval=1, from_date_or_timestamp='a') }}", 'dateadd(day, 1, a)', 'snowflake'],
    ["{{ dbt.datediff('a', 'b', 'day') }}", '((b)::date - (a)::date)', 'postgres'],
    ["{{ dbt.datediff('a', 'b', 'day') }}", 'datediff(day, a, b)', 'redshift'],
    ["{{ dbt.datediff('a', dbt.current_timestamp_backcompat(), 'second') }}", "datediff(second, a, cast(current_timestamp as timestamp))", 'snowflake'],
    ["{{ dbt.datediff('a', 'b', 'hour') }}", "date_diff('hour', cast(a as timestamp), cast(b as timestamp))", 'duckdb'],
    ["{{ dbt.dateadd('day', 1, 'a') }}", "date_add('day', 1, a)", 'trino'],
    ["{{ dbt.dateadd('day', 1, 'a') }}", 'timestampadd(day, 1, a)', 'databricks'],
    ["{{ dbt.dateadd('day', 1, 'a') }}", 'dateadd(day, 1, a)', 'sqlserver'],
    ['cast(a as {{ dbt.type_float() }})', 'cast(a as double)', 'trino'],
    ['cast(a as {{ dbt.type_boolean() }})', 'cast(a as boolean)', 'sqlserver'],
    ['cast(a as {{ type_int() }})', 'cast(a as int)', 'postgres'],
    ['cast(a as {{ api.Column.translate_type("integer") }})', 'cast(a as int64)', 'bigquery'],
    ['cast(a as {{ api.Column.translate_type("string") }})', 'cast(a as varchar)', 'trino'],
    ['cast(a as {{ api.Column.translate_type("date") }})', 'cast(a as date)', 'sqlserver'],
    ['{{ dbt.cast("a", api.Column.translate_type("integer")) }}', 'cast(a as int)', 'snowflake'],
    ["{{ dbt.safe_cast('a', 'date') }}", 'try_cast(a as date)', 'snowflake'],
    ["{{ dbt.split_part('a', \"':'\", 1) }}", "split_part(a, ':', 1)", 'postgres'],
    ["{{ dbt.split_part('a', \"':'\", 2) }}", "split(a, ':')[safe_offset(1)]", 'bigquery'],
    ["{{ dbt.concat(['a', \"'-'\", 'b']) }}", "a || '-' || b", 'redshift'],
    ["{{ dbt.right('a', 3) }}", "case when 3 = 0 then '' else substr(a, -1 * (3)) end", 'bigquery'],
    ["{{ dbt.last_day('a', 'month') }}", "cast(dateadd(day, -1, dateadd(month, 1, date_trunc('month', a))) as date)", 'snowflake'],
    ["{{ dbt.hash('a') }}", "lower(to_hex(md5(to_utf8(cast(a as varchar)))))", 'trino'],
    ["{{ dbt_utils.safe_divide('a', 'b + 1') }}", '(a) / nullif(b + 1, 0)', 'postgres'],
    ["{{ dbt_utils.safe_add(['a', 'b']) }}", 'coalesce(a, 0) + coalesce(b, 0)', 'postgres'],
    ['cast(a as {{ dbt_utils.type_timestamp() }})', 'cast(a as timestamp)', 'snowflake'],
    ["{{ dbt_utils.surrogate_key(['a']) }}", "md5(cast(coalesce(cast(a as text), '') as text))", 'postgres'],
  ])('%s is %s in %s', async (sql, expression, adapter) => {
    expect(await verdict(sql, expression, adapter)).toBe('matches');
  });

  it.each([
    ["{{ dbt.listagg('a', \"', '\", 'order by b') }}", "string_agg(a, ', ' order by b)", 'postgres'],
    ["{{ dbt.listagg(measure='a', delimiter_text=\"', '\") }}", "listagg(a, ', ')", 'snowflake'],
    ["{{ dbt.any_value('a') }}", 'any_value(a)', 'snowflake'],
    ["{{ dbt.bool_or('a') }}", 'boolor_agg(a)', 'snowflake'],
  ])('%s, of a group, is %s in %s', async (sql, expression, adapter) => {
    const spec = `${INPUTS}aggregate: { by: [b] }\ncolumns:\n  - { name: b }\n  - { name: x, expression: ${JSON.stringify(expression)} }\n`;
    expect(deviations(await compare({ spec, sql: `select b, ${sql} as x from {{ ref('orders') }} group by b`, adapter }))).toEqual([]);
  });

  it('differ where they are given something else', async () => {
    expect(await verdict("{{ dbt_utils.generate_surrogate_key(['a', 'c']) }}", KEY)).toBe('differs');
    expect(await verdict("{{ dbt.date_trunc('month', 'a') }}", "date_trunc('year', a)")).toBe('differs');
  });

  it('are not known with other names, other arguments, or nulls as a var says', async () => {
    expect(await verdict("{{ dbt.date_trunc('month', column) }}", "date_trunc('month', a)")).toMatch(/^unknown/);
    expect(await verdict('cast(a as {{ house.type_string() }})', 'cast(a as text)')).toMatch(/^unknown/);
    expect(await verdict("{{ dbt_utils.generate_surrogate_key(['a', 'b']) }}", KEY.replace(/_dbt_utils_surrogate_key_null_/g, ''))).toMatch(/^unknown/);
  });

  it('are what the project makes of them', async () => {
    const macros = { 'macros/own.sql': '{% macro default__type_int() %}bigint{% endmacro %}\n{% macro concat(fields) %}house({{ fields | join(", ") }}){% endmacro %}\n{% macro default__safe_divide(a, b) %}0{% endmacro %}' };
    const report = await compare({
      spec: `${INPUTS}columns:\n  - { name: x, expression: "cast(a as bigint)" }\n  - { name: y, expression: "house(a, b)" }\n`,
      sql: "select cast(a as {{ dbt.type_int() }}) as x, {{ concat(['a', 'b']) }} as y, {{ dbt_utils.safe_divide('a', 'b') }} as z from {{ ref('orders') }}",
      files: macros,
    });
    expect(verdicts(report)).toMatchObject({ 'columns/y/expression': 'matches' });
    expect(verdicts(report)['columns/x/expression']).not.toMatch(/differs/);
  });

  it('are not what the project makes of them for another adapter', async () => {
    const report = await compare({ spec: `${INPUTS}columns:\n  - { name: x, expression: "cast(a as int)" }\n`, sql: "select cast(a as {{ dbt.type_int() }}) as x from {{ ref('orders') }}", files: { 'macros/own.sql': '{% macro clickhouse__type_int() %}Int32{% endmacro %}' } });
    expect(verdicts(report)).toMatchObject({ 'columns/x/expression': 'matches' });
  });

  it('are grouped by as the columns they are', async () => {
    const spec = `${INPUTS}aggregate: { by: [id, month] }\ncolumns:\n  - { name: id, expression: "{{ dbt_utils.generate_surrogate_key(['a', 'month']) }}" }\n  - { name: month, expression: "date_trunc('month', day)" }\n  - { name: n, expression: "count(*)" }\n`;
    const report = await compare({ spec, sql: "select {{ dbt_utils.generate_surrogate_key(['a', 'month']) }} as id, date_trunc('month', day) as month, count(*) as n from {{ ref('orders') }} group by 1, 2", adapter: 'snowflake' });
    expect(verdicts(report)).toMatchObject({ aggregate: 'matches', 'columns/id/expression': 'matches' });
  });

  it('name a type in a join key', async () => {
    const spec = 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [b], condition: "cast(customers.a as bigint) = orders.a" }\n';
    const report = await compare({ spec, sql: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders on cast(customers.a as {{ dbt.type_bigint() }}) = orders.a and customers.b = orders.b" });
    expect(verdicts(report)).toMatchObject({ 'joins/orders': 'matches', 'joins/orders/keys': 'matches', 'joins/orders/condition': 'matches' });
  });
});
