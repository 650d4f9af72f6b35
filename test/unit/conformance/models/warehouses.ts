import type { StyledModel } from './types';

export const WAREHOUSES: StyledModel[] = [
  {
    name: 'LATERAL FLATTEN',
    adapter: 'snowflake',
    sql: `select
    o.order_id,
    l.index as line_no,
    l.value:sku::varchar as sku,
    l.value:qty::int as quantity
from {{ source('shop', 'orders_json') }} as o,
lateral flatten(input => o.payload:lines) as l
where l.value:qty::int > 0
`,
    spec: `inputs: [{ source: shop.orders_json, as: o }]
from: o
unnest: [{ expression: "o.payload:lines", as: l }]
filters: [{ id: F-q, expression: "l.value:qty::int > 0" }]
columns:
  - { name: order_id }
  - { name: line_no, from: [l.index] }
  - { name: sku, expression: "cast(l.value:sku as text)" }
  - { name: quantity, expression: "l.value:qty::integer" }
`,
    variants: [
      ['path', 'o.payload:lines', 'o.payload:items', ['unnest/l']],
      ['filter', '::int > 0', '::int >= 0', ['filters/F-q']],
      ['sku', 'l.value:sku', 'l.value:ean', ['columns/sku/expression']],
      ['type', 'l.value:qty::int as quantity', 'l.value:qty::float as quantity', []],
      ['outer', 'lateral flatten(input => o.payload:lines)', 'lateral flatten(input => o.payload:lines, outer => true)', ['unnest/l']],
    ],
  },
  {
    name: 'UNNEST and structs',
    adapter: 'bigquery',
    sql: `with src as (
  select * except(_partition, raw) from {{ source('ga', 'events') }}
),
params as (
  select
    event_id,
    user_pseudo_id,
    p.key as param_key,
    coalesce(p.value.string_value, cast(p.value.int_value as string)) as param_value
  from src, unnest(event_params) as p
  where p.key in ('page', 'ref')
)
select * replace (lower(param_key) as param_key) from params
`,
    spec: `inputs: [{ source: ga.events, as: e }]
from: e
unnest: [{ expression: "event_params", as: p }]
filters: [{ id: F-k, expression: "p.key = 'page' or p.key = 'ref'" }]
columns:
  - { name: event_id }
  - { name: user_pseudo_id }
  - { name: param_key, expression: "lower(p.key)" }
  - { name: param_value, expression: "coalesce(p.value.string_value, cast(p.value.int_value as string))" }
`,
    variants: [
      ['list', 'event_params)', 'user_properties)', ['unnest/p']],
      ['keys', '\'page\', \'ref\'', '\'page\', \'src\'', ['filters/F-k']],
      ['lower', 'lower(param_key)', 'upper(param_key)', ['columns/param_key/expression']],
      ['value', 'p.value.int_value', 'p.value.float_value', ['columns/param_value/expression']],
      ['left', 'from src, unnest', 'from src left join unnest', ['unnest/p']],
      ['drop', 'user_pseudo_id,', '', ['columns/user_pseudo_id']],
    ],
  },
  {
    name: 'LATERAL VIEW EXPLODE',
    adapter: 'databricks',
    sql: `select o.order_id, item.sku, item.qty * item.price as line_total
from {{ ref('orders') }} o
lateral view outer explode(o.items) t as item
where o.status = 'paid'
`,
    spec: `inputs: [{ ref: orders, as: o }]
from: o
unnest: [{ expression: "o.items", as: item, outer: true }]
filters: [{ id: F-x, expression: "o.status = 'paid'" }]
columns: [{ name: order_id }, { name: sku, expression: "item.sku" }, { name: line_total, expression: "item.price * item.qty" }]
`,
    variants: [
      ['inner', 'outer explode', 'explode', ['unnest/item']],
      ['list', 'o.items', 'o.lines', ['unnest/item']],
      ['expr', 'item.qty * item.price', 'item.qty + item.price', ['columns/line_total/expression']],
    ],
  },
  {
    name: 'UNNEST of two lists',
    adapter: 'trino',
    sql: `select s.survey_id, a.question, a.answer
from {{ ref('surveys') }} s
cross join unnest(s.questions, s.answers) as a (question, answer)
where a.answer is not null
`,
    spec: `inputs: [{ ref: surveys, as: s }]
from: s
unnest: [{ expression: "unnest(s.questions, s.answers)", as: a }]
filters: [{ id: F-x, expression: "a.answer is not null" }]
columns: [{ name: survey_id }, { name: question, from: [a.question] }, { name: answer, from: [a.answer] }]
`,
    variants: [
      ['list', 's.answers)', 's.replies)', ['unnest/a']],
      ['filter', 'where a.answer is not null', '', ['filters/F-x']],
      ['swap', 'a.question, a.answer', 'a.answer as question, a.question as answer', ['columns/question/from', 'columns/answer/from']],
    ],
  },
  {
    name: 'a series of days',
    adapter: 'postgres',
    sql: `with days as (
    select generate_series('2020-01-01'::date, '2025-12-31'::date, interval '1 day')::date as day
)
select d.day, coalesce(count(o.order_id), 0) as orders
from days d
left join {{ ref('orders') }} o on o.ordered_at::date = d.day
group by d.day
`,
    spec: `grain: [day]
inputs: [{ ref: orders }]
steps:
  - name: calendar
    generate: "one row per day from 2020-01-01 to 2025-12-31"
    columns: [{ name: day }]
from: calendar
joins: [{ to: orders, type: left, keys: [{ left: day, right: "cast(ordered_at as date)" }] }]
aggregate: { by: [day] }
columns: [{ name: day }, { name: orders, expression: "coalesce(count(orders.order_id), 0)" }]
`,
    variants: [
      ['counts days without orders', 'count(o.order_id)', 'count(*)', ['columns/orders/expression']],
      ['end', '2025-12-31', '2030-12-31', ['steps/calendar/generate']],
      ['step', '1 day', '1 month', ['steps/calendar/generate']],
      ['left', 'left join', 'join', ['joins/orders']],
      ['key', 'o.ordered_at::date = d.day', 'o.shipped_at::date = d.day', ['joins/orders/keys']],
    ],
  },
  {
    name: 'a date array',
    adapter: 'bigquery',
    sql: `select d as day from unnest(generate_date_array('2020-01-01', '2025-12-31', interval 1 day)) as d
`,
    spec: `inputs: []
generate: "daily from 2020-01-01 through 2025-12-31"
columns: [{ name: day }]
`,
    variants: [
      ['end', '2025-12-31', '2026-12-31', ['generate']],
      ['unit', 'interval 1 day', 'interval 1 week', ['generate']],
      ['start', '2020-01-01', '2019-01-01', ['generate']],
    ],
  },
  {
    name: 'recursion in a sentence',
    adapter: 'postgres',
    sql: `with recursive tree as (
    select employee_id, manager_id, 1 as level
    from {{ ref('employees') }}
    where manager_id is null
    union all
    select e.employee_id, e.manager_id, t.level + 1
    from {{ ref('employees') }} e
    join tree t on e.manager_id = t.employee_id
    where t.level < 10
)
select employee_id, manager_id, level from tree
`,
    spec: `grain: [employee_id]
inputs: [{ ref: employees }]
steps:
  - name: org
    recursive: "from those without manager down, employees by manager_id, at most 10 levels"
    columns: [{ name: employee_id }, { name: manager_id }, { name: level }]
from: org
columns: [{ name: employee_id }, { name: manager_id }, { name: level }]
`,
    unknown: ['grain'],
    variants: [
      ['none', 'with recursive tree', 'with tree', []],
    ],
  },
  {
    name: 'recursion in steps',
    adapter: 'postgres',
    sql: `with recursive tree as (
    select employee_id, manager_id, 1 as level
    from {{ ref('employees') }}
    where manager_id is null
    union all
    select e.employee_id, e.manager_id, t.level + 1
    from {{ ref('employees') }} e
    join tree t on e.manager_id = t.employee_id
    where t.level < 10
)
select employee_id, manager_id, level from tree
`,
    spec: `inputs: [{ ref: employees, as: e }]
steps:
  - name: bosses
    from: e
    filters: [{ id: F-top, expression: "manager_id is null" }]
    columns: [{ name: employee_id }, { name: manager_id }, { name: level, expression: "1" }]
  - name: reports
    from: e
    joins: [{ to: org, type: inner, keys: [{ left: e.manager_id, right: employee_id }] }]
    filters: [{ id: F-max, expression: "org.level < 10" }]
    columns: [{ name: employee_id, from: [e.employee_id] }, { name: manager_id, from: [e.manager_id] }, { name: level, expression: "org.level + 1" }]
  - name: org
    recursive: "employees below their manager_id, level by level"
    union: { op: union_all, branches: [bosses, reports] }
from: org
columns: [{ name: employee_id }, { name: manager_id }, { name: level }]
`,
    variants: [
      ['key', 'e.manager_id = t.employee_id', 'e.mentor_id = t.employee_id', ['steps/reports/joins/org/keys']],
      ['top', 'where manager_id is null', 'where manager_id is not null', ['steps/bosses/filters/F-top']],
      ['max', 't.level < 10', 't.level < 5', ['steps/reports/filters/F-max']],
      ['step', 't.level + 1', 't.level + 2', ['steps/reports/columns/level/expression']],
      ['union', 'union all', 'union', ['steps/org/union']],
      ['left', 'join tree', 'left join tree', []],
    ],
  },
];
