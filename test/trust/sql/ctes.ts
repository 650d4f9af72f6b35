import { closeOf, isName, low } from './reading';
import type { SqlText } from './selects';

/** One `name as ( … )` of a WITH: token indices. */
export interface CteText {
  name: number;
  open: number;
  close: number;
}

/** Every CTE definition of the text, in order. */
export function definitionsOf(sql: SqlText): CteText[] {
  return sql.tokens.flatMap((token, at) => {
    if (token.kind !== 'word' || low(sql, at + 1) !== 'as' || low(sql, at + 2) !== '(' || !isName(token)) return [];
    const starts = low(sql, at - 1) === 'with' || low(sql, at - 1) === 'recursive' || (low(sql, at - 1) === ',' && ['select', 'with'].includes(low(sql, at + 3))) || sql.tokens[at - 1]?.kind === 'statement';
    return starts ? [{ name: at, open: at + 2, close: closeOf(sql, at + 2) }] : [];
  });
}
