import { describe, expect, it } from 'vitest';
import { fewOf } from '../../trust/few';
import type { MutantResult, ProjectResult } from '../../trust/results';

const project = (sample: number | undefined, counts: Record<string, number>): ProjectResult => ({
  project: 'p', part: 'heldOut', models: 1, originals: [], rewrites: [], accusations: [], clauses: [], crashes: [], ...(sample === undefined ? {} : { sample }), ran: { operators: Object.keys(counts), rewrites: ['comments'] },
  mutants: Object.entries(counts).flatMap(([operator, count]) => Array.from({ length: count }, () => ({ operator }) as MutantResult)),
});

describe('operators and rewrites that were seldom tried', () => {
  it('say how often, and whether the projects have no more places', () => {
    expect(fewOf([project(10, { often: 10, seldom: 10, rare: 2, never: 0 }), project(10, { often: 10, seldom: 3, rare: 1, never: 0 })])).toEqual({
      seldom: { tried: 13, all: false }, rare: { tried: 3, all: true }, never: { tried: 0, all: true }, 'rewrite: comments': { tried: 0, all: true },
    });
  });

  it('have no more places where all were asked for', () => {
    expect(fewOf([project(undefined, { some: 4 })])).toMatchObject({ some: { tried: 4, all: true } });
  });
});
