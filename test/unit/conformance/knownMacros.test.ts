import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

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
  ])('%s is %s in %s', async (sql, expression, adapter) => {
    expect(await verdict(sql, expression, adapter)).toBe('matches');
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
