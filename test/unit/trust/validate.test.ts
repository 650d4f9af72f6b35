import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { validate, type InputRelation, type Question } from '../../trust/validate';

const ORDERS: InputRelation = { rendered: '"db"."main"."orders"', columns: [{ name: 'order_id', type: 'bigint' }, { name: 'customer_id', type: 'bigint' }, { name: 'status', type: 'text' }, { name: 'amount', type: 'numeric' }, { name: 'ordered_at', type: 'timestamp' }] };
const CUSTOMERS: InputRelation = { rendered: '"db"."main"."customers"', columns: [{ name: 'customer_id', type: 'bigint' }, { name: 'name', type: 'text' }] };
const BARE: InputRelation = { rendered: '"db"."main"."orders"', columns: [] };

const FROM = 'from "db"."main"."orders" as o';
const JOIN = 'select o.order_id, c.name from "db"."main"."orders" as o left join "db"."main"."customers" as c on c.customer_id = o.customer_id';
const TIES = 'select * from (select o.order_id, c.name, row_number() over (partition by o.customer_id order by o.status) as n, lag(o.order_id) over (partition by o.customer_id order by o.status) as before from "db"."main"."orders" as o left join "db"."main"."customers" as c on c.customer_id = o.customer_id) as t where n = 1';

const CASES: { name: string; original: string; mutant: string; outcome: string; relations?: InputRelation[]; unique?: string[][] }[] = [
  { name: 'an inner join for a left one', original: JOIN, mutant: JOIN.replace('left join', 'inner join'), outcome: 'different' },
  { name: 'another join key', original: JOIN, mutant: JOIN.replace('= o.customer_id', '= o.order_id'), outcome: 'different' },
  { name: 'sides swapped with the type', original: JOIN, mutant: 'select o.order_id, c.name from "db"."main"."customers" as c right join "db"."main"."orders" as o on o.customer_id = c.customer_id', outcome: 'same' },
  { name: 'a constant in a filter', original: `select order_id ${FROM} where status = 'paid'`, mutant: `select order_id ${FROM} where status = 'failed'`, outcome: 'different' },
  { name: 'a boundary', original: `select order_id ${FROM} where amount > 100`, mutant: `select order_id ${FROM} where amount >= 100`, outcome: 'different' },
  { name: 'a dropped column', original: `select order_id, status ${FROM}`, mutant: `select order_id ${FROM}`, outcome: 'different' },
  { name: 'what a text is split into', original: `select order_id, split_part(status, ' to ', 2) as became ${FROM} where status like '%changed from %'`, mutant: `select order_id, split_part(status, ' to ', 1) as became ${FROM} where status like '%changed from %'`, outcome: 'different' },
  { name: 'a clock', original: `select order_id, current_timestamp as at ${FROM}`, mutant: `select order_id, now() as at ${FROM}`, outcome: 'same' },
  { name: 'the first of ties', original: `select order_id, row_number() over (order by 1) as n ${FROM}`, mutant: `select * from (select order_id, row_number() over (order by 1) as n from (select * ${FROM} order by amount) as s) as t`, outcome: 'same' },
  { name: 'the first of ties behind a join whose sides are swapped', original: TIES, mutant: TIES.replace('"db"."main"."orders" as o left join "db"."main"."customers" as c', '"db"."main"."customers" as c right join "db"."main"."orders" as o'), outcome: 'same' },
  { name: 'the order of a deduplication', original: `select * from (select o.*, row_number() over (partition by customer_id order by ordered_at desc) as n ${FROM}) as s where n = 1`, mutant: `select * from (select o.*, row_number() over (partition by customer_id order by ordered_at) as n ${FROM}) as s where n = 1`, outcome: 'different' },
  { name: 'an input of which no column is known', original: 'with x as (select * from "db"."main"."orders") select x.order_id, sum(x.amount) as amount from x group by 1', mutant: 'with x as (select * from "db"."main"."orders") select x.order_id, max(x.amount) as amount from x group by 1', outcome: 'different', relations: [BARE] },
  { name: 'rows made distinct', original: `select order_id, customer_id ${FROM}`, mutant: `select distinct order_id, customer_id ${FROM}`, outcome: 'different' },
  { name: 'rows made distinct that a test wants to be unique', original: `select order_id, customer_id ${FROM}`, mutant: `select distinct order_id, customer_id ${FROM}`, outcome: 'same', unique: [['order_id']] },
  { name: 'a filter on rows that a test wants to be unique', original: `select order_id, status ${FROM}`, mutant: `select order_id, status ${FROM} where amount > 100000`, outcome: 'different', unique: [['order_id']] },
  { name: 'a dropped column of unique rows', original: `select order_id, status ${FROM}`, mutant: `select order_id ${FROM}`, outcome: 'different', unique: [['order_id']] },
  { name: 'a fan-out that breaks a test on rows that pass it', original: `select order_id ${FROM}`, mutant: `select o.order_id ${FROM} left join "db"."main"."customers" as c on c.name <> o.status`, outcome: 'different', unique: [['order_id']] },
  { name: 'a mutant that no database runs', original: `select customer_id, sum(amount) as a ${FROM} group by customer_id`, mutant: `select customer_id, sum(amount) as a ${FROM} group by status`, outcome: 'failed' },
];

const questions = CASES.map(({ original, mutant, relations, unique }, index): Question => ({ id: String(index), dialect: 'postgres', original, mutant, relations: relations ?? [ORDERS, CUSTOMERS], deep: true, ...(unique ? { unique } : {}) }));
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('mutants on generated data in DuckDB (skipped where there is no Python)', () => {
  it('tells changed queries from rewritten ones', { timeout: 400_000 }, async (context) => {
    const validated = await validate(questions);
    if (validated.kind === 'skipped') return context.skip(validated.why);
    expect(CASES.map(({ name }, index) => `${name}: ${validated.byId.get(String(index))?.outcome ?? 'no answer'}`)).toEqual(CASES.map(({ name, outcome }) => `${name}: ${outcome}`));
  });

  it('reads other dialects', { timeout: 400_000 }, async (context) => {
    const original = 'select id, safe_cast(x as int64) as x from `a-b`.`c`.`t` qualify row_number() over (partition by id order by x) = 1';
    const validated = await validate([{ id: 'a', dialect: 'bigquery', original, mutant: original.replace('= 1', '= 2'), relations: [{ rendered: '`a-b`.`c`.`t`', columns: [{ name: 'id', type: 'INT64' }, { name: 'x', type: 'STRING' }] }] }]);
    if (validated.kind === 'skipped') return context.skip(validated.why);
    expect(validated.byId.get('a')?.outcome).toBe('different');
  });
});
