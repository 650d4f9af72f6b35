import { replaceRange } from '../sql/edits';
import { closeOf, low, textOf } from '../sql/reading';
import { splitBy, type SqlText, type TokenRange } from '../sql/selects';
import { columnNamer, reordered, rewriteSome } from './make';

/** The literals of an IN list stand in another order. */
export const inListOrder = rewriteSome('in-list-order', (sql, _around, random) => {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((_, at) => {
    const parts = literalList(sql, at);
    if (!parts || parts.length < 2 || namesColumn(at)) return undefined;
    const order = reordered(parts, random);
    return parts.map((part, index) => replaceRange(sql, part, textOf(sql, order[index] ?? part)));
  });
});

/** The entries of `in (…)` at a token, where all of them are single literals. */
export function literalList(sql: SqlText, at: number): TokenRange[] | undefined {
  if (low(sql, at) !== 'in' || low(sql, at + 1) !== '(') return undefined;
  const parts = splitBy(sql.tokens, { from: at + 2, to: closeOf(sql, at + 1) }, (sql.tokens[at + 1]?.depth ?? 0) + 1, ',');
  return parts.length > 0 && parts.every((part) => part.to - part.from === 1 && ['string', 'number'].includes(sql.tokens[part.from]?.kind ?? '')) ? parts : undefined;
}
