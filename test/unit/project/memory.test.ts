import { describe, expect, it } from 'vitest';
import { isSameData, projectMemory, sameAs } from '../../../engine/project/memory';

describe('a memory', () => {
  it('gives again what was made of the same, and makes it anew of anything else', () => {
    const memory = projectMemory();
    const [read, other] = [{}, {}];
    let made = 0;
    const of = (what: object, parts: unknown[]): number => memory.of(what, 'facts', parts, () => ++made);
    expect([of(read, ['a']), of(read, ['a']), of(other, ['a']), of(read, ['b']), of(read, ['a'])]).toEqual([1, 1, 2, 3, 4]);
    const kept = (parts: unknown[]): string => memory.kept('node', parts, (before: string | undefined) => `${before ?? ''}x`);
    expect([kept([1]), kept([1]), kept([2]), kept([2, 3])]).toEqual(['x', 'x', 'xx', 'xxx']);
  });
  it('forgets what it kept for those that are gone', () => {
    const memory = projectMemory();
    const kept = (owner: string, name: string): string => memory.keptFor(owner, name, [], (before: string | undefined) => `${before ?? ''}${owner}`);
    expect([kept('a', 'node'), kept('b', 'node'), kept('a', 'tests'), memory.kept('a', [], () => 'all')]).toEqual(['a', 'b', 'a', 'all']);
    memory.forgetOthers(new Set(['b']));
    let made = 0;
    const again = (owner: string): string => memory.keptFor(owner, 'node', [], (before: string | undefined) => (made++, before ?? 'anew'));
    expect([again('a'), again('b'), memory.kept('a', [], () => 'anew'), made]).toEqual(['anew', 'b', 'all', 1]);
  });
  it('has one token for a thing, which is not the thing', () => {
    const memory = projectMemory();
    const [one, other] = [{}, {}];
    expect(memory.token(one)).toBe(memory.token(one));
    expect(memory.token(one)).not.toBe(one);
    expect(memory.token(one)).not.toBe(memory.token(other));
    expect(memory.token(undefined)).toBeUndefined();
  });
});

describe('values that are the same data', () => {
  it('are told from others', () => {
    const value = { a: [1, { b: null }], c: 'x' };
    expect(isSameData(value, structuredClone(value))).toBe(true);
    for (const other of [{ ...value, c: 'y' }, { a: value.a }, { ...value, d: undefined }, [value], null, { a: { 0: 1, 1: { b: null } }, c: 'x' }]) expect(isSameData(value, other)).toBe(false);
    const copy = structuredClone(value);
    expect(sameAs(value, copy)).toBe(value);
    expect(sameAs(undefined, copy)).toBe(copy);
    expect(sameAs({ ...value, c: 'z' }, copy)).toBe(copy);
  });
});
