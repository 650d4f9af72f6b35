import { replaceRange } from '../sql/edits';
import { hasStatement, textOf, wholeConjuncts } from '../sql/reading';
import { selectOperator } from './make';

/** An AND between two conditions of WHERE or of a join becomes OR. */
export const andToOr = selectOperator({ name: 'and-to-or', names: ['filters', 'joins', 'grain'], heldOut: true }, (sql, select) =>
  [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) => {
    const parts = clause && !hasStatement(sql, clause) ? wholeConjuncts(sql, clause) : [];
    return parts.slice(1).map((part) => ({ note: `and before ${textOf(sql, part)} became or`, edits: [replaceRange(sql, { from: part.from - 1, to: part.from }, 'or')] }));
  }),
);
