import { beforeAll, describe, expect, it } from 'vitest';
import { parseExpressions, type KnownExpressions } from '../../../engine/sql/expressions';
import { createParser, type SqlParser } from '../../../engine/sql/polyglot';

let parser: SqlParser;
beforeAll(async () => {
  parser = await createParser();
});

describe('expressions that were parsed before', () => {
  it('are the same the second time, in each dialect its own, and not those with Jinja', () => {
    const texts = ['a.b', 'coalesce(x, 0)', 'sum(', '"Q"', 'a', "{{ var('v') }} + 1"];
    const known: KnownExpressions = new Map();
    const first = parseExpressions(parser, 'duckdb', texts, undefined, known);
    expect(first).toEqual(parseExpressions(parser, 'duckdb', texts));
    expect(parseExpressions(parser, 'duckdb', texts, undefined, known)).toEqual(first);
    expect(parseExpressions(parser, 'bigquery', texts, undefined, known)).toEqual(parseExpressions(parser, 'bigquery', texts));
    expect([...known.keys()].some((key) => key.includes('{{'))).toBe(false);
  });
});
