import { describe, expect, it } from 'vitest';
import { idleStep } from '../../server/idleMemory';

const MB = 1024 * 1024;

interface State {
  used: number;
  worked: number;
  collected: number;
}

function stepOf(state: State, after: number): () => void {
  const collect = (): void => {
    state.collected++;
    state.used = after;
  };
  return idleStep({ usedBytes: () => state.used, workedMs: () => state.worked, collect }, 1000);
}

function times(step: () => void): (count: number) => void {
  return (count) => Array.from({ length: count }, step).forEach(() => undefined);
}

describe('memory at rest', () => {
  it('is given back once much of it is garbage and nothing has been worked on for some seconds', () => {
    const state = { used: 50 * MB, worked: 0, collected: 0 };
    const step = stepOf(state, 60 * MB);
    step();
    expect(state.collected).toBe(0);
    state.used = 300 * MB;
    state.worked += 800;
    step();
    step();
    step();
    expect(state.collected).toBe(0);
    step();
    expect(state.collected).toBe(1);
    state.used = 74 * MB;
    step();
    step();
    expect(state.collected).toBe(1);
  });
  it('is given back once more after some seconds, when the room for new objects is empty, and then left alone', () => {
    const state = { used: 50 * MB, worked: 0, collected: 0 };
    const steps = times(stepOf(state, 44 * MB));
    steps(5);
    expect(state.collected).toBe(0);
    steps(1);
    expect(state.collected).toBe(1);
    steps(20);
    expect(state.collected).toBe(1);
    state.used = 100 * MB;
    steps(1);
    expect(state.collected).toBe(2);
    steps(20);
    expect(state.collected).toBe(3);
    // Work leaves room to give back, however little garbage; a little of it does not.
    state.worked += 40;
    steps(20);
    expect(state.collected).toBe(3);
    state.worked += 400;
    steps(20);
    expect(state.collected).toBe(4);
  });
  it('is given back twice where a collection freed much that was not new, such as closed documents', () => {
    const state = { used: 50 * MB, worked: 0, collected: 0 };
    const steps = times(stepOf(state, 20 * MB));
    steps(6);
    expect(state.collected).toBe(1);
    steps(1);
    expect(state.collected).toBe(2);
    steps(20);
    expect(state.collected).toBe(2);
  });
});
