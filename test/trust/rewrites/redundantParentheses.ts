import { replaceRange } from '../sql/edits';
import { isWhole, itemOf, textOf, wholeConjuncts } from '../sql/reading';
import { rewriteSome } from './make';

/** Parentheses around a whole condition, or around an expression that has an alias. */
export const redundantParentheses = rewriteSome(
  'redundant-parentheses',
  (sql) =>
    sql.selects.flatMap((select) => {
      const conditions = [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) => (clause && isWhole(sql, clause) ? wholeConjuncts(sql, clause) : []));
      const expressions = select.items.flatMap((range) => {
        const item = itemOf(sql, range);
        return item?.alias !== undefined && sql.tokens[item.alias - 1]?.low === 'as' && !item.star ? [item.expr] : [];
      });
      return [...conditions, ...expressions].map((range) => [replaceRange(sql, range, `(${textOf(sql, range)})`)]);
    }),
  0.3,
);
