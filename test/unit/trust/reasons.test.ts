import { describe, expect, it } from 'vitest';
import { reasonsOf, reasonsText } from '../../trust/reasons';
import type { Miss } from '../../trust/score';

const miss = (operator: string, tier: string, outcome: string, why: string): Miss => ({ operator, tier, outcome, why }) as Miss;

describe('why mutants were not detected', () => {
  it('counts reasons by operator, whatever the clause', () => {
    const reasons = reasonsOf([
      miss('join-dropped', 'raw', 'unknown', "steps/a/joins/b became unknown (stage-unmatched): Can't tell: no stage."),
      miss('join-dropped', 'raw', 'unknown', "joins/c became unknown (stage-unmatched): Can't tell: no stage."),
      miss('join-dropped', 'edited', 'missed', 'nothing was reported'),
      miss('filter-added', 'raw', 'missed', 'nothing was reported'),
    ]);
    expect(reasons).toEqual({
      'filter-added': [{ tier: 'raw', outcome: 'missed', why: 'nothing was reported', count: 1 }],
      'join-dropped': [
        { tier: 'raw', outcome: 'unknown', why: 'a clause became unknown (stage-unmatched)', count: 2 },
        { tier: 'edited', outcome: 'missed', why: 'nothing was reported', count: 1 },
      ],
    });
    expect(reasonsText(reasons)).toContain('    2  join-dropped [raw] unknown: a clause became unknown (stage-unmatched)');
    expect(reasonsText({})).toBe('');
  });
});
