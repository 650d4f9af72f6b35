import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { modelKey, omittedBySqlglot } from '../../trust/omittedBySqlglot';
import type { ProjectResult } from '../../trust/results';

const SQL = 'with x as (select customer_id, count(*) as n from orders group by 1) select c.id, x.n from customers as c left join x on x.customer_id = c.id inner join regions as r on r.id = c.region_id';
const asked = (name: string, joins: number, groups: number, sql = SQL): ProjectResult['clauses'][number] => ({ uniqueId: name, model: name, macroOnly: false, tiers: [], omitted: { inputs: 0, columns: 0, tests: 0 }, asked: { dialect: 'postgres', sql, joins, groups } });
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('what sqlglot sees and a spec omits (skipped where there is no Python)', () => {
  it('is counted by join and grouping, and what it cannot read is named', { timeout: 400_000 }, async (context) => {
    const clauses = [asked('whole', 2, 1), asked('without a join', 1, 1), asked('without anything', 0, 0), asked('broken', 0, 0, 'select from where (')];
    const found = await omittedBySqlglot([{ project: 'p', part: 'heldOut', models: 4, originals: [], mutants: [], rewrites: [], accusations: [], clauses, ran: { operators: [], rewrites: [] }, crashes: [] }], process.cwd());
    if (found.kind === 'skipped') return context.skip(found.why);
    const of = (name: string): unknown => found.byModel.get(modelKey('p', name));
    expect([of('whole'), of('without a join'), of('without anything'), of('broken')]).toEqual([{ joins: 0, groups: 0 }, { joins: 1, groups: 0 }, { joins: 2, groups: 1 }, undefined]);
    expect(found.unread).toEqual([expect.stringContaining('p broken: ')]);
  });
});
