import { describe, expect, it } from 'vitest';
import { compilePattern, MAX_PATTERN } from '../../../engine/spec/template/patterns';

describe('patterns of templates', () => {
  it('match as JSON Schema wants: anywhere in the text, with the escapes of ECMAScript', () => {
    for (const [source, yes, no] of [['^[A-Z]+-\\d+$', 'RISK-1', 'risk 1'], ['b', 'abc', 'acd'], ['\\u00e4', 'ä', 'a'], ['\\/\\p{L}', '/x', '/1'], ['(?<year>\\d{4})', '2026', '26']] as const) {
      const pattern = compilePattern(source);
      expect('why' in pattern, source).toBe(false);
      if ('why' in pattern) continue;
      expect([pattern.test(yes), pattern.test(no)], source).toEqual([true, false]);
    }
  });
  it('cannot hang, however they nest', () => {
    for (const [source, text] of [['^(a|aa)+$', `${'a'.repeat(5000)}!`], ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5000)], ['(x+x+)+y', 'x'.repeat(5000)]] as const) {
      const pattern = compilePattern(source);
      if ('why' in pattern) throw new Error(pattern.why);
      expect(pattern.test(text)).toBe(false);
    }
  });
  it('are refused in words where they need unbounded time, are too large, or are none', () => {
    expect(compilePattern('a(?=b)')).toMatchObject({ why: expect.stringContaining('looks ahead') as string });
    expect(compilePattern('(a)\\1')).toMatchObject({ why: expect.stringContaining('refers back') as string });
    expect(compilePattern('((x{100}){100}){100}')).toHaveProperty('why');
    expect(compilePattern('a'.repeat(MAX_PATTERN + 1))).toMatchObject({ why: expect.stringContaining('characters') as string });
    for (const source of ['[', '(', 'a**', '\\']) expect(compilePattern(source), source).toHaveProperty('why');
  });
});
