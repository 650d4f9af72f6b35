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
