import { describe, expect, it } from 'vitest';
import { applyEdits, editedSpans, overlaps, sameTokens } from '../../trust/edits';

describe('edits of a text', () => {
  const edits = [{ start: 7, end: 8, text: 'longer' }, { start: 0, end: 0, text: '-- x\n' }, { start: 9, end: 13, text: '' }];

  it('apply in text order and tell where the new text is', () => {
    const text = 'select a from t';
    const after = applyEdits(text, edits);
    expect(after).toBe('-- x\nselect longer  t');
    expect(editedSpans(edits).map(({ start, end }) => after.slice(start, end))).toEqual(['-- x\n', 'longer', '']);
  });

  it('may not overlap', () => {
    expect(() => applyEdits('select a', [{ start: 0, end: 4, text: '' }, { start: 3, end: 5, text: '' }])).toThrow(/overlaps/);
  });

  it('touch what an empty span stands beside, and nothing else', () => {
    expect(overlaps({ start: 5, end: 5 }, { start: 0, end: 5 })).toBe(true);
    expect(overlaps({ start: 6, end: 6 }, { start: 0, end: 5 })).toBe(false);
    expect(overlaps({ start: 5, end: 8 }, { start: 0, end: 5 })).toBe(false);
    expect(overlaps({ start: 4, end: 8 }, { start: 0, end: 5 })).toBe(true);
  });

  it('change nothing where the tokens stay', () => {
    expect(sameTokens('select a -- c\nfrom t', 'select  a from /* d */ t')).toBe(true);
    expect(sameTokens("select 'a  b'", "select 'a b'")).toBe(false);
  });
});
