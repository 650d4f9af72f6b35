import type { StyledModel } from './types';

export const GROUPS: StyledModel[] = [
  {
    name: 'a pivot by CASE',
    adapter: 'redshift',
    sql: `select
    date_trunc('month', paid_at)::date as month,
    count(distinct customer_id) as customers,
    sum(case when method = 'card' then amount else 0 end) as card_amount,
    sum(case when method = 'bank' then amount else 0 end) as bank_amount,
    sum(case when method in ('voucher', 'gift') then amount end) as voucher_amount,
    count(case when amount > 100 then 1 end) as big_payments
from {{ ref('payments') }}
where paid_at is not null
group by 1
`,
    spec: `grain: [month]
inputs: [{ ref: payments }]
from: payments
filters: [{ id: F-x, expression: "paid_at is not null" }]
aggregate: { by: [month] }
columns:
  - { name: month, expression: "cast(date_trunc('month', paid_at) as date)" }
  - { name: customers, expression: "count(distinct customer_id)" }
  - { name: card_amount, expression: "sum(case when 'card' = method then amount else 0 end)" }
  - { name: bank_amount, expression: "sum(case method when 'bank' then amount else 0 end)" }
  - { name: voucher_amount, expression: "sum(case when method = 'gift' or method = 'voucher' then amount end)" }
  - { name: big_payments, expression: "sum(case when amount > 100 then 1 else 0 end)" }
`,
    unknown: ['columns/big_payments/expression'],
    variants: [
      ['card', 'method = \'card\'', 'method = \'paypal\'', ['columns/card_amount/expression']],
      ['swap', '\'bank\' then amount', '\'bank\' then fee', ['columns/bank_amount/expression']],
      ['else', '\'gift\') then amount end', '\'gift\') then amount else 0 end', ['columns/voucher_amount/expression']],
      ['distinct', 'count(distinct customer_id)', 'count(customer_id)', ['columns/customers/expression']],
      ['big', 'amount > 100', 'amount >= 100', ['columns/big_payments/expression']],
      ['month', 'date_trunc(\'month\'', 'date_trunc(\'day\'', ['columns/month/expression']],
      ['filter', 'where paid_at is not null', '', ['filters/F-x']],
      ['voucher', 'in (\'voucher\', \'gift\')', 'in (\'voucher\')', ['columns/voucher_amount/expression']],
      ['group', 'group by 1', 'group by 1, currency', ['aggregate']],
      ['drop', 'count(distinct customer_id) as customers,', '', ['columns/customers']],
    ],
  },
  {
    name: 'sessions',
    adapter: 'postgres',
    sql: `with lagged as (
    select user_id, event_at,
        lag(event_at) over (partition by user_id order by event_at) as prev_at
    from {{ ref('events') }}
),
flagged as (
    select *, case when prev_at is null or event_at - prev_at > interval '30 minutes' then 1 else 0 end as is_new
    from lagged
),
numbered as (
    select *, sum(is_new) over (partition by user_id order by event_at rows between unbounded preceding and current row) as session_no
    from flagged
)
select user_id, session_no, min(event_at) as started_at, max(event_at) as ended_at, count(*) as events
from numbered
group by user_id, session_no
`,
    spec: `grain: [user_id, session_no]
inputs: [{ ref: events }]
steps:
  - name: gaps
    from: events
    columns:
      - { name: user_id }
      - { name: event_at }
      - { name: before, expression: "lag(event_at) over (partition by user_id order by event_at)" }
  - name: sess
    from: gaps
    columns:
      - { name: user_id }
      - { name: event_at }
      - { name: session_no, expression: "sum(case when before is null or event_at - before > interval '30 minutes' then 1 else 0 end) over (partition by user_id order by event_at rows between unbounded preceding and current row)" }
from: sess
filters: []
aggregate: { by: [user_id, session_no] }
columns:
  - { name: user_id }
  - { name: session_no }
  - { name: started_at, expression: "min(event_at)" }
  - { name: ended_at, expression: "max(event_at)" }
  - { name: events, expression: "count(*)" }
`,
    variants: [
      ['minutes', '\'30 minutes\'', '\'60 minutes\'', ['steps/sess/columns/session_no/expression']],
      ['lag', 'lag(event_at)', 'lead(event_at)', ['steps/gaps/columns/before/expression']],
      ['part', 'sum(is_new) over (partition by user_id', 'sum(is_new) over (partition by device_id', ['steps/sess/columns/session_no/expression']],
      ['group', 'group by user_id, session_no', 'group by user_id', ['aggregate', 'grain']],
      ['max', 'max(event_at)', 'min(event_at)', ['columns/ended_at/expression']],
      ['filter', 'from {{ ref(\'events\') }}', 'from {{ ref(\'events\') }} where event_type <> \'ping\'', []],
    ],
  },
  {
    name: 'cohorts',
    adapter: 'duckdb',
    sql: `with firsts as (
    select user_id, min(date_trunc('month', paid_at)) as cohort
    from {{ ref('payments') }}
    where amount > 0
    group by all
),
activity as (
    select distinct p.user_id, date_trunc('month', p.paid_at) as month
    from {{ ref('payments') }} p
    where p.amount > 0
),
sizes as (
    select cohort, count(*) as users from firsts group by cohort
)
select
    f.cohort,
    datediff('month', f.cohort, a.month) as age,
    s.users as cohort_size,
    count(distinct a.user_id) as active_users,
    count(distinct a.user_id) * 1.0 / s.users as retention
from firsts f
join activity a on a.user_id = f.user_id
join sizes s on s.cohort = f.cohort
group by 1, 2, 3
`,
    spec: `grain: [cohort, age]
inputs: [{ ref: payments, as: p }]
steps:
  - name: joined
    from: p
    filters: [{ id: F-1, expression: "amount > 0" }]
    aggregate: { by: [user_id] }
    columns: [{ name: user_id }, { name: cohort_month, expression: "min(date_trunc('month', paid_at))" }]
  - name: months
    from: p
    filters: [{ id: F-2, expression: "0 < amount" }]
    distinct: true
    columns: [{ name: user_id }, { name: m, expression: "date_trunc('month', paid_at)" }]
  - name: cohorts
    from: joined
    aggregate: { by: [cohort_month] }
    columns: [{ name: cohort_month }, { name: n, expression: "count(*)" }]
from: joined
joins:
  - { to: cohorts, type: inner, keys: [cohort_month] }
  - { to: months, type: inner, keys: [{ left: joined.user_id, right: user_id }] }
filters: []
aggregate: { by: [cohort, age, cohort_size] }
columns:
  - { name: cohort, from: [joined.cohort_month] }
  - { name: age, expression: "datediff('month', joined.cohort_month, months.m)" }
  - { name: cohort_size, from: [cohorts.n] }
  - { name: active_users, expression: "count(distinct months.user_id)" }
  - { name: retention, expression: "1.0 * count(distinct months.user_id) / cohorts.n" }
`,
    unknown: ['grain'],
    variants: [
      ['another key', 'on s.cohort = f.cohort', 'on s.cohort = a.month', ['joins/cohorts/keys']],
      ['min', 'min(date_trunc', 'max(date_trunc', ['steps/joined/columns/cohort_month/expression']],
      ['filter', 'where amount > 0', 'where amount >= 0', ['steps/joined/filters/F-1']],
      ['filter2', 'where p.amount > 0', '', ['steps/months/filters/F-2']],
      ['count', 'count(distinct a.user_id) as active', 'count(a.user_id) as active', ['columns/active_users/expression']],
      ['left', 'join sizes', 'left join sizes', ['joins/cohorts']],
      ['unit', 'datediff(\'month\', f', 'datediff(\'day\', f', ['columns/age/expression']],
      ['group', `group by cohort
`, `group by cohort, user_id
`, ['steps/cohorts/aggregate']],
    ],
  },
  {
    name: 'the first hundred',
    adapter: 'postgres',
    sql: `select customer_id, total
from (
  select customer_id, sum(amount) as total
  from {{ ref('orders') }}
  where ordered_at >= current_date - interval '30 days' and status in ('paid', 'shipped')
  group by customer_id
  having count(*) >= 3
) x
order by total desc
limit 100
`,
    spec: `grain: [customer_id]
inputs: [{ ref: orders }]
from: orders
filters:
  - { id: F-1, expression: "ordered_at >= current_date - interval '30 day'" }
  - { id: F-2, expression: "status = 'shipped' or status = 'paid'" }
  - { id: F-3, expression: "count(*) >= 3", at: having }
aggregate: { by: [customer_id] }
columns: [{ name: customer_id }, { name: total, expression: "sum(amount)" }]
limit: { rows: "100", order_by: ["total desc"] }
`,
    variants: [
      ['limit', 'limit 100', 'limit 10', ['limit']],
      ['order', 'total desc', 'total', ['limit']],
      ['nolimit', 'limit 100', '', ['limit']],
      ['days', '30 days', '90 days', ['filters/F-1']],
      ['list', '(\'paid\', \'shipped\')', '(\'paid\')', ['filters/F-2']],
      ['having', '>= 3', '> 3', ['filters/F-3']],
      ['sum', 'sum(amount)', 'max(amount)', ['columns/total/expression']],
    ],
  },
];
