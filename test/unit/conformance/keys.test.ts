import { describe, expect, it } from 'vitest';
import { compare } from './support';

interface Case {
  name: string;
  grain: string;
  sql: string;
  files?: Record<string, string>;
  inputs?: string;
  /** Words of the message, which name the proof. */
  by: string;
}

const unique = (model: string, column: string, more = ''): string => `version: 2\nmodels:\n  - name: ${model}\n    columns:\n      - name: ${column}\n        data_tests: [unique]\n${more}`;

async function grainOf({ grain, sql, files, inputs = '' }: Omit<Case, 'name' | 'by'>): Promise<{ verdict: string; message: string }> {
  const report = await compare({ spec: `grain: [${grain}]\n${inputs}`, sql, ...(files ? { files } : {}) });
  const clause = report.clauses.find(({ rule }) => rule === 'GRAIN001');
  return { verdict: clause?.verdict ?? 'none', message: clause?.message ?? '' };
}

const PROVEN: Case[] = [
  { name: 'GROUP BY', grain: 'customer_id', sql: "select customer_id, count(*) as n from {{ ref('orders') }} group by 1", by: 'group by customer_id' },
  { name: 'GROUP BY with a constant beside', grain: 'customer_id', sql: "select customer_id, 'web' as channel, count(*) as n from {{ ref('orders') }} group by customer_id, 'web'", by: 'group by customer_id' },
  { name: 'GROUP BY whose keys make a surrogate key', grain: 'order_key', sql: "select {{ dbt_utils.generate_surrogate_key(['customer_id', 'day']) }} as order_key, customer_id, day, count(*) as n from {{ ref('orders') }} group by 2, 3", by: 'surrogate key order_key' },
  { name: 'DISTINCT', grain: 'customer_id, day', sql: "select distinct customer_id, day from {{ ref('orders') }}", by: 'select distinct' },
  { name: 'the first row of a window', grain: 'order_id', sql: "select order_id, status from {{ ref('orders') }} qualify row_number() over (partition by order_id order by loaded_at desc) = 1", by: 'the first row per order_id' },
  { name: 'one row in all', grain: '', sql: "select count(*) as n from {{ ref('orders') }}", by: 'aggregate over all rows' },
  { name: 'a filter that holds a part of the key', grain: 'order_id', sql: "select order_id, amount from {{ ref('lines') }} where line_no = 1", files: { 'models/y.yml': 'version: 2\nmodels:\n  - name: lines\n    data_tests:\n      - dbt_utils.unique_combination_of_columns:\n          combination_of_columns: [order_id, line_no]\n' }, by: 'unique_combination_of_columns' },
  { name: 'a join to one row each', grain: 'order_id', sql: "select o.order_id, c.name from {{ ref('orders') }} as o left join {{ ref('customers') }} as c on o.customer_id = c.customer_id", files: { 'models/y.yml': unique('orders', 'order_id', '  - name: customers\n    columns:\n      - name: customer_id\n        data_tests: [unique]\n') }, by: 'kept by the join to c' },
  { name: 'the other side of an inner join', grain: 'buyer_id', sql: "select o.buyer_id, c.name from {{ ref('customers') }} as c inner join {{ ref('orders') }} as o on c.customer_id = o.buyer_id and o.rank = 1", files: { 'models/y.yml': 'version: 2\nmodels:\n  - name: customers\n    columns:\n      - { name: customer_id, data_tests: [unique] }\n  - name: orders\n    data_tests:\n      - dbt_utils.unique_combination_of_columns:\n          combination_of_columns: [buyer_id, rank]\n' }, by: 'unique test on customer_id' },
  { name: 'a full join on the keys of both sides', grain: 'day', sql: "select coalesce(a.day, b.day) as day, a.n, b.m from {{ ref('a') }} as a full join {{ ref('b') }} as b on a.day = b.day", files: { 'models/y.yml': unique('a', 'day', '  - name: b\n    columns:\n      - name: day\n        data_tests: [unique]\n') }, by: 'unique test on day' },
  { name: 'a constant that tells branches apart', grain: 'channel, id', sql: "select 'web' as channel, id from {{ ref('web') }} union all select 'store' as channel, id from {{ ref('store') }}", files: { 'models/y.yml': unique('web', 'id', '  - name: store\n    columns:\n      - name: id\n        data_tests: [unique]\n') }, by: 'channel tells the branches apart' },
  { name: 'UNION without duplicates', grain: 'id, name', sql: "select id, name from {{ ref('web') }} union select id, name from {{ ref('store') }}", by: 'set operation without duplicates' },
  { name: 'a surrogate key of a key', grain: 'sk', sql: "select md5(cast(coalesce(cast(order_id as text), '') as text)) as sk, amount from {{ ref('orders') }}", files: { 'models/y.yml': unique('orders', 'order_id') }, by: 'surrogate key sk' },
  { name: 'the SQL of a parent', grain: 'customer_id', sql: "select customer_id, n from {{ ref('totals') }}", files: { 'models/totals.sql': "select customer_id, count(*) as n from {{ ref('orders') }} group by 1" }, by: 'group by customer_id in totals' },
  { name: 'the SQL of a parent of a parent', grain: 'customer_id', sql: "select * from {{ ref('top') }}", files: { 'models/top.sql': "select customer_id, n from {{ ref('totals') }}", 'models/totals.sql': "select customer_id, count(*) as n from {{ ref('orders') }} group by 1" }, by: 'in totals in top' },
  { name: 'a test of dbt_expectations', grain: 'id', sql: "select id from {{ ref('orders') }}", files: { 'models/y.yml': 'version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_tests:\n          - dbt_expectations.expect_column_values_to_be_unique\n' }, by: 'expect_column_values_to_be_unique' },
  { name: 'a primary entity', grain: 'order_id', sql: "select order_id from {{ ref('orders') }}", files: { 'models/y.yml': "semantic_models:\n  - name: orders\n    model: ref('orders')\n    entities:\n      - { name: order, type: primary, expr: order_id }\n" }, by: 'primary entity order_id' },
  { name: 'a snapshot', grain: 'id, dbt_valid_from', sql: "select id, dbt_valid_from from {{ ref('history') }}", files: { 'models/history.sql': '', 'snapshots/history.sql': "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select * from {{ source('s', 't') }}{% endsnapshot %}", 'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [marts]\nsnapshot-paths: [snapshots]\n', 'marts/example.sql': "select id, dbt_valid_from from {{ ref('history') }}" }, by: "snapshot's unique_key id" },
];

