import { describe, expect, it } from 'vitest';
import { idleStep } from '../../server/idleMemory';

const MB = 1024 * 1024;

describe('memory at rest', () => {
  it('is given back once much of it is garbage and nothing is being worked on', () => {
    const state = { used: 50 * MB, worked: 0, collected: 0 };
    const collect = (): void => {
      state.collected++;
      state.used = 60 * MB;
    };
    const step = idleStep({ usedBytes: () => state.used, workedMs: () => state.worked, collect }, 1000);
    step();
    expect(state.collected).toBe(0);
    state.used = 300 * MB;
    state.worked += 800;
    step();
    expect(state.collected).toBe(0);
    step();
    expect(state.collected).toBe(1);
    step();
    expect(state.collected).toBe(1);
    state.used = 80 * MB;
    step();
    expect(state.collected).toBe(1);
  });
});
