/** Two texts of one meaning, written in two styles of one dialect. */
export interface Pair {
  name: string;
  adapter: string;
  one: string;
  other: string;
  /** Other files both projects have. */
  files?: Readonly<Record<string, string>>;
}

const ORDERS = { 'models/orders.sql': "select order_id, customer_id, amount, status, ordered_at from {{ source('shop', 'orders') }}" };
const orders = "{{ ref('orders') }}";
const customers = "{{ ref('customers') }}";

export const PAIRS: readonly Pair[] = [
  {
    name: 'subqueries and CTEs',
    adapter: 'postgres',
    one: `with paid as (select customer_id, sum(amount) as total from ${orders} where status = 'paid' group by customer_id) select c.customer_id, p.total from ${customers} c left join paid p on p.customer_id = c.customer_id`,
    other: `select c.customer_id, p.total from ${customers} c left join (select o.customer_id, sum(o.amount) as total from (select * from ${orders} where status = 'paid') o group by o.customer_id) p on p.customer_id = c.customer_id`,
  },
  {
    name: 'leading commas and trailing ones',
    adapter: 'bigquery',
    one: `select order_id, amount, status, from ${orders} where status = 'paid'`,
    other: `SELECT\n    order_id\n  , amount\n  , status\nFROM ${orders}\nWHERE 1=1\n  AND status = 'paid'\n`,
  },
  {
    name: 'a comma join and an inner join',
    adapter: 'redshift',
    one: `select c.customer_id, o.amount from ${customers} c, ${orders} o where c.customer_id = o.customer_id and o.status = 'paid'`,
    other: `select c.customer_id, o.amount from ${customers} c inner join ${orders} o on o.customer_id = c.customer_id where o.status = 'paid'`,
  },
  {
    name: 'a comma join of three and CROSS JOIN with WHERE',
    adapter: 'trino',
    one: `select c.customer_id, o.amount, p.method from ${customers} c, ${orders} o, {{ ref('payments') }} p where c.customer_id = o.customer_id and p.order_id = o.order_id`,
    other: `select c.customer_id, o.amount, p.method from ${customers} c cross join ${orders} o join {{ ref('payments') }} p on o.order_id = p.order_id where o.customer_id = c.customer_id`,
  },
  {
    name: 'QUALIFY and a numbered subquery',
    adapter: 'snowflake',
    one: `select order_id, customer_id, amount from ${orders} qualify row_number() over (partition by customer_id order by ordered_at desc, order_id) = 1`,
    other: `select order_id, customer_id, amount from (select order_id, customer_id, amount, row_number() over (partition by customer_id order by ordered_at desc, order_id) as rn from ${orders}) where rn = 1`,
  },
  {
    name: 'QUALIFY by the alias of the number',
    adapter: 'snowflake',
    one: `select order_id, customer_id, row_number() over (partition by customer_id order by ordered_at) as rn from ${orders} qualify rn = 1`,
    other: `with numbered as (select order_id, customer_id, row_number() over (partition by customer_id order by ordered_at) as rn from ${orders}) select * from numbered where rn = 1`,
  },
  {
    name: 'DISTINCT ON and row_number',
    adapter: 'postgres',
    one: `select distinct on (customer_id) customer_id, order_id, amount from ${orders} order by customer_id, ordered_at desc`,
    other: `select customer_id, order_id, amount from (select customer_id, order_id, amount, row_number() over (partition by customer_id order by ordered_at desc) as n from ${orders}) ranked where n = 1`,
  },
  {
    name: 'LATERAL FLATTEN after a comma and as a join',
    adapter: 'snowflake',
    one: `select o.order_id, f.value:sku::string as sku from ${orders} o, lateral flatten(input => o.items) f`,
    other: `select o.order_id, f.value:sku::varchar as sku from ${orders} o cross join lateral flatten(input => o.items) as f`,
  },
  {
    name: 'UNNEST after a comma and as a cross join',
    adapter: 'bigquery',
    one: `select o.order_id, item.sku from ${orders} o, unnest(o.items) as item`,
    other: `select o.order_id, item.sku from ${orders} as o cross join unnest(o.items) item`,
  },
  {
    name: 'UNNEST in Trino',
    adapter: 'trino',
    one: `select o.order_id, t.sku from ${orders} o cross join unnest(o.skus) as t(sku)`,
    other: `with o as (select * from ${orders}) select order_id, sku from o cross join unnest(skus) as t (sku)`,
  },
  {
    name: 'LATERAL VIEW explode',
    adapter: 'databricks',
    one: `select order_id, sku from ${orders} lateral view explode(skus) s as sku`,
    other: `with src as (select * from ${orders})\nselect src.order_id, s.sku\nfrom src\nlateral view explode(src.skus) s as sku`,
  },
  {
    name: 'GROUP BY ALL and by name',
    adapter: 'snowflake',
    one: `select customer_id, status, count(*) as n from ${orders} group by all`,
    other: `select customer_id, status, count(*) as n from ${orders} group by customer_id, status`,
  },
  {
    name: 'GROUP BY ALL and by position',
    adapter: 'duckdb',
    one: `select customer_id, date_trunc('month', ordered_at) as month, sum(amount) as total from ${orders} group by all`,
    other: `select customer_id, date_trunc('month', ordered_at) as month, sum(amount) as total from ${orders} group by 1, 2`,
  },
  {
    name: 'GROUP BY an alias and the expression',
    adapter: 'bigquery',
    one: `select lower(status) as state, count(1) as n from ${orders} group by state`,
    other: `select lower(status) as state, count(*) as n from ${orders} group by lower(status)`,
  },
  {
    name: 'star EXCLUDE and the columns by name',
    adapter: 'snowflake',
    files: ORDERS,
    one: `select * exclude (status, ordered_at) from ${orders}`,
    other: `select order_id, customer_id, amount from ${orders}`,
  },
  {
    name: 'star EXCEPT and star REPLACE',
    adapter: 'bigquery',
    files: ORDERS,
    one: `select * except (status) replace (round(amount, 2) as amount) from ${orders}`,
    other: `select order_id, customer_id, round(amount, 2) as amount, ordered_at from ${orders}`,
  },
  {
    name: 'star RENAME',
    adapter: 'snowflake',
    files: ORDERS,
    one: `select * rename (amount as total) from ${orders}`,
    other: `select order_id, customer_id, amount as total, status, ordered_at from ${orders}`,
  },
  {
    name: 'a named window',
    adapter: 'postgres',
    one: `select order_id, sum(amount) over w as running, lag(amount) over w as before from ${orders} window w as (partition by customer_id order by ordered_at)`,
    other: `select order_id, sum(amount) over (partition by customer_id order by ordered_at) as running, lag(amount) over (partition by customer_id order by ordered_at) as before from ${orders}`,
  },
  {
    name: 'a named window in BigQuery that is extended',
    adapter: 'bigquery',
    one: `select order_id, sum(amount) over (w order by ordered_at) as running from ${orders} window w as (partition by customer_id)`,
    other: `select order_id, sum(amount) over (partition by customer_id order by ordered_at) as running from ${orders}`,
  },
  {
    name: 'EXISTS and IN',
    adapter: 'redshift',
    one: `select c.customer_id from ${customers} c where exists (select 1 from ${orders} o where o.customer_id = c.customer_id and o.status = 'paid')`,
    other: `select customer_id from ${customers} where customer_id in (select customer_id from ${orders} where status = 'paid')`,
  },
  {
    name: 'NOT EXISTS and LEFT JOIN with IS NULL',
    adapter: 'databricks',
    one: `select c.customer_id, c.name from ${customers} c where not exists (select * from ${orders} o where o.customer_id = c.customer_id)`,
    other: `select c.customer_id, c.name from ${customers} c left join ${orders} o on o.customer_id = c.customer_id where o.customer_id is null`,
  },
  {
    name: 'SEMI and ANTI joins',
    adapter: 'databricks',
    one: `select c.customer_id from ${customers} c left semi join ${orders} o on o.customer_id = c.customer_id left anti join {{ ref('blocked') }} b on b.customer_id = c.customer_id`,
    other: `select c.customer_id from ${customers} c where exists (select 1 from ${orders} o where o.customer_id = c.customer_id) and not exists (select 1 from {{ ref('blocked') }} b where b.customer_id = c.customer_id)`,
  },
  {
    name: 'FILTER and CASE inside aggregates',
    adapter: 'duckdb',
    one: `select customer_id, sum(amount) filter (where status = 'paid') as paid, count(*) filter (where status = 'open') as open_orders from ${orders} group by customer_id`,
    other: `select customer_id, sum(case when status = 'paid' then amount end) as paid, count(case when status = 'open' then 1 end) as open_orders from ${orders} group by customer_id`,
  },
  {
    name: 'IFF, COUNTIF and CASE',
    adapter: 'snowflake',
    one: `select customer_id, iff(amount > 10, 'big', 'small') as size, nvl(status, 'none') as status, zeroifnull(amount) as amount from ${orders}`,
    other: `select customer_id, case when amount > 10 then 'big' else 'small' end as size, coalesce(status, 'none') as status, coalesce(amount, 0) as amount from ${orders}`,
  },
  {
    name: 'COUNTIF and SAFE_CAST',
    adapter: 'bigquery',
    one: `select customer_id, countif(status = 'paid') as paid, if(count(*) > 1, true, false) as again from ${orders} group by 1`,
    other: `select customer_id, count(case when status = 'paid' then 1 end) as paid, case when count(*) > 1 then true else false end as again from ${orders} group by customer_id`,
  },
  {
    name: 'nested unions',
    adapter: 'redshift',
    one: `select id, 'a' as kind from {{ ref('a') }} union all select id, 'b' as kind from {{ ref('b') }} union all select id, 'c' as kind from {{ ref('c') }}`,
    other: `select * from ((select id, 'a' as kind from {{ ref('a') }} union all select id, 'b' as kind from {{ ref('b') }}) union all select id, 'c' as kind from {{ ref('c') }}) u`,
  },
  {
    name: 'a union in CTEs',
    adapter: 'snowflake',
    one: `with a as (select id, amount from {{ ref('a') }} where amount > 0), b as (select id, amount from {{ ref('b') }}), unioned as (select * from a union all select * from b) select id, sum(amount) as total from unioned group by id`,
    other: `select id, sum(amount) as total from (select id, amount from {{ ref('a') }} where amount > 0 union all select id, amount from {{ ref('b') }}) group by 1`,
  },
  {
    name: 'PIVOT in a CTE and in a subquery',
    adapter: 'snowflake',
    one: `with src as (select customer_id, status, amount from ${orders}) select * from src pivot (sum(amount) for status in ('paid', 'open')) as p (customer_id, paid, open_amount)`,
    other: `select * from (select customer_id, status, amount from ${orders}) pivot (sum(amount) for status in ('paid', 'open')) as p (customer_id, paid, open_amount)`,
  },
  {
    name: 'UNPIVOT',
    adapter: 'bigquery',
    one: `select * from ${orders} unpivot (value for metric in (amount, tax))`,
    other: `with src as (select * from ${orders})\nselect *\nfrom src\nunpivot(value for metric in (amount, tax))`,
  },
  {
    name: 'select * from (select …)',
    adapter: 'trino',
    one: `select * from (select customer_id, max(ordered_at) as last_order from ${orders} group by 1) where last_order > date '2024-01-01'`,
    other: `select customer_id, max(ordered_at) as last_order from ${orders} group by customer_id having max(ordered_at) > date '2024-01-01'`,
  },
  {
    name: 'a Jinja loop and its text',
    adapter: 'bigquery',
    one: `{% set states = ['paid', 'open'] %}select customer_id{% for state in states %}, sum(case when status = '{{ state }}' then amount end) as {{ state }}_amount{% endfor %} from ${orders} group by 1`,
    other: `select customer_id, sum(case when status = 'paid' then amount end) as paid_amount, sum(case when status = 'open' then amount end) as open_amount from ${orders} group by 1`,
  },
  {
    name: 'a Jinja loop with loop.last',
    adapter: 'snowflake',
    one: `{%- set sources = ['a', 'b'] -%}\nwith {% for s in sources %}{{ s }}_rows as (select id, '{{ s }}' as kind from {{ ref(s) }}){% if not loop.last %},{% endif %}\n{% endfor %}\n{% for s in sources %}select * from {{ s }}_rows {% if not loop.last %}union all{% endif %}\n{% endfor %}`,
    other: `select id, 'a' as kind from {{ ref('a') }} union all select id, 'b' as kind from {{ ref('b') }}`,
  },
  {
    name: 'is_incremental around a WHERE',
    adapter: 'snowflake',
    one: `{{ config(materialized='incremental', unique_key='order_id') }} select order_id, amount from ${orders} {% if is_incremental() %} where ordered_at > (select max(ordered_at) from {{ this }}) {% endif %}`,
    other: `{{ config(materialized='incremental', unique_key='order_id') }} with src as (select * from ${orders} {% if is_incremental() %} where ordered_at > (select max(ordered_at) from {{ this }}) {% endif %}) select order_id, amount from src`,
  },
  {
    name: 'is_incremental after where true',
    adapter: 'databricks',
    one: `{{ config(materialized='incremental', unique_key='order_id') }} select order_id, amount from ${orders} where true {% if is_incremental() %} and ordered_at >= (select max(ordered_at) from {{ this }}) {% endif %}`,
    other: `{{ config(materialized='incremental', unique_key='order_id') }} select order_id, amount from ${orders} {% if is_incremental() %} where ordered_at >= (select max(ordered_at) from {{ this }}) {% endif %}`,
  },
  {
    name: 'USING and a star',
    adapter: 'databricks',
    one: `with stats as (select customer_id, count(*) as n from ${orders} group by customer_id) select *, n > 1 as again from ${customers} inner join stats using (customer_id)`,
    other: `with stats as (select customer_id, count(*) as n from ${orders} group by 1), joined as (select * from ${customers} join stats using (customer_id)) select *, n > 1 as again from joined`,
  },
  {
    name: 'a scalar subquery and a cross join',
    adapter: 'redshift',
    one: `select order_id, amount / (select sum(amount) from ${orders}) as share from ${orders}`,
    other: `with total as (select sum(amount) as amount from ${orders}) select o.order_id, o.amount / total.amount as share from ${orders} o cross join total`,
  },
  {
    name: 'the alias of a column in the same select list',
    adapter: 'snowflake',
    one: `select order_id, amount * 0.2 as tax, amount + tax as gross from ${orders}`,
    other: `select order_id, amount * 0.2 as tax, amount + amount * 0.2 as gross from ${orders}`,
  },
  {
    name: 'FROM first',
    adapter: 'duckdb',
    one: `from ${orders} select order_id, amount where status = 'paid'`,
    other: `select order_id, amount from ${orders} where status = 'paid'`,
  },
  {
    name: 'ON with parentheses, != and BETWEEN',
    adapter: 'redshift',
    one: `select o.order_id, r.rate from ${orders} o left join {{ ref('rates') }} r on (o.currency = r.currency and o.ordered_at between r.valid_from and r.valid_to) where (o.status != 'failed')`,
    other: `select o.order_id, r.rate from ${orders} o left outer join {{ ref('rates') }} r on r.currency = o.currency and o.ordered_at >= r.valid_from and o.ordered_at <= r.valid_to where not o.status = 'failed'`,
  },
  {
    name: 'quoted and backquoted names',
    adapter: 'databricks',
    one: 'select `order_id`, `amount` as `Total` from ' + `${orders} where \`status\` = "paid"`,
    other: `select order_id, amount as Total from ${orders} where status = 'paid'`,
  },
  {
    name: 'casts',
    adapter: 'redshift',
    one: `select order_id::varchar as order_id, amount::numeric(10, 2) as amount, ordered_at::date as day from ${orders}`,
    other: `select cast(order_id as varchar) as order_id, cast(amount as decimal(10,2)) as amount, cast(ordered_at as date) as day from ${orders}`,
  },
  {
    name: 'arrays and structs',
    adapter: 'bigquery',
    one: `select customer_id, array_agg(struct(order_id, amount) order by ordered_at desc limit 1)[offset(0)].amount as last_amount from ${orders} group by customer_id`,
    other: `with o as (select * from ${orders}) select o.customer_id, array_agg(struct(o.order_id, o.amount) order by o.ordered_at desc limit 1)[offset(0)].amount as last_amount from o group by 1`,
  },
  {
    name: 'a right join and three tables',
    adapter: 'postgres',
    one: `select c.customer_id, o.order_id, p.method from ${orders} o right join ${customers} c on c.customer_id = o.customer_id left join {{ ref('payments') }} p on p.order_id = o.order_id`,
    other: `select c.customer_id, o.order_id, p.method from ${customers} c left join ${orders} o using (customer_id) left join {{ ref('payments') }} p using (order_id)`,
  },
  {
    name: 'DISTINCT and GROUP BY',
    adapter: 'trino',
    one: `select distinct customer_id, status from ${orders}`,
    other: `select customer_id, status from ${orders} group by 1, 2`,
  },
  {
    name: 'max_by and arg_max with a filter',
    adapter: 'trino',
    one: `select customer_id, max_by(status, ordered_at) as last_status from ${orders} where ordered_at >= current_date - interval '7' day group by 1`,
    other: `with recent as (select * from ${orders} where ordered_at >= (current_date - interval '7' day)) select customer_id, max_by(status, ordered_at) as last_status from recent group by customer_id`,
  },
  {
    name: 'a filter by an output column that a macro computes',
    adapter: 'snowflake',
    files: { 'macros/valid.sql': "{% macro is_valid(column) %}{{ column }} like '%@%' and {{ column }} not like '%.test'{% endmacro %}" },
    one: `select c.customer_id, c.email, {{ is_valid('c.email') }} as is_valid_email from ${customers} c where is_valid_email`,
    other: `with c as (select * from ${customers}) select customer_id, email, {{ is_valid('email') }} as is_valid_email from c where is_valid_email`,
  },
  {
    name: 'the highest value of a column of the same name',
    adapter: 'snowflake',
    one: `{{ config(materialized='incremental', unique_key='order_id') }} select order_id, loaded_at from ${orders} {% if is_incremental() %} where loaded_at >= (select coalesce(max(loaded_at), '1970-01-01'::timestamp) as loaded_at from {{ this }}) {% endif %}`,
    other: `{{ config(materialized='incremental', unique_key='order_id') }} select o.order_id, o.loaded_at from ${orders} o {% if is_incremental() %} where o.loaded_at >= (select coalesce(max(t.loaded_at), '1970-01-01'::timestamp) as loaded_at from {{ this }} t) {% endif %}`,
  },
  {
    name: 'rows of the last year copied to the next',
    adapter: 'redshift',
    one: `select year + 1 as year, code from ${orders} where year = (select max(year) as year from ${orders})`,
    other: `with last as (select max(year) as year from ${orders}) select o.year + 1 as year, o.code from ${orders} o where o.year = (select year from last)`,
  },
  {
    name: 'the first row by the key itself',
    adapter: 'snowflake',
    one: `select o.order_id, p.method from ${orders} o left join {{ ref('payments') }} p on p.order_id = o.order_id qualify row_number() over (partition by o.order_id, o.line order by line) = 1`,
    other: `select o.order_id, p.method from ${orders} o left join {{ ref('payments') }} p on o.order_id = p.order_id qualify row_number() over (partition by o.order_id, o.line order by o.line) = 1`,
  },
  {
    name: 'one row per output column beside a tested source',
    adapter: 'snowflake',
    one: `with known as (select concat(a, '-', b) as pair from {{ ref('pairs') }}) select concat(x, '-', y) as pair, amount from ${orders} where pair in (select pair from known) qualify row_number() over (partition by pair order by amount desc) = 1`,
    other: `with known as (select concat(a, '-', b) as pair from {{ ref('pairs') }})\nselect concat(x, '-', y) as pair, amount\nfrom ${orders}\nwhere pair in (select pair from known)\nqualify row_number() over (partition by pair order by amount desc) = 1`,
  },
  {
    name: 'GROUP BY a name that source and output share',
    adapter: 'bigquery',
    files: { 'models/orders.sql': "select item, amount, ordered_at from {{ source('shop', 'orders') }}" },
    one: `select replace(item, 'a', 'b') as item, max(ordered_at) as last_order from ${orders} group by item`,
    other: `with o as (select * from ${orders}) select replace(o.item, 'a', 'b') as item, max(o.ordered_at) as last_order from o group by item`,
  },
  {
    name: 'TABLE(FLATTEN()) as a join and after a comma',
    adapter: 'snowflake',
    one: `select e.event_id, i.value:sku::string as sku from {{ ref('events') }} e left outer join table(flatten(e.payload:items)) i`,
    other: `select e.event_id, i.value:sku::varchar as sku from {{ ref('events') }} e left join lateral flatten(input => e.payload:items) i`,
  },
  {
    name: 'one filter by a list in Jinja at several places',
    adapter: 'trino',
    one: `{% set kinds = ('play', 'stop') %}with a as (select user_id, kind from {{ ref('a') }} where user_id is not null and kind in {{ kinds }}), b as (select user_id, kind from {{ ref('b') }} where user_id is not null and kind in {{ kinds }}) select * from a union all select * from b`,
    other: `{% set kinds = ('play', 'stop') %}\nwith a as (\n  select user_id, kind from {{ ref('a') }} where user_id is not null and kind in {{ kinds }}\n)\n, b as (\n  select user_id, kind from {{ ref('b') }} where user_id is not null and kind in {{ kinds }}\n)\nselect * from a\nunion all\nselect * from b`,
  },
  {
    name: 'the model itself in a query of Jinja',
    adapter: 'snowflake',
    one: `{{ config(materialized='table') }}{% if execute %}{% set last %} select max(loaded_at) from {{ this }} {% endset %}{% endif %} select order_id, amount from ${orders}`,
    other: `{{ config(materialized='table') }}{% if execute %}{% set last %} select max(loaded_at) from {{ this }} {% endset %}{% endif %} with o as (select * from ${orders}) select order_id, amount from o`,
  },
  {
    name: 'a condition that a var of the project decides',
    adapter: 'snowflake',
    files: { 'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [models]\nvars:\n  full_test: False\n' },
    one: `select order_id from ${orders} where (amount > 1 {% if var('full_test') %} or amount >= 0 {% endif %})`,
    other: `select order_id from ${orders} where amount > 1`,
  },
  {
    name: 'paths after brackets',
    adapter: 'snowflake',
    one: `select order_id, items[0]:sku::string as sku, parse_json(raw):data:id::int as id from ${orders} where items[0] :qty > 1`,
    other: `with o as (select * from ${orders}) select order_id, items[0]:sku::varchar as sku, parse_json(raw):data:id::integer as id from o where items[0]:qty > 1`,
  },
  {
    name: 'a macro that writes CTEs of the same names twice',
    adapter: 'bigquery',
    files: { 'macros/quantiles.sql': '{% macro quantiles(source, list) %} with expanded as ( select day, approx_quantiles(item, 100)[offset(5)] as p5, approx_quantiles(item, 100)[offset(95)] as p95 from {{ source }} left join unnest({{ list }}) as item group by day ), results as ( select day, [p5, p95] as band from expanded ) select * from results {% endmacro %}' },
    one: `with src as (select * from ${orders}), a as ({{ quantiles('src', 'prices') }}), b as ({{ quantiles('src', 'delays') }}) select day, a.band as price_band, b.band as delay_band from a inner join b using (day)`,
    other: `with src as (select * from ${orders}), x as ({{ quantiles('src', 'prices') }}), y as ({{ quantiles('src', 'delays') }}) select day, x.band as price_band, y.band as delay_band from x join y using (day)`,
  },
  {
    name: 'a macro that writes a join with a condition of many words',
    adapter: 'bigquery',
    files: { 'macros/keyed.sql': "{% macro keyed(source) %} select s.id, d.name from {{ source }} as s left join {{ ref('days') }} as d on s.feed = d.feed and extract(date from s.read_at) = d.day {% endmacro %}" },
    one: `with src as (select * from ${orders}), keyed as ({{ keyed('src') }}) select id, name from keyed`,
    other: `with src as (select * from ${orders}), keyed as ({{ keyed('src') }}), final as (select * from keyed) select id, name from final`,
  },
  {
    name: 'WHERE true and nothing',
    adapter: 'bigquery',
    one: `select order_id from ${orders} where true and 1 = 1`,
    other: `select order_id from ${orders}`,
  },
  {
    name: 'a union of unions in CTEs',
    adapter: 'snowflake',
    one: `with ab as (select id, name from {{ ref('a') }} union all select id, name from {{ ref('b') }}), abc as (select * from ab union all select id, name from {{ ref('c') }}) select * from abc`,
    other: `select id, name from {{ ref('a') }} union all select id, name from {{ ref('b') }} union all select id, name from {{ ref('c') }}`,
  },
];
