import fc from 'fast-check';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { expect, it } from 'vitest';
import { widthOf, wrapped } from '../../../cli/printers/wrap';

const CHARACTERS = ['a', 'b', 'Z', '0', ' ', ' ', ' ', '(', "'", '_', '~', '’', '…', '›', '→', '·', '–', '—', '“', '‘'];
const OTHERS = ['é', 'e\u0301', '漢', '👍🏽', '\u001B[2m', '\u001B[22m', '\t', '\n', '\u00AD', '\u200B'];

it('wraps and measures plain text as the libraries do', () => {
  const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 80 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 40 }), (written, columns) => {
    expect(wrapped(written, columns)).toEqual(wrapAnsi(written, columns, { hard: true }).split('\n'));
    expect(widthOf(written)).toBe(stringWidth(written));
  }), { numRuns: 3000 });
});

it('leaves graphemes, escapes and line ends to the libraries', () => {
  const text = fc.array(fc.constantFrom(...CHARACTERS, ...OTHERS), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 30 }), (written, columns) => {
    expect(wrapped(written, columns)).toEqual(wrapAnsi(written, columns, { hard: true }).split('\n'));
    expect(widthOf(written)).toBe(stringWidth(written));
  }), { numRuns: 500 });
});
