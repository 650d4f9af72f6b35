import { replaceRange } from '../sql/edits';
import { isWhole, textOf, wholeConjuncts } from '../sql/reading';
import { reordered, rewriteSome } from './make';

/** The conditions that AND joins in WHERE, HAVING or ON stand in another order. */
export const predicateOrder = rewriteSome('predicate-order', (sql, _around, random) =>
  sql.selects.flatMap((select) =>
    [select.where, select.having, ...select.joins.map((join) => join.on)].map((clause) => {
      if (!clause || !isWhole(sql, clause)) return undefined;
      const parts = wholeConjuncts(sql, clause);
      if (parts.length < 2 || parts.some((part) => part.to - part.from === 1)) return undefined;
      const order = reordered(parts, random);
      return parts.map((part, index) => replaceRange(sql, part, textOf(sql, order[index] ?? part)));
    }),
  ),
);
