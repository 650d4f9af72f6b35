import { describe, expect, it } from 'vitest';
import { modelKey } from '../../trust/omittedBySqlglot';
import type { ModelClauses, ProjectResult } from '../../trust/results';
import { unknownSharesOf } from '../../trust/shares';

const model = (name: string, macroOnly: boolean, clauses: number, unknown: number, opaque: number): ModelClauses => ({
  uniqueId: `model.p.${name}`, model: name, macroOnly, tiers: [{ tier: 'raw', clauses, unknown, opaque }], omitted: { inputs: 1, columns: 2, tests: 0 },
});
const project = (name: string, part: ProjectResult['part'], clauses: ModelClauses[]): ProjectResult => ({ project: name, part, models: clauses.length, originals: [], mutants: [], rewrites: [], accusations: [], clauses, ran: { operators: [], rewrites: [] }, crashes: [] });

describe('the share of unknown clauses', () => {
  const results = [project('p', 'heldOut', [model('a', false, 10, 1, 0), model('b', true, 7, 7, 6)]), project('q', 'develop', [model('a', false, 3, 0, 0)])];
  const omissions = { kind: 'ran' as const, byModel: new Map([[modelKey('p', 'model.p.a'), { joins: 2, groups: 1 }]]), unread: [] };

  it('counts what oracles see and the spec omits, beside the share outside macros and the opaque one', () => {
    const [own] = unknownSharesOf(results, omissions).projects;
    expect(own).toMatchObject({ project: 'p', tier: 'raw', clauses: 17, unknown: 8, opaque: 6, omitted: 9, models: 2, macroOnly: 1, omittedBy: { inputs: 2, columns: 4, tests: 0, joins: 2, groups: 1 } });
    expect(own?.share).toBeCloseTo((8 + 9) / (17 + 9));
    expect(own?.opaqueShare).toBeCloseTo(6 / 26);
    expect(own?.outsideMacros).toMatchObject({ clauses: 10, unknown: 1, omitted: 6 });
    expect(own?.outsideMacros.share).toBeCloseTo(7 / 16);
  });

  it('is summed over each part, and counts no joins and groupings where sqlglot was not asked', () => {
    const totals = unknownSharesOf(results, { kind: 'skipped', why: 'a test' }).totals;
    expect(totals.map(({ part, clauses, omitted }) => [part, clauses, omitted])).toEqual([['heldOut', 17, 6], ['develop', 3, 3]]);
  });
});
