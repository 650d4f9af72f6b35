import fc from 'fast-check';
import { it } from 'vitest';
import { oneLine } from '../../../engine/text';

const words = fc.array(fc.oneof(fc.constantFrom(' ', '  ', '\n', '\r\n', '\t', '\u00a0', '\u2028', '\ufeff', 'a', 'Straße', '😀'), fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => parts.join(''));

it('makes single blanks of all white space, and leaves none at the ends', () => {
  fc.assert(fc.property(words, (text) => oneLine(text) === text.replace(/\s+/g, ' ').trim()), { numRuns: 5000 });
});
