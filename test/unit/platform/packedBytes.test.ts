import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedBytes } from '../../../platform/packedBytes';

describe('packed bytes', () => {
  it('are the same bytes, in any part of them, before and after they are packed', async () => {
    const raw = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * index) % 251));
    const bytes = packedBytes(Buffer.from(raw), undefined, 0);
    const check = (): void => fc.assert(fc.property(fc.nat(raw.length), fc.nat(raw.length), (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      expect(Buffer.compare(bytes.slice(start, end), raw.subarray(start, end))).toBe(0);
    }), { numRuns: 60 });
    check();
    await Promise.all([bytes.pack?.(), bytes.pack?.()]);
    check();
    expect(Buffer.compare(bytes.whole(), raw)).toBe(0);
    expect(bytes.length).toBe(raw.length);
  });
});