const UNPROVEN: Case[] = [
  { name: 'no key anywhere', grain: 'order_id', sql: "select order_id from {{ ref('orders') }}", by: 'no test, constraint or GROUP BY proves it' },
  { name: 'a join that may multiply', grain: 'order_id', sql: "select o.order_id, l.amount from {{ ref('orders') }} as o left join {{ ref('lines') }} as l on o.order_id = l.order_id", files: { 'models/y.yml': unique('orders', 'order_id') }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'a join that Jinja hides', grain: 'order_id', sql: "select o.order_id from {{ ref('orders') }} as o {{ house_joins() }}", files: { 'models/y.yml': unique('orders', 'order_id') }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'a unique test that leaves rows out', grain: 'order_id', sql: "select order_id from {{ ref('orders') }}", files: { 'models/y.yml': 'version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: order_id\n        data_tests:\n          - unique:\n              config: { where: "not deleted" }\n' }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'a finer GROUP BY', grain: 'customer_id', sql: "select customer_id, name, count(*) as n from {{ ref('orders') }} group by 1, 2", by: 'it may be finer' },
  { name: 'a coarser key', grain: 'customer_id, name', sql: "select customer_id, name from {{ ref('customers') }}", files: { 'models/y.yml': unique('customers', 'customer_id') }, by: 'the model is coarser' },
  { name: 'a key made of the columns of a GROUP BY', grain: 'sk', sql: "select a || b as sk, a, b, count(*) as n from {{ ref('orders') }} group by a, b", by: 'one row per a and b' },
  { name: 'branches without a discriminator', grain: 'id', sql: "select id from {{ ref('web') }} union all select id from {{ ref('store') }}", files: { 'models/y.yml': unique('web', 'id', '  - name: store\n    columns:\n      - name: id\n        data_tests: [unique]\n') }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'one constant for both branches', grain: 'channel, id', sql: "select 'web' as channel, id from {{ ref('web') }} union all select 'web' as channel, id from {{ ref('store') }}", files: { 'models/y.yml': unique('web', 'id', '  - name: store\n    columns:\n      - name: id\n        data_tests: [unique]\n') }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'an incremental parent, whose runs add up', grain: 'customer_id', sql: "select customer_id, n from {{ ref('totals') }}", files: { 'models/totals.sql': "{{ config(materialized='incremental') }} select customer_id, count(*) as n from {{ ref('orders') }} group by 1" }, by: 'no test, constraint or GROUP BY proves it' },
  { name: 'refs that run in a circle', grain: 'id', sql: "select id from {{ ref('a') }}", files: { 'models/a.sql': "select id from {{ ref('b') }}", 'models/b.sql': "select id from {{ ref('a') }} join {{ ref('example') }} using (id)" }, by: 'no test, constraint or GROUP BY proves it' },
];

const OTHER: Case[] = [
  { name: 'GROUP BY of another column', grain: 'customer_id', sql: "select account_id, max(customer_id) as customer_id from {{ ref('orders') }} group by account_id", by: 'one row per account_id' },
  { name: 'a coarser GROUP BY', grain: 'customer_id, month', sql: "select customer_id, max(month) as month from {{ ref('orders') }} group by customer_id", by: 'which is coarser' },
  { name: 'a column that is not there', grain: 'customer_id', sql: "select order_id from {{ ref('orders') }}", by: 'no column customer_id' },
];

describe('the grain', () => {
  it.each(PROVEN)('is proved by $name', async ({ by, ...given }) => {
    const { verdict, message } = await grainOf(given);
    expect({ verdict, message }).toEqual({ verdict: 'matches', message: expect.stringContaining(by) as string });
  });

  it.each(UNPROVEN)('is not known with $name', async ({ by, ...given }) => {
    const { verdict, message } = await grainOf(given);
    expect({ verdict, message }).toEqual({ verdict: 'unknown', message: expect.stringContaining(by) as string });
  });

  it.each(OTHER)('differs with $name', async ({ by, ...given }) => {
    const { verdict, message } = await grainOf(given);
    expect({ verdict, message }).toEqual({ verdict: 'differs', message: expect.stringContaining(by) as string });
  });
});
