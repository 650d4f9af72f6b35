import { replaceRange } from '../sql/edits';
import { textOf, wholeConjuncts } from '../sql/reading';
import { selectOperator } from './make';

/** One condition of WHERE, HAVING or QUALIFY is turned round. */
export const filterNegated = selectOperator({ name: 'filter-negated', names: ['filters', 'aggregation', 'grain'] }, (sql, select) =>
  [select.where, select.having, select.qualify].flatMap((clause) =>
    wholeConjuncts(sql, clause).map((part) => ({ note: `filter ${textOf(sql, part)} negated`, edits: [replaceRange(sql, part, `not (${textOf(sql, part)})`)] })),
  ),
);
