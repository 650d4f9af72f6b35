import type { StyledModel } from './types';

export const MATCHES: StyledModel[] = [
  {
    name: 'an anti join by a null test',
    adapter: 'bigquery',
    sql: `select u.user_id, u.email, u.created_at
from {{ ref('users') }} as u
left join {{ ref('subscriptions') }} as s
  on s.user_id = u.user_id and s.status = 'active'
where s.user_id is null
  and u.email is not null
`,
    spec: `inputs: [{ ref: users }, { ref: subscriptions }]
from: users
joins:
  - { to: subscriptions, type: anti, keys: [user_id], condition: "subscriptions.status = 'active'" }
filters:
  - { id: F-mail, expression: "not users.email is null" }
columns: [{ name: user_id }, { name: email }, { name: created_at }]
`,
    variants: [
      ['semi', 'where s.user_id is null', 'where s.user_id is not null', ['joins/subscriptions']],
      ['moved', `and s.status = 'active'
where s.user_id is null`, `
where s.user_id is null and s.status = 'active'`, ['joins/subscriptions/condition']],
      ['cond', 's.status = \'active\'', 's.status = \'trial\'', ['joins/subscriptions/condition']],
      ['cond gone', 'and s.status = \'active\'', '', ['joins/subscriptions/condition']],
      ['filter', 'and u.email is not null', '', ['filters/F-mail']],
      ['key', 's.user_id = u.user_id', 's.user_id = u.account_id', ['joins/subscriptions/keys']],
      ['no null', `where s.user_id is null
  and`, 'where', ['joins/subscriptions']],
      ['spec left', 'type: anti', 'type: left', ['joins/subscriptions'], 'spec'],
    ],
  },
  {
    name: 'EXISTS and IN',
    adapter: 'databricks',
    sql: `with active as (
  select distinct user_id from {{ ref('events') }} where event_date >= date_sub(current_date(), 30)
)
select a.account_id, a.plan
from {{ ref('accounts') }} a
where a.owner_id in (select user_id from active)
  and not exists (select 1 from {{ ref('churned') }} c where c.account_id = a.account_id and c.reason <> 'test')
`,
    spec: `inputs: [{ ref: accounts }, { ref: events }, { ref: churned }]
steps:
  - name: recent
    from: events
    filters: [{ id: F-30, expression: "event_date >= date_sub(current_date(), 30)" }]
    distinct: true
    columns: [{ name: user_id }]
from: accounts
joins:
  - { to: recent, type: semi, keys: [{ left: owner_id, right: user_id }] }
  - { to: churned, type: anti, keys: [account_id], condition: "not (churned.reason = 'test')" }
filters: []
columns: [{ name: account_id }, { name: plan }]
`,
    variants: [
      ['not in', 'owner_id in', 'owner_id not in', ['joins/recent']],
      ['exists', 'not exists', 'exists', ['joins/churned']],
      ['days', '30)', '90)', ['steps/recent/filters/F-30']],
      ['key', 'c.account_id = a.account_id', 'c.account_id = a.owner_id', ['joins/churned/keys']],
      ['cond', 'c.reason <> \'test\'', 'c.reason = \'test\'', ['joins/churned/condition']],
      ['cond gone', 'and c.reason <> \'test\'', '', ['joins/churned/condition']],
      ['key2', 'a.owner_id in', 'a.account_id in', ['joins/recent/keys']],
      ['distinct gone', 'select distinct user_id', 'select user_id', []],
      ['extra', 'and not exists', 'and a.is_paying and not exists', ['FILTER002']],
    ],
  },
  {
    name: 'a join as of a day',
    adapter: 'snowflake',
    sql: `select
    f.sale_id,
    f.sold_at,
    d.segment,
    f.amount * coalesce(fx.rate, 1) as amount_eur
from {{ ref('fct_sales') }} f
left join {{ ref('dim_customer_history') }} d
    on f.customer_id = d.customer_id
    and f.sold_at >= d.valid_from
    and f.sold_at < coalesce(d.valid_to, '9999-12-31')
left join {{ ref('fx_rates') }} fx
    on fx.currency = f.currency and fx.day = date(f.sold_at)
`,
    spec: `inputs: [{ ref: fct_sales, as: s }, { ref: dim_customer_history, as: h }, { ref: fx_rates, as: fx }]
from: s
joins:
  - { to: fx, type: left, keys: [currency, { left: "date(s.sold_at)", right: day }] }
  - { to: h, type: left, keys: [{ left: s.customer_id, right: customer_id }], condition: "h.valid_from <= s.sold_at and coalesce(h.valid_to, '9999-12-31') > s.sold_at" }
filters: []
columns: [{ name: sale_id }, { name: sold_at }, { name: segment, from: [h.segment] }, { name: amount_eur, expression: "s.amount * nvl(fx.rate, 1)" }]
`,
    variants: [
      ['bound', 'f.sold_at >= d.valid_from', 'f.sold_at > d.valid_from', ['joins/h/condition']],
      ['bound gone', `and f.sold_at >= d.valid_from
`, '', ['joins/h/condition']],
      ['hi', 'f.sold_at < coalesce', 'f.sold_at <= coalesce', ['joins/h/condition']],
      ['inner', 'left join {{ ref(\'dim', 'join {{ ref(\'dim', ['joins/h']],
      ['key', 'fx.currency = f.currency and', '', ['joins/fx/keys']],
      ['rate', 'coalesce(fx.rate, 1)', 'fx.rate', ['columns/amount_eur/expression']],
      ['extra cond', 'and fx.day =', 'and fx.kind = \'mid\' and fx.day =', ['JOIN003']],
      ['segment', 'd.segment', 'd.tier as segment', ['columns/segment/from']],
      ['moved', `and f.sold_at < coalesce(d.valid_to, '9999-12-31')
left join {{ ref('fx_rates') }} fx
    on fx.currency = f.currency and fx.day = date(f.sold_at)`, `left join {{ ref('fx_rates') }} fx
    on fx.currency = f.currency and fx.day = date(f.sold_at)
where f.sold_at < coalesce(d.valid_to, '9999-12-31')`, ['joins/h/condition']],
    ],
  },
  {
    name: 'a FULL JOIN',
    adapter: 'bigquery',
    sql: `with a as (select day, sum(amount) as ledger from {{ ref('ledger') }} group by day),
b as (select day, sum(amount) as bank from {{ ref('bank') }} group by day)
select coalesce(a.day, b.day) as day, ifnull(a.ledger, 0) - ifnull(b.bank, 0) as diff
from a full outer join b on a.day = b.day
where abs(ifnull(a.ledger, 0) - ifnull(b.bank, 0)) > 0.01
`,
    spec: `inputs: [{ ref: ledger }, { ref: bank }]
steps:
  - { name: l, from: ledger, aggregate: { by: [day] }, columns: [{ name: day }, { name: v, expression: "sum(amount)" }] }
  - { name: k, from: bank, aggregate: { by: [day] }, columns: [{ name: day }, { name: v, expression: "sum(amount)" }] }
from: l
joins: [{ to: k, type: full, keys: [day] }]
filters: [{ id: F-x, expression: "abs(coalesce(l.v, 0) - coalesce(k.v, 0)) > 0.01" }]
columns: [{ name: day, expression: "coalesce(l.day, k.day)" }, { name: diff, expression: "coalesce(l.v, 0) - coalesce(k.v, 0)" }]
`,
    variants: [
      ['left', 'full outer join', 'left join', ['joins/k']],
      ['thr', '> 0.01', '> 1', ['filters/F-x']],
      ['day', 'coalesce(a.day, b.day)', 'a.day', ['columns/day/expression']],
      ['sum', 'sum(amount) as bank', 'max(amount) as bank', ['steps/k/columns/v/expression']],
      ['swap', 'a full outer join b', 'b full outer join a', []],
      ['null', 'ifnull(a.ledger, 0) - ifnull(b.bank, 0) as', 'a.ledger - b.bank as', ['columns/diff/expression']],
    ],
  },
  {
    name: 'conditions of ON',
    adapter: 'redshift',
    sql: `select c.customer_id, o.order_id, o.amount
from {{ ref('customers') }} c
left join {{ ref('orders') }} o
  on o.customer_id = c.customer_id
  and o.status = 'paid'
where c.country = 'DE'
`,
    spec: `inputs: [{ ref: customers, as: c }, { ref: orders, as: o }]
from: c
joins: [{ to: o, type: left, keys: [customer_id], condition: "o.status in ('paid')" }]
filters: [{ id: F-de, expression: "c.country = 'DE'" }]
columns: [{ name: customer_id, from: [c.customer_id] }, { name: order_id, from: [o.order_id] }, { name: amount, from: [o.amount] }]
`,
    variants: [
      ['on to where', `and o.status = 'paid'
where`, 'where o.status = \'paid\' and', ['joins/o/condition']],
      ['where to on', `and o.status = 'paid'
where c.country = 'DE'`, 'and o.status = \'paid\' and c.country = \'DE\'', ['filters/F-de']],
      ['gone', `and o.status = 'paid'
`, '', ['joins/o/condition']],
      ['other', 'o.status = \'paid\'', 'o.status = \'open\'', ['joins/o/condition']],
      ['more', 'and o.status = \'paid\'', 'and o.status = \'paid\' and o.amount > 0', ['JOIN003']],
      ['col', 'o.amount', 'o.tax as amount', ['columns/amount/from']],
      ['inner', 'left join', 'inner join', ['joins/o']],
    ],
  },
  {
    name: 'NOT IN',
    adapter: 'trino',
    sql: `select o.order_id, coalesce(o.discount, 0) as discount, o.total - coalesce(o.discount, 0) as net
from {{ ref('orders') }} o
where o.customer_id not in (select customer_id from {{ ref('test_customers') }} where customer_id is not null)
  and (o.channel <> 'internal' or o.channel is null)
`,
    spec: `inputs: [{ ref: orders, as: o }, { ref: test_customers, as: t }]
steps:
  - { name: testers, from: t, filters: [{ id: F-n, expression: "customer_id is not null" }], columns: [{ name: customer_id }] }
from: o
joins: [{ to: testers, type: anti, keys: [customer_id] }]
filters: [{ id: F-c, expression: "coalesce(o.channel, '') <> 'internal'" }]
columns: [{ name: order_id }, { name: discount, expression: "coalesce(o.discount, 0)" }, { name: net, expression: "o.total - coalesce(o.discount, 0)" }]
`,
    unknown: ['filters/F-c'],
    variants: [
      ['in', 'not in', 'in', ['joins/testers']],
      ['null', 'or o.channel is null', '', ['filters/F-c']],
      ['value', '\'internal\'', '\'partner\'', ['filters/F-c']],
      ['net', 'o.total - coalesce', 'o.total + coalesce', ['columns/net/expression']],
      ['coalesce', 'coalesce(o.discount, 0) as discount', 'o.discount', ['columns/discount/expression']],
      ['sub', 'where customer_id is not null)', 'where customer_id is null)', ['steps/testers/filters/F-n']],
    ],
  },
];
