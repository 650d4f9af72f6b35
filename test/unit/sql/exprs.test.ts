import { describe, expect, it } from 'vitest';
import { columnsIn, mapChildren } from '../../../engine/sql/exprs';
import type { Expr } from '../../../engine/sql/types';

const column = (text: string): Expr => ({ kind: 'column', name: { text, quoted: false } });
const one: Expr = { kind: 'literal', type: 'number', value: '1' };

const EXPRESSIONS: readonly Expr[] = [
  column('a'),
  one,
  { kind: 'op', op: '+', args: [one, column('a'), one], span: { start: 1, end: 2 } },
  { kind: 'other', tag: 't', props: 'p', args: [column('a')] },
  { kind: 'call', name: 'sum', args: [column('a')], distinct: true, aggregate: true, extra: [column('kept')], span: { start: 3, end: 4 } },
  { kind: 'call', name: 'row_number', args: [], distinct: false, aggregate: false, over: { partitionBy: [one, column('a')], orderBy: [{ expr: column('a'), descending: true, nulls: 'last' }], frame: 'f' } },
  { kind: 'case', operand: column('a'), branches: [{ when: one, then: one }, { when: column('a'), then: one }], otherwise: column('a') },
  { kind: 'case', branches: [{ when: column('a'), then: one }] },
  { kind: 'cast', expr: column('a'), type: 'text', safe: true },
  { kind: 'subquery', use: 'in', stage: 's', operand: column('a'), negated: false },
  { kind: 'subquery', use: 'exists', stage: 's', negated: true },
  { kind: 'star', except: [], replace: [{ name: { text: 'x', quoted: false }, expr: column('a') }], rename: [] },
];

describe('the children of an expression', () => {
  it.each(EXPRESSIONS)('are replaced in a copy, and nothing else is: $kind', (expr) => {
    const before = structuredClone(expr);
    const changed = mapChildren(expr, (child) => (child.kind === 'column' ? column('b') : child));
    expect(expr).toEqual(before);
    expect(changed).toEqual(JSON.parse(expr.kind === 'column' ? JSON.stringify(expr) : JSON.stringify(expr).replaceAll('"text":"a"', '"text":"b"')));
  });

  it.each(EXPRESSIONS)('that stay what they are leave the object what it is: $kind', (expr) => {
    expect(mapChildren(expr, (child) => child)).toBe(expr);
  });

  it('are each visited once', () => {
    const visited: Expr[] = [];
    for (const expr of EXPRESSIONS) mapChildren(expr, (child) => (visited.push(child), child));
    expect(visited.flatMap(columnsIn)).toHaveLength(12);
  });
});
