import type { StyledModel } from './types';

export const TEMPLATES: StyledModel[] = [
  {
    name: 'a date spine',
    adapter: 'duckdb',
    sql: `with spine as (
    {{ dbt_utils.date_spine(datepart="day", start_date="cast('2020-01-01' as date)", end_date="cast('2026-01-01' as date)") }}
),
final as (
    select cast(date_day as date) as date_day, extract(year from date_day) as year from spine where date_day < current_date
)
select * from final
`,
    spec: `grain: [date_day]
inputs: []
steps:
  - name: calendar
    generate: "one row per day from 2020-01-01 up to, not including, 2026-01-01"
from: calendar
filters: [{ id: F-x, expression: "date_day < current_date" }]
columns: [{ name: date_day, expression: "cast(date_day as date)" }, { name: year, expression: "extract(year from date_day)" }]
`,
    unknown: ['grain'],
    variants: [
      ['end', '2026-01-01', '2030-01-01', ['steps/calendar/generate']],
      ['part', 'datepart="day"', 'datepart="month"', ['steps/calendar/generate']],
      ['filter', 'where date_day < current_date', '', ['filters/F-x']],
      ['year', 'extract(year', 'extract(month', ['columns/year/expression']],
    ],
  },
  {
    name: 'is_incremental() in several places',
    adapter: 'snowflake',
    sql: `{{ config(materialized='incremental', unique_key='event_id', incremental_strategy='merge', on_schema_change='append_new_columns') }}
with events as (
    select * from {{ ref('stg_events') }}
    {% if is_incremental() %}
    where loaded_at > (select max(loaded_at) from {{ this }})
    {% endif %}
),
sessions as (
    select session_id, min(event_at) as started_at
    from {{ ref('stg_sessions') }}
    where valid
    {% if is_incremental() %}
      and started_at >= dateadd(day, -3, current_date)
    {% endif %}
    group by 1
)
select e.event_id, e.event_name, e.loaded_at, s.started_at
from events e
left join sessions s on e.session_id = s.session_id
`,
    spec: `inputs: [{ ref: stg_events, as: e }, { ref: stg_sessions, as: s }, { this: true, when: incremental }]
steps:
  - name: starts
    from: s
    filters:
      - { id: F-valid, expression: "valid" }
      - { id: F-3, expression: "started_at >= dateadd(day, -3, current_date)", when: incremental }
    aggregate: { by: [session_id] }
    columns: [{ name: session_id }, { name: started_at, expression: "min(event_at)" }]
  - name: seen
    from: this
    aggregate: { by: [] }
    columns: [{ name: high, expression: "max(loaded_at)" }]
    when: incremental
from: e
joins:
  - { to: starts, type: left, keys: [session_id] }
  - { to: seen, type: cross, when: incremental }
filters:
  - { id: F-new, expression: "e.loaded_at > seen.high", when: incremental }
columns: [{ name: event_id }, { name: event_name }, { name: loaded_at }, { name: started_at, from: [starts.started_at] }]
materialization: { type: incremental, unique_key: event_id, strategy: merge }
`,
    variants: [
      ['op', 'loaded_at > (select', 'loaded_at >= (select', ['filters/F-new']],
      ['always', `{% if is_incremental() %}
      and started_at >= dateadd(day, -3, current_date)
    {% endif %}`, 'and started_at >= dateadd(day, -3, current_date)', ['steps/starts/filters/F-3']],
      ['days', '-3', '-7', ['steps/starts/filters/F-3']],
      ['gone', 'and started_at >= dateadd(day, -3, current_date)', '', ['steps/starts/filters/F-3']],
      ['key', 'unique_key=\'event_id\'', 'unique_key=\'session_id\'', ['materialization/unique_key']],
      ['strategy', '\'merge\'', '\'append\'', ['materialization/strategy']],
      ['type', 'materialized=\'incremental\'', 'materialized=\'table\'', ['materialization/type']],
      ['valid', 'where valid', 'where true', ['steps/starts/filters/F-valid']],
      ['max', 'max(loaded_at)', 'min(loaded_at)', ['steps/seen/columns/high/expression']],
      ['extra', 'where valid', 'where valid and not bot', ['FILTER002']],
    ],
  },
  {
    name: 'macros of dbt_utils',
    adapter: 'snowflake',
    sql: `with src as (
    select {{ dbt_utils.star(from=ref('stg_orders'), except=['_fivetran_synced']) }} from {{ ref('stg_orders') }}
)
select
    {{ dbt_utils.generate_surrogate_key(['customer_id', 'month']) }} as id,
    customer_id,
    date_trunc('month', ordered_at) as month,
    sum(amount) as amount
from src
where status = '{{ var("good_status") }}' and ordered_at >= '{{ var("start_date", "2020-01-01") }}'
{{ dbt_utils.group_by(3) }}
`,
    spec: `inputs: [{ ref: stg_orders }]
from: stg_orders
filters:
  - { id: F-s, expression: "status = '{{ var(\\"good_status\\") }}'" }
  - { id: F-d, expression: "ordered_at >= '{{ var(\\"start_date\\", \\"2020-01-01\\") }}'" }
aggregate: { by: [id, customer_id, month] }
columns:
  - { name: id, expression: "{{ dbt_utils.generate_surrogate_key(['customer_id', 'month']) }}" }
  - { name: customer_id }
  - { name: month, expression: "date_trunc('month', ordered_at)" }
  - { name: amount, expression: "sum(amount)" }
`,
    variants: [
      ['group', 'group_by(3)', 'group_by(2)', ['aggregate']],
      ['agg', 'sum(amount)', 'max(amount)', ['columns/amount/expression']],
    ],
  },
  {
    name: 'columns made by a loop',
    adapter: 'postgres',
    sql: `{% set methods = ['card', 'bank', 'voucher'] %}
select
    order_id,
    {% for m in methods %}
    sum(case when method = '{{ m }}' then amount else 0 end) as {{ m }}_amount,
    {% endfor %}
    sum(amount) as total_amount
from {{ ref('payments') }}
where status <> 'failed'
group by order_id
`,
    spec: `grain: [order_id]
inputs: [{ ref: payments }]
from: payments
filters: [{ id: F-x, expression: "not status = 'failed'" }]
aggregate: { by: [order_id] }
columns:
  - { name: order_id }
  - { name: card_amount, expression: "sum(case when method = 'card' then amount else 0 end)" }
  - { name: bank_amount, expression: "sum(case when method = 'bank' then amount else 0 end)" }
  - { name: voucher_amount, expression: "sum(case when method = 'voucher' then amount else 0 end)" }
  - { name: total_amount, expression: "sum(amount)" }
`,
    variants: [
      ['list', '[\'card\', \'bank\', \'voucher\']', '[\'card\', \'bank\']', ['columns/voucher_amount']],
      ['list more', '\'voucher\']', '\'voucher\', \'gift\']', ['COL002']],
      ['expr', 'then amount else 0', 'then fee else 0', ['columns/card_amount/expression', 'columns/bank_amount/expression', 'columns/voucher_amount/expression']],
      ['total', 'sum(amount) as total', 'avg(amount) as total', ['columns/total_amount/expression']],
      ['filter', '\'failed\'', '\'pending\'', ['filters/F-x']],
      ['group', 'group by order_id', 'group by order_id, currency', ['aggregate']],
    ],
  },
  {
    name: 'a union made by a loop',
    adapter: 'bigquery',
    sql: `{%- set shops = ['de', 'fr'] -%}
{% for s in shops %}
select order_id, '{{ s }}' as shop from {{ ref('orders_' ~ s) }}
{% if not loop.last %} union all {% endif %}
{% endfor %}
`,
    spec: `inputs: [{ ref: orders_de }, { ref: orders_fr }]
steps:
  - { name: de, from: orders_de, columns: [{ name: order_id }, { name: shop, expression: "'de'" }] }
  - { name: fr, from: orders_fr, columns: [{ name: order_id }, { name: shop, expression: "'fr'" }] }
union: { op: union_all, branches: [de, fr] }
`,
    variants: [
    ],
  },
  {
    name: 'union_relations',
    adapter: 'snowflake',
    sql: `with u as (
  {{ dbt_utils.union_relations(relations=[ref('a_orders'), ref('b_orders')], source_column_name='src') }}
)
select order_id, amount, src from u where amount > 0
`,
    spec: `inputs: [{ ref: a_orders }, { ref: b_orders }]
steps:
  - name: both
    union: { op: union_all, branches: [a_orders, b_orders] }
from: both
filters: [{ id: F-x, expression: "amount > 0" }]
columns: [{ name: order_id }, { name: amount }, { name: src }]
`,
    variants: [
      ['filter', 'amount > 0', 'amount >= 0', ['filters/F-x']],
      ['input', 'ref(\'b_orders\')', 'ref(\'c_orders\')', ['inputs/b_orders', 'INPUT002']],
      ['drop', ', ref(\'b_orders\')', '', ['inputs/b_orders', 'steps/both/union']],
    ],
  },
  {
    name: 'deduplicate',
    adapter: 'duckdb',
    sql: `with d as (
  {{ dbt_utils.deduplicate(relation=ref('stg_users'), partition_by='user_id', order_by='updated_at desc') }}
)
select user_id, email from d where active
`,
    spec: `grain: [user_id]
inputs: [{ ref: stg_users }]
steps:
  - name: newest
    from: stg_users
    deduplicate: { by: [user_id], order_by: ["updated_at desc"] }
from: newest
filters: [{ id: F-x, expression: "active" }]
columns: [{ name: user_id }, { name: email }]
`,
    variants: [
      ['order', 'updated_at desc', 'created_at desc', ['steps/newest/deduplicate']],
      ['part', 'partition_by=\'user_id\'', 'partition_by=\'email\'', ['steps/newest/deduplicate']],
      ['filter', 'where active', '', ['filters/F-x']],
      ['input', 'ref(\'stg_users\')', 'ref(\'stg_people\')', ['inputs/stg_users', 'INPUT002']],
    ],
  },
  {
    name: 'a pivot of values that only the warehouse knows',
    adapter: 'postgres',
    sql: `select
    order_id,
    {{ dbt_utils.pivot('status', dbt_utils.get_column_values(ref('payments'), 'status')) }}
from {{ ref('payments') }}
group by order_id
`,
    spec: `inputs: [{ ref: payments }]
from: payments
filters: []
aggregate: { by: [order_id] }
columns: [{ name: order_id }, { name: paid, expression: "sum(case when status = 'paid' then 1 else 0 end)" }]
`,
    unknown: ['columns/paid'],
    variants: [
      ['filter', 'group by', 'where x > 1 group by', ['FILTER002']],
      ['group', 'group by order_id', 'group by order_id, day', ['aggregate']],
    ],
  },
];
