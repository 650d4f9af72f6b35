import { describe, expect, it } from 'vitest';
import { compare, deviations, unspecced, verdicts } from './support';

const CUSTOMERS = "from {{ ref('customers') }} as customers";
const INPUTS = 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\n';

describe('Jinja inside an expression', () => {
  it('is no other key where it names a type', async () => {
    const spec = `${INPUTS}joins:\n  - { to: orders, type: left, keys: [b], condition: "cast(customers.a as bigint) = orders.a" }\n`;
    const sql = (type: string): string => `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on cast(customers.a as ${type}) = orders.a and customers.b = orders.b`;
    const house = await compare({ spec, sql: sql('{{ house_bigint() }}') });
    expect(verdicts(house)['joins/orders/keys']).toMatch(/^unknown/);
    expect(verdicts(house)['joins/orders/condition']).toMatch(/^unknown/);
  });

  it('is no condition that was written beside it', async () => {
    const spec = `${INPUTS}joins:\n  - { to: orders, type: left, keys: [id], condition: "orders.created_at + interval '5 seconds' <= customers.created_at and orders.created_at >= customers.created_at" }\n`;
    const report = await compare({ spec, sql: `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on orders.id = customers.id and {{ house.timestamp_add('second', -5, 'orders.created_at') }} <= customers.created_at and orders.created_at >= customers.created_at` });
    expect(verdicts(report)['joins/orders/condition']).toMatch(/^unknown/);
    expect(unspecced(report)).toEqual([]);
  });

  it.each(['bigquery', 'databricks', 'snowflake'])('is itself in double quotes in %s, whatever stands before it', async (adapter) => {
    const spec = `inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: x, expression: 'concat("{{ shown() }} of ", name)' }\n  - { name: y, expression: '"{{ shown() }}"' }\n`;
    const sql = `select concat("{{ shown() }} of ", name) as x, "{{ shown() }}" as y ${CUSTOMERS}`;
    for (const text of [sql, `{# one more block #}\n${sql}`]) expect(deviations(await compare({ spec, sql: text, adapter }))).toEqual([]);
    const other = verdicts(await compare({ spec, sql: sql.replace(/shown/g, 'other'), adapter }));
    expect([other['columns/x/expression'], other['columns/y/expression']]).toEqual(['unknown (opaque-jinja)', 'unknown (opaque-jinja)']);
  });

  it.each(['({{ partition }})', '({{ partition }} order by day)', '(partition by customer_id {{ more_partitions() }} order by day)'])('makes a window %s one that is not known', async (over) => {
    const spec = 'inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: n, expression: "row_number() over (partition by customer_id, shop_id order by day)" }\n  - { name: total, expression: "sum(amount) over (partition by customer_id, shop_id order by day)" }\n';
    const report = await compare({ spec, sql: `select row_number() over ${over} as n, sum(amount) over ${over} as total ${CUSTOMERS}` });
    expect(verdicts(report)['columns/n/expression']).toMatch(/^unknown/);
    expect(verdicts(report)['columns/total/expression']).toMatch(/^unknown/);
    expect(unspecced(report)).toEqual([]);
  });

  it('leaves a row number what it is', async () => {
    const spec = 'inputs:\n  - { ref: customers }\nsteps:\n  - name: numbered\n    from: customers\n    columns:\n      - { name: customer_id }\n      - { name: rn, expression: "row_number() over (partition by customer_id, shop_id order by day)" }\nfrom: numbered\nfilters:\n  - { id: F-1, expression: "rn = 1" }\ncolumns:\n  - { name: customer_id }\n';
    for (const over of ['partition by customer_id {{ more_partitions() }} order by day', 'partition by customer_id {{ more_partitions() }}']) {
      const report = await compare({ spec, sql: `with numbered as (select customer_id, row_number() over (${over}) as rn ${CUSTOMERS}) select customer_id from numbered where rn = 1` });
      expect(deviations(report).filter((line) => line.endsWith('differs'))).toEqual([]);
      expect(unspecced(report)).toEqual([]);
    }
  });

  it('names an input that may be the one of the spec', async () => {
    const spec = 'inputs:\n  - { ref: customers }\n  - { ref: updates }\nfrom: updates\njoins:\n  - { to: customers, type: inner, keys: [user_id] }\ncolumns:\n  - { name: role, from: [customers.role] }\n';
    const report = await compare({ spec, sql: "with users as (select * from {{ ref('customers' if var('x', true) else 'people') }}) select commenter.role from {{ ref('updates') }} as u join users as commenter on u.user_id = commenter.user_id" });
    expect(verdicts(report)['columns/role/from']).not.toBe('differs');
    expect(unspecced(report)).toEqual([]);
  });

  const judged = async (wanted: string, made: string): Promise<string | undefined> => verdicts(await compare({ spec: `inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: n, expression: "${wanted}" }\n`, sql: `select ${made} as n ${CUSTOMERS}` }))['columns/n/expression'];

  it.each([
    ["case when kind = 'a' then split_part(id, '-', 2) else id end", "case when kind = 'a' then {{ house_part('id') }} end"],
    ["cast(case when kind = 'a' then split_part(id, '-', 2) else id end as bigint)", "cast(case when kind = 'a' then {{ house_part('id') }} end as {{ house_bigint() }})"],
    ['coalesce(total, house_default())', 'coalesce(total + 1, {{ house_default() }})'],
    ["case when paid then house_rate() else 0 end", "case when paid then {{ house_rate() }} else 1 end"],
    ["sum(case when paid then house_rate() else 0 end)", "sum(case when paid then {{ house_rate() }} else 1 end)"],
  ])('differs where a row without it shows %s not to be %s', async (wanted, made) => {
    expect(await judged(wanted, made)).toBe('differs');
  });

  it.each([
    ["case when kind = 'a' then split_part(id, '-', 2) else id end", "case when kind = 'a' then {{ house_part('id') }} else id end"],
    ['coalesce(total, house_default())', 'coalesce(total, {{ house_default() }})'],
    ['coalesce(house_default(), total)', 'coalesce({{ house_default() }}, total + 1)'],
    ["case when kind = 'a' then 1 else 0 end", "case when {{ house_is('a') }} then 1 else 0 end"],
    ['total + 1', 'total + {{ house_one() }}'],
    ["cast(case when kind = 'a' then x else id end as bigint)", "cast(case when kind = 'a' then {{ house_part('id') }} else trim(id) end as {{ house_bigint() }})"],
    ["case when kind = 'a' then x else upper(id) end", "case when kind = 'a' then {{ house_part('id') }} else initcap(id) end"],
  ])('proves nothing where what is hidden may make %s of %s', async (wanted, made) => {
    expect(await judged(wanted, made)).toMatch(/^unknown/);
  });
});
