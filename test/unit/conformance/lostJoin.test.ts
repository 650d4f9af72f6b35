import { describe, expect, it } from 'vitest';
import { compare, verdicts } from './support';

const SPEC = "inputs: [{ ref: events }]\nsteps:\n  - name: last_seen\n    from: events\n    columns: [{ name: id }, { name: day }, { name: seen, expression: 'lag(day) over (partition by id order by day)' }]\n  - name: totals\n    from: last_seen\n    aggregate: { by: [id] }\n    columns: [{ name: id }, { name: total, expression: 'count(*)' }]\nfrom: last_seen\nfilters: []\njoins: [{ to: totals, type: left, keys: [id] }]\ncolumns: [{ name: id }, { name: seen }, { name: total, expression: totals.total }]\n";
const STEPS = "with last_seen as (select id, day, lag(day) over (partition by id order by day) as seen from {{ ref('events') }}), totals as (select id, count(*) as total from last_seen group by id)";
const judged = async (sql: string): Promise<string | undefined> => verdicts(await compare({ spec: SPEC, sql: `${STEPS} ${sql}` }))['joins/totals'];

describe('a step over the same input that is joined', () => {
  it('matches', async () => {
    expect(await judged('select last_seen.id, seen, totals.total from last_seen left join totals on last_seen.id = totals.id')).toBe('matches');
  });
  it('is lost where a constant stands for what it gives, or nothing', async () => {
    expect(await judged('select id, seen, null as total from last_seen')).toBe('differs');
    expect(await judged('select id, seen from last_seen')).toBe('differs');
    expect(await judged('select id, seen, cast(coalesce(null, 0) as int) as total from last_seen')).toBe('differs');
    expect(await judged('select id, min(seen) as seen, min(null) as total from last_seen group by id')).not.toBe('matches');
  });
  it('may be told by a window instead', async () => {
    expect(await judged('select id, seen, count(*) over (partition by id) as total from last_seen')).toMatch(/^unknown/);
    expect(await judged('select id, seen, min(1) over (partition by id) as total from last_seen')).toMatch(/^unknown/);
  });
});

describe('a step that is joined for a part of an expression', () => {
  const spec = SPEC.replace('expression: totals.total', "expression: 'coalesce(last_seen.seen, totals.total)'");
  const judged = async (sql: string): Promise<string | undefined> => verdicts(await compare({ spec, sql: `${STEPS} ${sql}` }))['joins/totals'];
  it('is lost where the rest of the expression is left', async () => {
    expect(await judged('select last_seen.id, seen, coalesce(last_seen.seen, totals.total) as total from last_seen left join totals on last_seen.id = totals.id')).toBe('matches');
    expect(await judged('select id, seen, coalesce(seen, null) as total from last_seen')).toBe('differs');
    expect(await judged('select id, seen, seen as total from last_seen')).toBe('differs');
  });
  it('may be told by what else the expression has', async () => {
    expect(await judged('select id, seen, coalesce(seen, day) as total from last_seen')).toMatch(/^unknown/);
    expect(await judged('select id, seen, coalesce(seen, count(*) over (partition by id)) as total from last_seen')).toMatch(/^unknown/);
  });
});

describe('a filter by a step that is lost', () => {
  const spec = "inputs: [{ ref: orders }, { ref: runs }]\nsteps:\n  - { name: latest, from: runs, joins: [], filters: [], aggregate: { by: [] }, columns: [{ name: max_day, expression: 'max(day)' }] }\nfrom: orders\njoins: [{ to: latest, type: cross }]\nfilters: [{ id: F-new, expression: 'orders.day > latest.max_day' }]\n";
  const judged = async (sql: string): Promise<Record<string, string>> => verdicts(await compare({ spec, sql }));
  it('is lost with it where the model does not read what the step reads', async () => {
    expect(await judged("select * from {{ ref('orders') }} where day > (select max(day) from {{ ref('runs') }})")).toMatchObject({ 'joins/latest': 'matches', 'filters/F-new': 'matches' });
    expect(await judged("select * from {{ ref('orders') }}")).toMatchObject({ 'joins/latest': 'differs', 'filters/F-new': 'differs' });
  });
  it('may be told in another way where the model reads it', async () => {
    const found = await judged("select o.* from {{ ref('orders') }} as o join (select *, row_number() over (order by day desc) as rn from {{ ref('runs') }}) as r on r.rn = 1 and o.day > r.day");
    expect(found['filters/F-new']).not.toBe('differs');
  });
});
