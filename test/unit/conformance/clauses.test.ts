import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

/** What is given, the verdicts that are expected by address, and the unspecced findings. */
interface Case {
  name: string;
  spec: string;
  sql: string;
  expect: Record<string, string>;
  unspecced?: string[];
  yaml?: string;
  adapter?: string;
}

const INPUTS = 'inputs:\n  - { ref: customers }\n  - { ref: orders }\n';
const C = "{{ ref('customers') }}";
const O = "{{ ref('orders') }}";

const CASES: Record<string, Case[]> = {
  'semi and anti joins': [
    { name: 'EXISTS is a semi join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: semi, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} as c where exists (select 1 from ${O} as o where o.customer_id = c.customer_id)`, expect: { 'joins/orders': 'matches', 'joins/orders/keys': 'matches' } },
    { name: 'IN is a semi join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: semi, keys: [customer_id] }\nfilters: []\n`, sql: `select customer_id from ${C} where customer_id in (select customer_id from ${O})`, expect: { 'joins/orders': 'matches', 'joins/orders/keys': 'matches' } },
    { name: 'NOT EXISTS is an anti join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: anti, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} as c where not exists (select 1 from ${O} as o where o.customer_id = c.customer_id)`, expect: { 'joins/orders': 'matches' } },
    { name: 'LEFT JOIN … IS NULL is an anti join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: anti, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} as c left join ${O} as o on o.customer_id = c.customer_id where o.customer_id is null`, expect: { 'joins/orders': 'matches', 'joins/orders/keys': 'matches' } },
    { name: 'a spec may write the null test itself', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\nfilters:\n  - { id: F-none, expression: "orders.customer_id is null" }\n`, sql: `select c.customer_id from ${C} as c where not exists (select 1 from ${O} as o where o.customer_id = c.customer_id)`, expect: { 'joins/orders': 'matches', 'filters/F-none': 'matches' } },
    { name: 'semi is not anti', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: semi, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} as c where not exists (select 1 from ${O} as o where o.customer_id = c.customer_id)`, expect: { 'joins/orders': 'differs' } },
    { name: 'an EXISTS the spec does not have is unspecced', spec: `${INPUTS}from: customers\njoins: []\nfilters: []\n`, sql: `select c.customer_id from ${C} as c where exists (select 1 from ${O} as o where o.customer_id = c.customer_id)`, expect: {}, unspecced: ['JOIN004'] },
  ],
  joins: [
    { name: 'a comma join with its equality in WHERE is an inner join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: inner, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} c, ${O} o where c.customer_id = o.customer_id`, expect: { 'joins/orders': 'matches', 'joins/orders/keys': 'matches' } },
    { name: 'inner joins commute', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: inner, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${O} o join ${C} c on c.customer_id = o.customer_id`, expect: { from: 'matches', 'joins/orders': 'matches', 'joins/orders/keys': 'matches' } },
    { name: 'a left join made inner by a filter is an inner join', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: inner, keys: [customer_id] }\nfilters:\n  - { id: F-1, expression: "orders.amount > 5" }\n`, sql: `select c.customer_id from ${C} c left join ${O} o on c.customer_id = o.customer_id where o.amount > 5`, expect: { 'joins/orders': 'matches', 'filters/F-1': 'matches' } },
    { name: 'keys of other names', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: left, keys: [{ left: id, right: customer_id }] }\n`, sql: `select c.id from ${C} c left join ${O} o on o.customer_id = c.id`, expect: { 'joins/orders/keys': 'matches' } },
    { name: 'a cross join where the spec has keys', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: inner, keys: [customer_id] }\nfilters: []\n`, sql: `select c.customer_id from ${C} c cross join ${O} o`, expect: { 'joins/orders': 'differs' } },
    { name: 'one table joined twice under two names', spec: `inputs:\n  - { ref: orders }\n  - { ref: users }\nfrom: orders\njoins:\n  - { to: users, as: buyer, type: left, keys: [{ left: buyer_id, right: user_id }] }\n  - { to: users, as: seller, type: inner, keys: [{ left: seller_id, right: user_id }] }\ncolumns:\n  - { name: buyer_name, from: [buyer.name] }\n  - { name: seller_name, from: [seller.name] }\n`, sql: `select b.name as buyer_name, s.name as seller_name from ${O} o join {{ ref('users') }} s on o.seller_id = s.user_id left join {{ ref('users') }} b on o.buyer_id = b.user_id`, expect: { 'joins/buyer': 'matches', 'joins/seller': 'matches', 'joins/buyer/keys': 'matches', 'joins/seller/keys': 'matches', 'columns/buyer_name/from': 'matches' } },
    { name: 'a join that Jinja hides is not missing', spec: `${INPUTS}from: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\n`, sql: `select c.customer_id from ${C} c {{ joins_of_the_house() }}`, expect: { 'joins/orders': 'unknown (opaque-macro)', 'inputs/orders': 'unknown (opaque-macro)' } },
    { name: 'cardinality follows from GROUP BY and a stated grain', spec: `inputs:\n  - { ref: customers, grain: [customer_id] }\n  - { ref: orders }\nsteps:\n  - { name: o, from: orders, aggregate: { by: [customer_id] }, columns: [{ name: customer_id }, { name: n, expression: "count(*)" }] }\nfrom: customers\njoins:\n  - { to: o, type: left, keys: [customer_id], cardinality: one_to_one }\n`, sql: `with o as (select customer_id, count(*) as n from ${O} group by 1) select c.customer_id from ${C} c left join o on o.customer_id = c.customer_id`, expect: { 'joins/o/cardinality': 'matches' } },
  ],
  deduplication: [
    { name: 'QUALIFY', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n', sql: `select * from ${O} qualify row_number() over (partition by order_id order by updated_at desc) = 1`, expect: { deduplicate: 'matches' } },
    { name: 'DISTINCT ON', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n', sql: `select distinct on (order_id) * from ${O} order by order_id, updated_at desc`, expect: { deduplicate: 'matches' } },
    { name: 'a row number in a subquery', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\ncolumns:\n  - { name: order_id }\n', sql: `select order_id from (select order_id, row_number() over (partition by order_id order by updated_at desc) as rn from ${O}) as t where rn = 1`, expect: { deduplicate: 'matches', 'columns/order_id': 'matches' } },
    { name: 'by other columns', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n', sql: `select * from ${O} qualify row_number() over (partition by customer_id order by updated_at desc) = 1`, expect: { deduplicate: 'differs' } },
    { name: 'not at all', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n', sql: `select * from ${O}`, expect: { deduplicate: 'differs' } },
    { name: 'by rank, which nobody proved to be the same', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n', sql: `select * from (select *, rank() over (partition by order_id order by updated_at desc) as r from ${O}) t where r = 1`, expect: { deduplicate: 'unknown (not-provable)' } },
  ],
  aggregation: [
    { name: 'GROUP BY an alias', spec: "inputs:\n  - { ref: orders }\nfrom: orders\naggregate: { by: [month] }\ncolumns:\n  - { name: month, expression: \"date_trunc('month', ordered_at)\" }\n  - { name: n, expression: \"count(*)\" }\n", sql: `select date_trunc('month', ordered_at) as month, count(*) as n from ${O} group by 1`, expect: { aggregate: 'matches', 'columns/month/expression': 'matches' } },
    { name: 'DISTINCT and GROUP BY of all columns are one', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\naggregate: { by: [customer_id, region] }\n', sql: `select distinct customer_id, region from ${O}`, expect: { aggregate: 'matches' } },
    { name: 'and the other way round', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndistinct: true\n', sql: `select customer_id, region from ${O} group by 1, 2`, expect: { distinct: 'matches' } },
    { name: 'a HAVING on the group key is a WHERE', spec: "inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: \"region <> 'x'\" }\naggregate: { by: [region] }\n", sql: `select region, count(*) as n from ${O} group by region having region <> 'x'`, expect: { 'filters/F-1': 'matches' } },
    { name: 'a filter over a grouped subquery is HAVING', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\naggregate: { by: [region] }\nfilters:\n  - { id: F-1, expression: "count(*) > 5", at: having }\ncolumns:\n  - { name: region }\n  - { name: n, expression: "count(*)" }\n', sql: `select region, n from (select region, count(*) as n from ${O} group by region) t where n > 5`, expect: { 'filters/F-1': 'matches', aggregate: 'matches', 'columns/n/expression': 'matches' } },
    { name: 'a missing group key', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\naggregate: { by: [region, month] }\n', sql: `select region, count(*) as n from ${O} group by region`, expect: { aggregate: 'differs' } },
    { name: 'no grouping', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\naggregate: { by: [region] }\n', sql: `select region from ${O}`, expect: { aggregate: 'differs' } },
    { name: 'a limit that is another', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nlimit: { rows: "10", order_by: ["amount desc"] }\n', sql: `select * from ${O} order by amount limit 10`, expect: { limit: 'differs' } },
    { name: 'a union of three', spec: 'inputs:\n  - { ref: orders }\n  - { ref: web }\nsteps:\n  - { name: a, from: orders }\n  - { name: b, from: web }\nunion: { op: union_all, branches: [a, b] }\n', sql: `select * from ${O} union all select * from {{ ref('web') }}`, expect: { union: 'matches' } },
    { name: 'a union with one branch less', spec: 'inputs:\n  - { ref: orders }\n  - { ref: web }\n  - { ref: shop }\nsteps:\n  - { name: a, from: orders }\n  - { name: b, from: web }\n  - { name: c, from: shop }\nunion: { op: union_all, branches: [a, b, c] }\n', sql: `select * from ${O} union all select * from {{ ref('web') }}`, expect: { union: 'differs', 'inputs/shop': 'differs' } },
  ],
  grain: [
    { name: 'by GROUP BY', spec: 'grain: [customer_id]\ninputs:\n  - { ref: orders }\nfrom: orders\n', sql: `select customer_id, count(*) as n from ${O} group by 1`, expect: { grain: 'matches' } },
    { name: 'finer than the GROUP BY', spec: 'grain: [customer_id, last_order]\ninputs:\n  - { ref: orders }\nfrom: orders\n', sql: `select customer_id, max(ordered_at) as last_order from ${O} group by 1`, expect: { grain: 'differs' } },
    { name: 'coarser than the GROUP BY cannot be told', spec: 'grain: [customer_id]\ninputs:\n  - { ref: orders }\nfrom: orders\n', sql: `select customer_id, region, count(*) as n from ${O} group by 1, 2`, expect: { grain: 'unknown (not-provable)' } },
    { name: 'of a column that does not come out', spec: 'grain: [order_id]\ninputs:\n  - { ref: orders }\nfrom: orders\n', sql: `select customer_id, count(*) as n from ${O} group by 1`, expect: { grain: 'differs' } },
    { name: 'by a test of the model', spec: 'grain: [order_id]\ninputs:\n  - { ref: orders }\nfrom: orders\n', sql: `select order_id from ${O}`, yaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - { name: order_id, data_tests: [unique] }\n', expect: { grain: 'matches' } },
    { name: 'carried through a join that multiplies nothing', spec: 'grain: [order_id]\ninputs:\n  - { ref: orders, grain: [order_id] }\n  - { ref: customers, grain: [customer_id] }\nfrom: orders\n', sql: `select o.order_id from ${O} o left join ${C} c on o.customer_id = c.customer_id`, expect: { grain: 'matches' } },
    { name: 'lost in a join that may multiply', spec: 'grain: [customer_id]\ninputs:\n  - { ref: customers, grain: [customer_id] }\n  - { ref: orders }\nfrom: customers\n', sql: `select c.customer_id from ${C} c left join ${O} o on o.customer_id = c.customer_id`, expect: { grain: 'unknown (not-provable)' } },
  ],
  columns: [
    { name: 'through a star of known columns', spec: 'inputs:\n  - { ref: seeded }\nfrom: seeded\ncolumns:\n  - { name: a }\n  - { name: b }\n', sql: "with t as (select a, b from {{ ref('seeded') }}) select * from t", expect: { 'columns/a': 'matches', 'columns/b': 'matches' } },
    { name: 'through a star of unknown columns cannot be told', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: a }\n', sql: `select * from ${O}`, expect: { 'columns/a': 'unknown (columns-unknown)' } },
    { name: 'all of an input', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { all_from: orders }\n', sql: `select * from ${O}`, expect: { 'columns/orders.*': 'matches' } },
    { name: 'all of an input but one', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { all_from: orders, except: [secret] }\n', sql: `select * exclude (secret) from ${O}`, expect: { 'columns/orders.*': 'matches' } },
    { name: 'a lineage that is another', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: amount, from: [orders.net] }\n', sql: `select gross as amount from ${O} as orders`, expect: { 'columns/amount': 'matches', 'columns/amount/from': 'differs' } },
    { name: 'a type by its cast', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: amount, type: decimal }\n', sql: `select amount::numeric(10, 2) as amount from ${O}`, expect: { 'columns/amount/type': 'matches' } },
    { name: 'a type without evidence', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: amount, type: decimal }\n', sql: `select amount from ${O}`, expect: { 'columns/amount/type': 'unknown (evidence-missing)' } },
    { name: 'a CASE branch that no line covers', spec: "inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: size, expression: \"case when amount > 100 then 'big' else 'small' end\" }\n", sql: `select case when amount > 100 then 'big' when amount < 0 then 'refund' else 'small' end as size from ${O}`, expect: { 'columns/size/expression': 'differs' } },
    { name: 'cleaning that the spec does not ask for', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: email }\n', sql: `select lower(trim(email)) as email from ${O}`, expect: { 'columns/email': 'matches' }, unspecced: ['COL006'] },
    { name: 'two columns that changed places', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: a }\n  - { name: b }\n', sql: `select b as a, a as b from ${O}`, expect: { 'columns/a': 'matches', 'columns/b': 'matches' }, unspecced: ['COL006', 'COL006'] },
    { name: 'another column under the name of one that the model reads as well', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: a }\n  - { name: c, from: [a] }\n', sql: `select o.b as a, o.a as c from ${O} as o`, expect: { 'columns/a': 'matches', 'columns/c/from': 'matches' }, unspecced: ['COL006'] },
    { name: 'a name for another column', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: a }\n', sql: `select b as a from ${O}`, expect: { 'columns/a': 'matches' }, unspecced: [] },
  ],
  'unspecced logic': [
    { name: 'absent sections are open', spec: 'inputs:\n  - { ref: orders }\n  - { ref: customers }\nfrom: orders\n', sql: `select o.a, o.b from ${O} o join ${C} c on c.id = o.id where o.x = 1`, expect: {}, unspecced: [] },
    { name: 'empty sections are closed', spec: 'inputs:\n  - { ref: orders }\n  - { ref: customers }\nfrom: orders\njoins: []\nfilters: []\ncolumns: []\n', sql: `select o.a from ${O} o join ${C} c on c.id = o.id where o.x = 1`, expect: {}, unspecced: ['COL002', 'FILTER002', 'JOIN004'] },
    { name: 'a filter of the spec that cannot be compared may be the one left over', spec: "inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: \"house_valid(status)\" }\n", sql: `select * from ${O} where status = 'ok'`, expect: { 'filters/F-1': 'unknown (not-provable)' }, unspecced: [] },
    { name: 'what the spec keeps as text is told', spec: "inputs:\n  - { ref: orders }\nfrom: orders\nfilters: []\nopaque:\n  - { text: \"{{ house_filter() }}\", reason: macro }\n", sql: `select * from ${O} {{ house_filter( ) }}`, expect: { 'opaque/1': 'matches' }, unspecced: [] },
  ],
  incremental: [
    { name: 'a filter of incremental runs', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: "amount > 0" }\n  - { id: F-2, expression: "ordered_at > current_date - 3", when: incremental }\nmaterialization: { type: incremental, unique_key: order_id }\n', sql: `{{ config(materialized='incremental', unique_key='order_id') }}\nselect * from ${O} where amount > 0 {% if is_incremental() %} and ordered_at > current_date - 3 {% endif %}`, expect: { 'filters/F-1': 'matches', 'filters/F-2': 'matches', 'materialization/type': 'matches', 'materialization/unique_key': 'matches' } },
    { name: 'a filter that should hold in every run', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-2, expression: "ordered_at > current_date - 3" }\n', sql: `select * from ${O} {% if is_incremental() %} where ordered_at > current_date - 3 {% endif %}`, expect: { 'filters/F-2': 'differs' } },
    { name: 'the model itself is read by its materialization', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nmaterialization: { type: incremental }\n', sql: `{{ config(materialized='incremental') }} select * from ${O} {% if is_incremental() %} where ordered_at > (select max(ordered_at) from {{ this }}) {% endif %}`, expect: { 'inputs/orders': 'matches' }, unspecced: [] },
  ],
  tests: [
    { name: 'short and qualified names', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ntests:\n  - { id: T-1, test: dbt_utils.unique_combination_of_columns, arguments: { combination_of_columns: [a, b] } }\n  - { id: T-2, test: not_null, column: a }\n  - { id: T-3, test: relationships, column: a }\n', sql: `select a, b from ${O}`, yaml: 'version: 2\nmodels:\n  - name: example\n    data_tests:\n      - dbt_utils.unique_combination_of_columns:\n          combination_of_columns: [b, a]\n    columns:\n      - { name: a, data_tests: [not_null] }\n', expect: { 'tests/T-1': 'matches', 'tests/T-1/arguments': 'matches', 'tests/T-2': 'matches', 'tests/T-3': 'differs' } },
    { name: 'unit tests that point back', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ntests:\n  - { id: T-1, test: unit, covers: [EC-no-order] }\n  - { id: T-2, test: unit, covers: [EC-other] }\n', sql: `select a from ${O}`, yaml: 'version: 2\nunit_tests:\n  - name: no_order_gives_zero\n    model: example\n    given: []\n    expect: { rows: [] }\n    config: { meta: { spec: ["example#EC-no-order"] } }\n', expect: { 'tests/T-1': 'matches', 'tests/T-2': 'unknown (not-provable)' } },
    { name: 'a reconciliation nobody points back to', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ntests:\n  - { id: T-1, test: reconciliation, covers: [CW-1] }\n', sql: `select a from ${O}`, expect: { 'tests/T-1': 'unknown (not-provable)' } },
  ],
  configuration: [
    { name: 'the default materialization is a view', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nmaterialization: { type: table }\n', sql: `select a from ${O}`, expect: { 'materialization/type': 'differs' } },
    { name: 'Jinja decides', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nmaterialization: { type: table }\n', sql: `{{ config(materialized=var('how')) }} select a from ${O}`, expect: { 'materialization/type': 'unknown (opaque-jinja)' } },
    { name: 'a key that is not set', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nmaterialization: { type: incremental, unique_key: a }\n', sql: `{{ config(materialized='incremental') }} select a from ${O}`, expect: { 'materialization/unique_key': 'differs' } },
  ],
  'names by adapter': [
    { name: 'unquoted names fold upwards on Snowflake', adapter: 'snowflake', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n', sql: `select ORDER_ID from ${O}`, expect: { 'columns/order_id': 'matches' } },
    { name: 'quoted names are exact there', adapter: 'snowflake', spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n', sql: `select id as "order_id" from ${O}`, expect: { 'columns/order_id': 'differs' }, unspecced: ['COL002'] },
  ],
};

for (const [group, cases] of Object.entries(CASES)) {
  describe(group, () => {
    for (const { name, spec, sql, expect: wanted, unspecced: findings, yaml, adapter } of cases) {
      it(name, async () => {
        const report = await compare({ spec, sql, ...(adapter ? { adapter } : {}), files: yaml === undefined ? {} : { 'models/schema.yml': yaml } });
        const found = verdicts(report);
        const told = JSON.stringify(report.clauses.map((clause) => `${clause.id} ${clause.verdict}: ${clause.message}`), null, 1);
        expect(Object.fromEntries(Object.keys(wanted).map((id) => [id, found[id]])), told).toEqual(wanted);
        if (findings) expect(unspecced(report).sort(), JSON.stringify(report.findings.map((f) => f.message))).toEqual(findings);
      });
    }
  });
}
