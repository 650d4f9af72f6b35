import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const SPEC = "inputs: [{ ref: tickets }, { ref: schedules }]\nfrom: tickets\njoins:\n  - { to: schedules, type: left, keys: [ticket_id] }\nfilters:\n  - { id: F-none, expression: \"schedules.ticket_id is null\" }\ncolumns:\n  - { name: opened_at, from: [tickets.opened_at] }\n";
const sql = (after: string, join = 'left join'): string => `select t.opened_at from {{ ref('tickets') }} as t ${join} {{ ref('schedules') }} as s on t.ticket_id = s.ticket_id ${after}`;

async function verdict(after: string, join?: string): Promise<Record<string, string | undefined>> {
  const found = verdicts(await compare({ spec: SPEC, sql: sql(after, join) }));
  return { join: found['joins/schedules'], filter: found['filters/F-none'] };
}

describe('a filter that keeps only rows without a match', () => {
  it('matches where the model has it, also as an anti join', async () => {
    expect(await verdict('where s.ticket_id is null')).toEqual({ join: 'matches', filter: 'matches' });
    expect((await verdict('where not (s.ticket_id is not null)')).filter).toBe('matches');
  });
  it('differs where the model does not have it or has its opposite; the join is the same', async () => {
    expect(await verdict('')).toEqual({ join: 'matches', filter: 'differs' });
    expect(await verdict('where s.ticket_id is not null')).toEqual({ join: 'matches', filter: 'differs' });
  });
  it('matches beside a join that is another', async () => {
    expect(await verdict('where s.ticket_id is null', 'inner join')).toEqual({ join: 'differs', filter: 'matches' });
  });
  it('is unknown where another filter on the joined side may say the same', async () => {
    expect(await verdict('where s.starts_at is null')).toEqual({ join: 'matches', filter: 'unknown (not-provable)' });
    expect((await verdict("where coalesce(s.ticket_id, 'none') = 'none'")).filter).not.toBe('matches');
  });
  it('is no finding beside its clause', async () => {
    expect(unspecced(await compare({ spec: SPEC, sql: sql('where s.ticket_id is not null') }))).toEqual([]);
  });
});

describe('an anti join of a spec', () => {
  it('may be a left join with a filter that proves nothing', async () => {
    const spec = SPEC.replace('type: left', 'type: anti').replace(/filters:\n.*\n/, 'filters: []\n');
    const found = async (after: string): Promise<string | undefined> => verdicts(await compare({ spec, sql: sql(after) }))['joins/schedules'];
    expect(await found('')).toBe('differs');
    expect(await found('where s.starts_at is null')).toBe('unknown (not-provable)');
  });
});
