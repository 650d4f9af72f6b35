import { describe, expect, it } from 'vitest';
import { scalarSource, spanOfPart } from '../../../engine/spec/names/scalarSource';
import { sqlWords } from '../../../engine/spec/names/sqlWords';

/** The words of a text as `a.b`, with `()` behind calls. */
const words = (text: string): string[] => sqlWords(text).map((word) => word.parts.map((part) => part.text).join('.') + (word.call ? '()' : ''));

describe('names in an SQL expression', () => {
  const cases: [text: string, names: string[]][] = [
    ['coalesce(paid.value, 0)', ['coalesce()', 'paid.value']],
    ["status = 'a.b' and \"Order Id\" > 1e5", ['status', 'and', 'Order Id']],
    ["it = 'it''s paid.value' -- paid.value\n + x /* y */", ['it', 'x']],
    ["path = 'c:\\' and x = 'it\\'s y'", ['path', 'and', 'x']],
    ['{{ var("x") }} + `a`.`b`', ['a.b']],
    ['a . b', ['a.b']],
    ['größe + _x1', ['größe', '_x1']],
  ];
  for (const [text, names] of cases) it(text, () => expect(words(text)).toEqual(names));
  it('stand where they are written, without their quotes', () => {
    const text = 'sum("a b".x)';
    expect(sqlWords(text).flatMap((word) => word.parts.map((part) => text.slice(part.start, part.end)))).toEqual(['sum', 'a b', 'x']);
  });
});

describe('a word of a scalar', () => {
  const cases: [style: string, yaml: string][] = [
    ['plain', 'paid.value + 1'],
    ['in double quotes', '"\\"q\\" = \\u0041 + paid.value"'],
    ['in single quotes', "'x = ''paid'' + paid.value'"],
    ['in a block', '|-\n    x\n    + paid.value\n'],
    ['over two lines', '"x +\n   paid.value"'],
  ];
  for (const [style, yaml] of cases) {
    it(`is found in the file, ${style}`, () => {
      const file = `a: ${yaml}`;
      const source = scalarSource(file, { start: 3, end: file.length });
      const part = sqlWords(source.value).find((word) => word.parts.length === 2)?.parts[1];
      const span = part && spanOfPart(source, part.start, part.end);
      expect(span && file.slice(span.start, span.end)).toBe('value');
    });
  }
});
