import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createParser, type Token } from '../../../engine/sql/polyglot';
import { plainTokens } from '../../../engine/sql/plainTokens';
import { segmentsOf } from '../../../engine/sql/segments';
import type { Dialect } from '../../../engine/sql';

const parser = await createParser();
const DIALECTS: Dialect[] = ['bigquery', 'snowflake', 'databricks', 'redshift', 'postgres', 'duckdb', 'trino', 'spark', 'generic'];
const WORDS = [
  'select', 'SELECT', 'distinct', 'on', 'from', 'where', 'group', 'by', 'having', 'qualify', 'order', 'limit', 'offset', 'fetch', 'first', 'window', 'union', 'all', 'intersect', 'except',
  'minus', 'exclude', 'left', 'right', 'full', 'inner', 'outer', 'cross', 'natural', 'semi', 'anti', 'asof', 'join', 'straight_join', 'lateral', 'any', 'case', 'when', 'then', 'else', 'end',
  'between', 'and', 'or', 'not', 'in', 'is', 'null', 'like', 'ilike', 'as', 'with', 'recursive', 'over', 'partition', 'rows', 'range', 'interval', 'date', 'timestamp', 'cast', 'values', 'unnest',
  'pivot', 'top', 'for', 'using', 'begin', 'if', 'show', 'set', 'current_date', 'true', 'a', 'b1', '_c', 'r', 'e', 'x', 'n', 'orders', 'current', 'row', 'to', 'at', 'time', 'zone', 'rlike', 'div', 'xor',
];
const PLAIN = [
  ...WORDS, '(', ')', '[', ']', ',', '.', '*', '=', '<>', '<=', '>=', '!=', '<', '>', '||', '::', '+', '-', '/', '->', '->>', '1', '1.5', "''", "'a'", "'é \u{1f600}'", "'-- no'", '"q"', '`t`', '`a.b`',
  '-- note\n', '/* b */', '\n', '\r\n', '\t',
];
const OTHERS = [
  ';', '%', ':', '.5', '1e5', '1_000', "'it''s'", '"a""b"', "r'x'", "e'\\n'", '$1', '$$a$$', '@v', '#x', '{', '}', '?', '&', '|', '--+ x\n', '/*+ hint */', '/* a /* b */ c */', '\\', 'é', '//', '**', "'''", '\r',
];

describe('tokens of plain SQL', () => {
  it('divide a text as the library does, or leave it to the library', () => {
    const piece = fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...PLAIN) }, { weight: 1, arbitrary: fc.constantFrom(...OTHERS) });
    const gap = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(' ', '\n') }, { weight: 1, arbitrary: fc.constant('') });
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, gap), { maxLength: 40 }), fc.constantFrom(...DIALECTS), (parts, dialect) => {
        const sql = parts.flat().join('');
        const plain = plainTokens(sql, (word) => parser.typeOf(word, dialect));
        if (plain === undefined) return;
        const library = parser.libraryTokens(sql, dialect);
        expect(library && segmentsOf(plain), sql).toEqual(library && segmentsOf(library));
        expect(library && edges(plain), sql).toEqual(library && edges(library));
      }),
      { numRuns: 5000 },
    );
  });

  it('are found in plain SQL', () => {
    const sql = "with a as (select x, sum(y) as z -- why\nfrom t where s <> 'no' and d >= 1.5 group by x)\nselect a.*, coalesce(z::int, 0) || 'é' from a left join \"b\" on a.x = \"b\".x;";
    expect(plainTokens(sql, (word) => parser.typeOf(word, 'duckdb'))?.length).toBe(parser.libraryTokens(sql, 'duckdb')?.length);
  });
});

/** Where words and marks stand, whatever operators and numbers are divided into. */
function edges(tokens: readonly Token[]): unknown[] {
  const known = new Set(['L_PAREN', 'R_PAREN', 'COMMA', 'DOT', 'SEMICOLON', 'SELECT', 'FROM', 'WHERE', 'AND', 'OR', 'ON', 'JOIN', 'CASE', 'END']);
  return tokens.filter(({ type }) => known.has(type)).map(({ type, span }) => [type, span.start, span.end]);
}
