import type { Dialect } from '../../../engine/sql/types';
import { argumentsOf, isWhole, low } from '../sql/reading';
import { columnNamer, rewriteSome } from './make';

const SPELLINGS: Partial<Record<Dialect, readonly string[]>> = {
  bigquery: ['coalesce', 'ifnull'], snowflake: ['coalesce', 'ifnull', 'nvl'], databricks: ['coalesce', 'ifnull', 'nvl'], spark: ['coalesce', 'ifnull', 'nvl'], duckdb: ['coalesce', 'ifnull'], redshift: ['coalesce', 'nvl'],
};

/** COALESCE, IFNULL and NVL of two arguments for each other, as the dialect has them. */
export const coalesceSpelling = rewriteSome('coalesce-spelling', (sql, around, random) => {
  const namesColumn = columnNamer(sql);
  const spellings = SPELLINGS[around.dialect] ?? [];
  return sql.tokens.map((token, at) => {
    if (token.kind !== 'word' || !spellings.includes(token.low) || low(sql, at + 1) !== '(' || low(sql, at - 1) === '.' || namesColumn(at)) return undefined;
    const parts = argumentsOf(sql, at + 1);
    const others = spellings.filter((name) => name !== token.low);
    if (parts.length !== 2 || !parts.every((part) => isWhole(sql, part)) || parts.some((part) => low(sql, part.from) === 'null' || low(sql, part.from) === 'select' || (part.to - part.from === 1 && sql.tokens[part.from]?.kind === 'jinja'))) return undefined;
    return [{ start: token.start, end: token.end, text: others[Math.floor(random() * others.length)] ?? token.text }];
  });
});
