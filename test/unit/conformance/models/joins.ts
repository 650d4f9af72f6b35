import type { StyledModel } from './types';

export const JOINS: StyledModel[] = [
  {
    name: 'import CTEs, logical CTEs and a final one',
    adapter: 'postgres',
    files: {
      'models/schema.yml': `version: 2
models:
  - name: example
    columns:
      - name: customer_id
        data_tests: [unique, not_null]
      - name: tier
        data_tests:
          - accepted_values: { values: [gold, silver, none] }
  - name: stg_customers
    columns: [{ name: customer_id, data_tests: [unique, not_null] }]
  - name: stg_orders
    columns: [{ name: order_id, data_tests: [unique] }]
`,
    },
    sql: `{{ config(materialized='table') }}

with customers as (

    select * from {{ ref('stg_customers') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

payments as (

    select * from {{ ref('stg_payments') }}
    where payment_status != 'failed'

),

customer_orders as (

    select
        customer_id,
        min(ordered_at) as first_order_at,
        max(ordered_at) as latest_order_at,
        count(order_id) as number_of_orders

    from orders

    where status not in ('cancelled', 'returned')

    group by customer_id

),

customer_payments as (

    select
        orders.customer_id,
        sum(payments.amount) as total_amount

    from payments

    left join orders
        on payments.order_id = orders.order_id

    group by orders.customer_id

),

final as (

    select
        customers.customer_id,
        customers.first_name,
        customers.last_name,
        customer_orders.first_order_at,
        customer_orders.latest_order_at,
        coalesce(customer_orders.number_of_orders, 0) as number_of_orders,
        coalesce(customer_payments.total_amount, 0) as lifetime_value,
        case
            when customer_payments.total_amount >= 1000 then 'gold'
            when customer_payments.total_amount > 0 then 'silver'
            else 'none'
        end as tier

    from customers

    left join customer_orders
        on customers.customer_id = customer_orders.customer_id

    left join customer_payments
        on customers.customer_id = customer_payments.customer_id

)

select * from final
`,
    spec: `grain: [customer_id]
inputs:
  - { ref: stg_customers, as: c, grain: [customer_id] }
  - { ref: stg_orders, as: o, grain: [order_id] }
  - { ref: stg_payments, as: p }
steps:
  - name: spend
    from: p
    joins:
      - { to: o, type: left, keys: [order_id] }
    filters:
      - { id: F-ok, expression: "not (p.payment_status = 'failed')" }
    aggregate: { by: [customer_id] }
    columns:
      - { name: customer_id, from: [o.customer_id] }
      - { name: paid, expression: "sum(p.amount)" }
  - name: history
    from: o
    joins: []
    filters:
      - { id: F-live, expression: "not (status = 'returned' or status = 'cancelled')" }
    aggregate: { by: [customer_id] }
    columns:
      - { name: customer_id }
      - { name: first_order, expression: "min(ordered_at)" }
      - { name: last_order, expression: "max(ordered_at)" }
      - { name: orders, expression: "count(order_id)" }
from: c
joins:
  - { to: spend, type: left, keys: [customer_id], cardinality: one_to_one }
  - { to: history, type: left, keys: [{ left: c.customer_id, right: customer_id }], cardinality: one_to_one }
filters: []
columns:
  - { name: customer_id }
  - { name: first_name }
  - { name: last_name }
  - { name: first_order_at, from: [history.first_order] }
  - { name: latest_order_at, from: [history.last_order] }
  - { name: number_of_orders, expression: "ifnull(history.orders, 0)" }
  - { name: lifetime_value, expression: "ifnull(spend.paid, 0)" }
  - { name: tier, expression: "case when spend.paid >= 1000 then 'gold' when 0 < spend.paid then 'silver' else 'none' end" }
tests:
  - { id: T-u, test: unique, column: customer_id }
  - { id: T-tier, test: accepted_values, column: tier, arguments: { values: [none, silver, gold] } }
materialization: { type: table }
`,
    variants: [
      ['inner spend', 'left join customer_payments', 'inner join customer_payments', ['joins/spend']],
      ['inner history', 'left join customer_orders', 'join customer_orders', ['joins/history']],
      ['key', 'on customers.customer_id = customer_orders.customer_id', 'on customers.customer_id = customer_orders.number_of_orders', ['joins/history/keys']],
      ['inner key', 'on payments.order_id = orders.order_id', 'on payments.payment_id = orders.order_id', ['steps/spend/joins/o/keys']],
      ['filter value', 'payment_status != \'failed\'', 'payment_status != \'pending\'', ['steps/spend/filters/F-ok']],
      ['filter list', 'not in (\'cancelled\', \'returned\')', 'not in (\'cancelled\')', ['steps/history/filters/F-live']],
      ['filter gone', 'where payment_status != \'failed\'', '', ['steps/spend/filters/F-ok']],
      ['agg', 'sum(payments.amount)', 'avg(payments.amount)', ['steps/spend/columns/paid/expression']],
      ['agg2', 'max(ordered_at) as latest', 'min(ordered_at) as latest', ['steps/history/columns/last_order/expression']],
      ['case const', '>= 1000', '>= 500', ['columns/tier/expression']],
      ['case branch', 'when customer_payments.total_amount > 0 then \'silver\'', '', ['columns/tier/expression']],
      ['coalesce', 'coalesce(customer_payments.total_amount, 0)', 'customer_payments.total_amount', ['columns/lifetime_value/expression']],
      ['coalesce2', 'coalesce(customer_orders.number_of_orders, 0)', 'coalesce(customer_orders.number_of_orders, 1)', ['columns/number_of_orders/expression']],
      ['drop col', `customers.last_name,
`, '', ['columns/last_name']],
      ['extra col', 'customers.last_name,', 'customers.last_name, customers.email,', ['COL002']],
      ['group extra', `group by customer_id
`, `group by customer_id, status
`, ['steps/history/aggregate']],
      ['filter extra', 'select * from {{ ref(\'stg_customers\') }}', 'select * from {{ ref(\'stg_customers\') }} where not is_test', ['FILTER002']],
      ['distinct extra', `select
        customers.customer_id`, `select distinct
        customers.customer_id`, []],
      ['wrong input', 'ref(\'stg_payments\')', 'ref(\'stg_payments_raw\')', ['inputs/p', 'INPUT002', 'steps/spend/from']],
      ['count distinct', 'count(order_id)', 'count(distinct order_id)', ['steps/history/columns/orders/expression']],
      ['mat', 'materialized=\'table\'', 'materialized=\'view\'', ['materialization/type']],
      ['test gone', '[unique, not_null]', '[not_null]', ['tests/T-u'], 'yml'],
      ['test args', '[gold, silver, none]', '[gold, silver]', ['tests/T-tier/arguments'], 'yml'],
      ['spec asks col', '- { name: last_name }', `- { name: last_name }
  - { name: email }`, ['columns/email'], 'spec'],
      ['spec asks input', '- { ref: stg_payments, as: p }', `- { ref: stg_payments, as: p }
  - { ref: stg_refunds }`, ['inputs/stg_refunds'], 'spec'],
      ['spec asks filter', `filters: []
columns`, `filters: [{ id: F-x, expression: "c.country = 'DE'" }]
columns`, ['filters/F-x'], 'spec'],
      ['spec asks join', '- { to: spend,', `- { to: o, type: left, keys: [customer_id] }
  - { to: spend,`, ['joins/o'], 'spec'],
      ['spec distinct', `filters: []
columns`, `filters: []
distinct: true
columns`, ['distinct'], 'spec'],
    ],
  },
  {
    name: 'nested subqueries',
    adapter: 'redshift',
    sql: `select
  t.account_id,
  t.month,
  t.revenue,
  t.revenue - t.cost as margin
from (
  select
    i.account_id,
    date_trunc('month', i.invoiced_at) as month,
    sum(i.amount) as revenue,
    sum(c.cost) as cost
  from (
    select * from {{ source('billing', 'invoices') }}
    where state = 'paid' and invoiced_at >= '2020-01-01' and invoiced_at <= '2024-12-31'
  ) i
  inner join (
    select invoice_id, sum(unit_cost * quantity) as cost
    from {{ source('billing', 'invoice_lines') }}
    group by 1
  ) c using (invoice_id)
  group by 1, 2
  having sum(i.amount) > 0
) t
`,
    spec: `grain: [account_id, month]
inputs:
  - { source: billing.invoices, as: inv }
  - { source: billing.invoice_lines, as: line }
steps:
  - name: costs
    from: line
    filters: []
    aggregate: { by: [invoice_id] }
    columns:
      - { name: invoice_id }
      - { name: cost, expression: "sum(quantity * unit_cost)" }
from: inv
joins:
  - { to: costs, type: inner, keys: [invoice_id] }
filters:
  - { id: F-1, expression: "inv.state = 'paid'" }
  - { id: F-2, expression: "inv.invoiced_at between '2020-01-01' and '2024-12-31'" }
  - { id: F-3, expression: "0 < sum(inv.amount)", at: having }
aggregate: { by: [account_id, month] }
columns:
  - { name: account_id }
  - { name: month, expression: "date_trunc('month', inv.invoiced_at)" }
  - { name: revenue, expression: "sum(inv.amount)" }
  - { name: margin, expression: "sum(inv.amount) - sum(costs.cost)" }
`,
    variants: [
      ['left', 'inner join (', 'left join (', ['joins/costs']],
      ['using', 'using (invoice_id)', 'on i.invoice_id = c.cost', ['joins/costs/keys']],
      ['filter', 'state = \'paid\'', 'state = \'open\'', ['filters/F-1']],
      ['between hi', '<= \'2024-12-31\'', '< \'2024-12-31\'', ['filters/F-2']],
      ['between lo', '>= \'2020-01-01\'', '>= \'2021-01-01\'', ['filters/F-2']],
      ['having', 'having sum(i.amount) > 0', '', ['filters/F-3']],
      ['having2', 'having sum(i.amount) > 0', 'having sum(i.amount) > 100', ['filters/F-3']],
      ['expr', 'unit_cost * quantity', 'unit_cost + quantity', ['steps/costs/columns/cost/expression']],
      ['margin', 't.revenue - t.cost', 't.revenue + t.cost', ['columns/margin/expression']],
      ['trunc', 'date_trunc(\'month\'', 'date_trunc(\'week\'', ['columns/month/expression']],
      ['group', 'group by 1, 2', 'group by 1, 2, i.currency', ['aggregate']],
      ['drop col', `t.revenue,
`, '', ['columns/revenue']],
    ],
  },
  {
    name: 'USING and comma joins',
    adapter: 'snowflake',
    sql: `select
    order_id,
    o.customer_id,
    region_name,
    nvl(discount, 0) as discount
from {{ ref('orders') }} o
join {{ ref('customers') }} c using (customer_id)
left join {{ ref('discounts') }} d using (order_id)
, {{ ref('regions') }} r
where c.region_id = r.region_id
  and o.placed_at::date >= '2023-01-01'
`,
    spec: `inputs:
  - { ref: orders }
  - { ref: customers }
  - { ref: regions }
  - { ref: discounts }
from: orders
joins:
  - { to: customers, type: inner, keys: [customer_id] }
  - { to: discounts, type: left, keys: [{ left: orders.order_id, right: order_id }] }
  - { to: regions, type: inner, keys: [{ left: customers.region_id, right: region_id }] }
filters:
  - { id: F-d, expression: "cast(orders.placed_at as date) >= '2023-01-01'" }
columns:
  - { name: order_id }
  - { name: customer_id }
  - { name: region_name, from: [regions.region_name] }
  - { name: discount, expression: "coalesce(discounts.discount, 0)" }
`,
    variants: [
      ['left', 'join {{ ref(\'customers\') }}', 'left join {{ ref(\'customers\') }}', ['joins/customers']],
      ['inner', 'left join {{ ref(\'discounts\') }}', 'join {{ ref(\'discounts\') }}', ['joins/discounts']],
      ['keys', 'using (customer_id)', 'using (account_id)', ['joins/customers/keys']],
      ['crossed', `where c.region_id = r.region_id
  and`, 'where', ['joins/regions', 'joins/regions/keys']],
      ['filter', '\'2023-01-01\'', '\'2022-01-01\'', ['filters/F-d']],
      ['nvl', 'nvl(discount, 0)', 'nvl(discount, 1)', ['columns/discount/expression']],
    ],
  },
  {
    name: 'a RIGHT JOIN',
    adapter: 'postgres',
    sql: `with agg as (
    select customer_id, count(*) as n_tickets, max(opened_at) as last_opened
    from {{ ref('tickets') }}
    where not deleted
    group by customer_id
)
select cust.customer_id, cust.name, coalesce(agg.n_tickets, 0) as n_tickets, agg.last_opened
from agg
right outer join {{ ref('customers') }} as cust
  on agg.customer_id = cust.customer_id
`,
    spec: `inputs: [{ ref: customers }, { ref: tickets }]
steps:
  - name: t
    from: tickets
    filters: [{ id: F-1, expression: "deleted = false" }]
    aggregate: { by: [customer_id] }
    columns: [{ name: customer_id }, { name: n, expression: "count(*)" }, { name: last, expression: "max(opened_at)" }]
from: customers
joins: [{ to: t, type: left, keys: [customer_id] }]
filters: []
columns:
  - { name: customer_id }
  - { name: name }
  - { name: n_tickets, expression: "coalesce(t.n, 0)" }
  - { name: last_opened, expression: "t.last" }
`,
    variants: [
      ['left', 'right outer join', 'left join', ['joins/t']],
      ['full', 'right outer join', 'full outer join', ['joins/t']],
      ['inner', 'right outer join', 'inner join', ['joins/t']],
      ['filter', 'not deleted', 'deleted', ['steps/t/filters/F-1']],
      ['agg', 'max(opened_at)', 'min(opened_at)', ['steps/t/columns/last/expression']],
      ['count', 'count(*)', 'count(distinct ticket_id)', ['steps/t/columns/n/expression']],
      ['key', 'agg.customer_id = cust.customer_id', 'agg.customer_id = cust.parent_id', ['joins/t/keys']],
    ],
  },
  {
    name: 'scalar and correlated subqueries',
    adapter: 'postgres',
    sql: `select
    p.product_id,
    p.name,
    (select max(o.ordered_at) from {{ ref('order_items') }} o where o.product_id = p.product_id) as last_ordered_at,
    p.price / (select avg(price) from {{ ref('products') }}) as price_index
from {{ ref('products') }} p
where p.price > (select avg(price) from {{ ref('products') }} where active)
`,
    spec: `inputs: [{ ref: products }, { ref: order_items }]
steps:
  - name: last_order
    from: order_items
    aggregate: { by: [product_id] }
    columns: [{ name: product_id }, { name: at, expression: "max(ordered_at)" }]
  - name: mean
    from: products
    aggregate: { by: [] }
    columns: [{ name: p, expression: "avg(price)" }]
  - name: active_mean
    from: products
    filters: [{ id: F-a, expression: "active" }]
    aggregate: { by: [] }
    columns: [{ name: p, expression: "avg(price)" }]
from: products
joins:
  - { to: last_order, type: left, keys: [product_id] }
  - { to: mean, type: cross }
  - { to: active_mean, type: cross }
filters: [{ id: F-p, expression: "products.price > active_mean.p" }]
columns:
  - { name: product_id }
  - { name: name }
  - { name: last_ordered_at, from: [last_order.at] }
  - { name: price_index, expression: "products.price / mean.p" }
`,
    variants: [
      ['agg', 'max(o.ordered_at)', 'min(o.ordered_at)', ['steps/last_order/columns/at/expression']],
      ['corr key', 'o.product_id = p.product_id', 'o.product_id = p.parent_id', ['joins/last_order/keys']],
      ['filter', 'where active', 'where not active', ['steps/active_mean/filters/F-a']],
      ['op', 'p.price >', 'p.price <', ['filters/F-p']],
      ['expr', 'p.price / (', 'p.cost / (', ['columns/price_index/expression']],
      ['avg', 'p.price / (select avg(price)', 'p.price / (select max(price)', ['steps/mean/columns/p/expression']],
    ],
  },
];
