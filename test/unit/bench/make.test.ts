import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../engine/spec';
import { argumentsOf } from '../../bench/arguments';
import { businessSpec } from '../../bench/make/businessSpec';
import { technicalModel } from '../../bench/make/technicalSpec';
import { quantilesOf, rowOf } from '../../bench/rows';

const PARENTS = ['stg_a', 'stg_b', 'stg_c'];

describe('the generated specs of the benchmark', () => {
  it.each([100, 1000, 5000])('are valid by their schema and have about %i lines', (lines) => {
    for (const [path, text] of [['x.business.spec.yml', businessSpec('x', lines, '1')], ['x.technical.spec.yml', technicalModel('x', PARENTS, lines, '1').spec]] as const) {
      expect(parseSpec(path, text).problems).toEqual([]);
      expect(Math.abs(text.split('\n').length / lines - 1)).toBeLessThan(0.2);
    }
  });
  it('are the same for the same seed, and others for another', () => {
    expect(businessSpec('x', 200, '7')).toBe(businessSpec('x', 200, '7'));
    expect(businessSpec('x', 200, '7')).not.toBe(businessSpec('x', 200, '8'));
    expect(technicalModel('x', PARENTS, 200, '7').sql).toBe(technicalModel('x', PARENTS, 200, '7').sql);
  });
});

describe('the rows of the benchmark', () => {
  it('give the quantiles of what was measured', () => {
    expect(quantilesOf([5, 1, 4, 2, 3])).toEqual({ p50: 3, p95: 5 });
  });
  it('compare p95 with p95, and say nothing of a goal without a peer', () => {
    expect(rowOf('open', 'ms', { times: 3 }, [10, 20], { name: 'peer', values: [50, 60] })).toMatchObject({ ratio: 3, met: true });
    expect(rowOf('open', 'ms', { times: 3 }, [10, 30], { name: 'peer', values: [50, 60] })).toMatchObject({ ratio: 2, met: false });
    expect(rowOf('open', 'ms', { times: 3 }, [10])).toMatchObject({ peer: null, ratio: null, met: null });
    expect(rowOf('start', 'ms', { atMost: 15 }, [10, 20])).toMatchObject({ met: false });
  });
});

describe('the arguments of the benchmark', () => {
  it('are read, and what is wrong is said in one sentence', () => {
    expect(argumentsOf(['--json', '--lines', '100,200', '--no-peer'])).toMatchObject({ json: true, lines: [100, 200], peer: false, seed: 1 });
    expect(argumentsOf(['--only', 'everything'])).toBe('--only is one of documents, broken, memory, projects, not everything.');
    expect(argumentsOf(['--models', 'many'])).toContain('a list of them');
  });
});
