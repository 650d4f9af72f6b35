import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderEntry, renderSpec } from '../../../engine/spec';

describe('rendering', () => {
  it('uses the quotes that need fewer escapes, and folds what is too long for a line', () => {
    expect(renderEntry('question', 'Is "paid" right?', 0)).toBe(`question: 'Is "paid" right?'\n`);
    expect(renderEntry('expression', `status <> 'failed'`, 0)).toBe(`expression: "status <> 'failed'"\n`);
    const long = `case ${Array.from({ length: 12 }, (_, n) => `when status = 's${n}' then 'a  b'`).join(' ')} end`;
    const text = renderEntry('expression', long, 1);
    expect(text).toMatch(/^ {2}expression: >-\n {4}case when/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(116);
    expect((parse(text) as { expression: string }).expression).toBe(long);
  });

  it('reads back to the letter, whatever the text (property)', () => {
    const piece = fc.oneof(fc.constantFrom(' ', '  ', '\n', '\t', '#', ': ', '- ', '"', "'", '\\', '---', '{{ x }}', 'é', '🙂', '\u2028', '\u0007', '%', '>', '|', '&a', '*b', '!c', '@'), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 0, max: 3 }), (pieces, repeat) => {
        const text = pieces.join('').repeat(repeat + 1);
        const rendered = renderSpec('technical', { spec: 'technical/v1', notes: text, open_questions: [{ id: 'Q-1', question: text }] });
        const read = parse(rendered, { version: '1.2', schema: 'core' }) as { notes: string; open_questions: { question: string }[] };
        expect(read.notes).toBe(text);
        expect(read.open_questions[0]?.question).toBe(text);
      }),
      { numRuns: 400 },
    );
  });
});
