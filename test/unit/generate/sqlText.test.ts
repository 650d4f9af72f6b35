import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanced, findTop, splitTop, squeeze, withoutSubqueries } from '../../../engine/generate/sqlText';
import { bagOf, match, rarityOf, stem, wordsIn } from '../../../engine/generate/words';

const parts = (text: string, separator: ',' | 'and'): string[] => splitTop(text, separator).map(({ start, end }) => text.slice(start, end).trim());

describe('SQL text', () => {
  it('puts SQL on one line without comments, and leaves strings alone', () => {
    expect(squeeze("a  -- x\n  + 'two  spaces -- no' /* c */ || {{ var( 'x' ) }}")).toBe("a + 'two  spaces -- no' || {{ var( 'x' ) }}");
    expect(squeeze('-- only')).toBe('');
  });

  it('splits outside brackets, strings, CASE and BETWEEN', () => {
    expect(parts("a = 1 and b between 1 and 2 and (c and d) and case when x and y then 1 end = 1 and 'p and q' = e", 'and')).toEqual(['a = 1', 'b between 1 and 2', '(c and d)', 'case when x and y then 1 end = 1', "'p and q' = e"]);
    expect(parts('a, f(b, c), [d, e], 1', ',')).toEqual(['a', 'f(b, c)', '[d, e]', '1']);
  });

  it('finds keywords outside brackets', () => {
    const text = 'left join (select on from x) as y on y.a = b';
    expect(text.slice(findTop(text, 'on')?.start)).toBe('on y.a = b');
    expect(findTop('join x using (id)', 'on')).toBeUndefined();
  });

  it('widens a span to the brackets around it', () => {
    const text = 'select lower(trim(a)) = b';
    const start = text.indexOf('trim');
    const widened = balanced(text, { start: text.indexOf('a'), end: text.indexOf('a)') + 3 });
    expect(text.slice(widened.start, widened.end)).toBe('lower(trim(a))');
    expect(start).toBeGreaterThan(0);
  });

  it('puts names in the place of subqueries', () => {
    expect(withoutSubqueries('a / (select max(b) from c) + (1 + 2) - (with x as (select 1) select 1)', ['c.m', 'd.n'])).toBe('a / c.m + (1 + 2) - d.n');
  });

  it('never throws, and splitting loses nothing (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '(', ')', ' and ', "'", '"', '{{', '}}', '--', '\n', ',', ' case ', ' end ', '/*', '*/', ' between ', '(select '), { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        squeeze(text);
        withoutSubqueries(text, ['x', 'y']);
        const spans = splitTop(text, ',');
        expect(spans[0]?.start).toBe(0);
        expect(spans[spans.length - 1]?.end).toBe(text.length);
        const middle = { start: Math.floor(text.length / 3), end: Math.floor(text.length / 2) };
        const { start, end } = balanced(text, middle);
        expect(start).toBeLessThanOrEqual(middle.start);
        expect(end).toBeGreaterThanOrEqual(middle.end);
      }),
    );
  });
});

describe('words', () => {
  it('bring forms of a word together', () => {
    expect(stem('payments')).toBe(stem('payment'));
    expect(stem('orders')).toBe(stem('ordered'));
    expect(stem('categories')).toBe(stem('category'));
    expect(wordsIn('lifetimeValue of the Customers')).toEqual(['lifetim', 'customer']);
  });

  it('count by rarity', () => {
    const bags = [bagOf([{ text: 'customer orders', weight: 1 }]), bagOf([{ text: 'customer refunds', weight: 1 }]), bagOf([{ text: 'customer', weight: 1 }])];
    const rarity = rarityOf(bags);
    expect(rarity('refund')).toBeGreaterThan(rarity('customer'));
    expect(match(wordsIn('refund of a customer'), bags[1] ?? new Map(), rarity)).toBeGreaterThan(match(wordsIn('refund of a customer'), bags[0] ?? new Map(), rarity));
  });
});
