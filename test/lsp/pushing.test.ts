import type { Diagnostic } from 'vscode-languageserver';
import { describe, expect, it } from 'vitest';
import { carriedTo } from '../../server/carried';

const at = (line: number, start: number, end: number): Diagnostic => ({ range: { start: { line, character: start }, end: { line, character: end } }, message: 'm' });
const BEFORE = 'a: one\nb: two\nc: three\n';

describe('diagnostics of an older text', () => {
  it('move with what is typed before them, and stay before what is typed behind them', () => {
    expect(carriedTo([at(0, 3, 6), at(2, 3, 8)], BEFORE, 'a: one\nb: two\nx: new\nc: three\n')).toEqual([at(0, 3, 6), at(3, 3, 8)]);
    expect(carriedTo([at(2, 3, 8)], BEFORE, 'a: one\nc: three\n')).toEqual([at(1, 3, 8)]);
  });
  it('are left out where the text they are about changed', () => {
    expect(carriedTo([at(0, 3, 6), at(1, 3, 6)], BEFORE, 'a: one\nb: twxo\nc: three\n')).toEqual([at(0, 3, 6)]);
    expect(carriedTo([at(1, 3, 6)], BEFORE, 'a: one\n')).toEqual([]);
  });
  it('are the same for the same text', () => {
    expect(carriedTo([at(1, 3, 6)], BEFORE, BEFORE)).toEqual([at(1, 3, 6)]);
  });
});
