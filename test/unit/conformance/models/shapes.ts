import type { StyledModel } from './types';

export const SHAPES: StyledModel[] = [
  {
    name: 'a row number in a CTE',
    adapter: 'trino',
    sql: `with ranked as (
    select
        *,
        row_number() over (partition by device_id order by received_at desc, event_id desc) as rn
    from {{ source('iot', 'readings') }}
    where value is not null
),
latest as (
    select * from ranked where rn = 1
)
select device_id, value, received_at, upper(unit) as unit from latest
`,
    spec: `grain: [device_id]
inputs: [{ source: iot.readings, as: r }]
from: r
filters: [{ id: F-v, expression: "value is not null" }]
deduplicate: { by: [device_id], order_by: ["received_at desc", "event_id desc"] }
columns: [{ name: device_id }, { name: value }, { name: received_at }, { name: unit, expression: "upper(unit)" }]
`,
    variants: [
      ['order', 'order by received_at desc', 'order by received_at asc', ['deduplicate']],
      ['order2', 'order by received_at desc', 'order by created_at desc', ['deduplicate']],
      ['part', 'partition by device_id', 'partition by device_id, unit', ['deduplicate']],
      ['rn', 'rn = 1', 'rn <= 2', ['deduplicate']],
      ['none', 'where rn = 1', '', ['deduplicate']],
      ['rank', 'row_number()', 'rank()', []],
      ['filter', 'where value is not null', '', ['filters/F-v']],
      ['upper', 'upper(unit)', 'lower(unit)', ['columns/unit/expression']],
      ['extra', 'where rn = 1', 'where rn = 1 and value > 0', ['FILTER002']],
      ['tie gone', ', event_id desc', '', ['deduplicate']],
    ],
  },
  {
    name: 'QUALIFY, with what it cleans',
    adapter: 'snowflake',
    sql: `with src as (select * from {{ source('crm', 'contacts') }}),
deduped as (
  select id as contact_id, lower(trim(email)) as email, _loaded_at, is_deleted
  from src
  qualify row_number() over (partition by id order by _loaded_at desc nulls last) = 1
)
select contact_id, email, _loaded_at as loaded_at from deduped where not coalesce(is_deleted, false)
`,
    spec: `grain: [contact_id]
inputs: [{ source: crm.contacts }]
steps:
  - name: newest
    from: contacts
    filters: []
    deduplicate: { by: [id], order_by: ["_loaded_at desc"] }
from: newest
filters: [{ id: F-del, expression: "coalesce(is_deleted, false) = false" }]
columns: [{ name: contact_id, from: [newest.id] }, { name: email, expression: "trim(lower(email))" }, { name: loaded_at, from: [newest._loaded_at] }]
`,
    variants: [
      ['order', '_loaded_at desc nulls', '_loaded_at asc nulls', ['steps/newest/deduplicate']],
      ['part', 'partition by id', 'partition by email', ['steps/newest/deduplicate']],
      ['before', `from src
  qualify`, `from src where not coalesce(is_deleted, false)
  qualify`, ['FILTER002']],
      ['filter gone', 'where not coalesce(is_deleted, false)', '', ['filters/F-del']],
      ['negated', 'where not coalesce', 'where coalesce', ['filters/F-del']],
      ['coalesce', 'coalesce(is_deleted, false)', 'coalesce(is_deleted, true)', ['filters/F-del']],
      ['col', '_loaded_at as loaded_at', 'is_deleted as loaded_at', ['columns/loaded_at/from']],
    ],
  },
  {
    name: 'DISTINCT ON',
    adapter: 'postgres',
    sql: `select distinct on (o.customer_id)
    o.customer_id, o.order_id as last_order_id, o.total
from {{ ref('orders') }} o
where o.status = 'complete'
order by o.customer_id, o.ordered_at desc
`,
    spec: `grain: [customer_id]
inputs: [{ ref: orders }]
from: orders
filters: [{ id: F-x, expression: "status = 'complete'" }]
deduplicate: { by: [customer_id], order_by: ["ordered_at desc"] }
columns: [{ name: customer_id }, { name: last_order_id, from: [orders.order_id] }, { name: total }]
`,
    variants: [
      ['asc', 'o.ordered_at desc', 'o.ordered_at', ['deduplicate']],
      ['key', 'distinct on (o.customer_id)', 'distinct on (o.order_id)', ['deduplicate']],
      ['plain', 'distinct on (o.customer_id)', 'distinct', ['deduplicate']],
      ['none', 'distinct on (o.customer_id)', '', ['deduplicate']],
      ['filter', '\'complete\'', '\'returned\'', ['filters/F-x']],
      ['from', 'o.order_id as last', 'o.invoice_id as last', ['columns/last_order_id/from']],
    ],
  },
  {
    name: 'a union of channels',
    adapter: 'bigquery',
    sql: `with web as (
  select order_id, customer_id, 'web' as channel, amount from {{ ref('web_orders') }} where not is_test
), store as (
  select receipt_id as order_id, loyalty_id as customer_id, 'store' as channel, amount / 100 as amount from {{ ref('pos_receipts') }}
), partner as (
  select cast(id as string), customer, 'partner', amount from {{ ref('partner_orders') }} where country = 'DE'
)
select * from web
union all
select * from store
union all
select * from partner
`,
    spec: `inputs: [{ ref: web_orders }, { ref: pos_receipts }, { ref: partner_orders }]
steps:
  - name: a
    from: web_orders
    filters: [{ id: F-a, expression: "is_test = false" }]
    columns: [{ name: order_id }, { name: customer_id }, { name: channel, expression: "'web'" }, { name: amount }]
  - name: c
    from: partner_orders
    filters: [{ id: F-c, expression: "country = 'DE'" }]
    columns: [{ name: order_id, expression: "cast(id as string)" }, { name: customer_id, from: [partner_orders.customer] }, { name: channel, expression: "'partner'" }, { name: amount }]
  - name: b
    from: pos_receipts
    filters: []
    columns: [{ name: order_id, from: [pos_receipts.receipt_id] }, { name: customer_id, from: [pos_receipts.loyalty_id] }, { name: channel, expression: "'store'" }, { name: amount, expression: "amount / 100" }]
union: { op: union_all, branches: [a, b, c] }
`,
    variants: [
      ['distinct', `union all
select * from store`, `union distinct
select * from store`, ['union']],
      ['both distinct', `union all
select * from store
union all`, `union distinct
select * from store
union distinct`, ['union']],
      ['discr', '\'store\' as channel', '\'shop\' as channel', ['steps/b/columns/channel/expression']],
      ['amount', 'amount / 100 as', 'amount as', ['steps/b/columns/amount/expression']],
      ['filter', 'where country = \'DE\'', '', ['steps/c/filters/F-c']],
      ['filter2', 'not is_test', 'is_test', ['steps/a/filters/F-a']],
      ['branch', `union all
select * from partner`, '', ['union']],
      ['cust', 'loyalty_id as customer_id', 'member_id as customer_id', ['steps/b/columns/customer_id/from']],
      ['extra filter', 'from {{ ref(\'pos_receipts\') }}', 'from {{ ref(\'pos_receipts\') }} where amount > 0', ['FILTER002']],
      ['cast', 'cast(id as string)', 'cast(customer as string)', ['steps/c/columns/order_id/expression']],
      ['input', 'ref(\'pos_receipts\')', 'ref(\'old_receipts\')', ['inputs/pos_receipts', 'INPUT002', 'steps/b/from']],
    ],
  },
  {
    name: 'EXCEPT',
    adapter: 'snowflake',
    sql: `select user_id from {{ ref('signups') }} where plan <> 'free'
except
select user_id from {{ ref('blocked') }}
`,
    spec: `inputs: [{ ref: signups }, { ref: blocked }]
steps:
  - { name: a, from: signups, filters: [{ id: F-a, expression: "not (plan = 'free')" }], columns: [{ name: user_id }] }
  - { name: b, from: blocked, filters: [], columns: [{ name: user_id }] }
union: { op: except, branches: [a, b] }
`,
    variants: [
      ['op', 'except', 'union', ['union']],
      ['op2', 'except', 'intersect', ['union']],
      ['filter', '<> \'free\'', '= \'free\'', ['steps/a/filters/F-a']],
      ['extra', 'ref(\'blocked\') }}', 'ref(\'blocked\') }} where active', ['FILTER002']],
    ],
  },
  {
    name: 'a star without a column',
    adapter: 'snowflake',
    files: {
      'models/src.yml': `models:
  - name: stg
    columns: [{ name: id }, { name: name }, { name: secret }, { name: loaded_at }]
`,
    },
    sql: `with base as (select * exclude (secret), loaded_at::date as loaded_on from {{ ref('stg') }})
select base.*, upper(name) as name_upper from base where loaded_on >= '2024-01-01'
`,
    spec: `inputs: [{ ref: stg }]
from: stg
filters: [{ id: F-1, expression: "loaded_at::date >= '2024-01-01'" }]
columns:
  - { all_from: stg, except: [secret] }
  - { name: loaded_on, expression: "cast(loaded_at as date)" }
  - { name: name_upper, expression: "upper(name)" }
`,
    variants: [
      ['secret', '* exclude (secret)', '*', []],
      ['filter', '\'2024-01-01\'', '\'2023-01-01\'', ['filters/F-1']],
      ['upper', 'upper(name)', 'lower(name)', ['columns/name_upper/expression']],
      ['more', 'exclude (secret)', 'exclude (secret, name)', []],
    ],
  },
];
