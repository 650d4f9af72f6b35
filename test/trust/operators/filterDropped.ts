import { removePart, removeRange } from '../sql/edits';
import { splitBy } from '../sql/selects';
import { textOf, trimmed, wholeConjuncts } from '../sql/reading';
import { selectOperator, type Attempt } from './make';

/** One condition of WHERE, HAVING or QUALIFY is gone; the keyword with it where it was the only one. */
export const filterDropped = selectOperator({ name: 'filter-dropped', names: ['filters', 'aggregation', 'grain'] }, (sql, select) =>
  [select.where, select.having, select.qualify].flatMap((clause): Attempt[] => {
    if (!clause) return [];
    const parts = wholeConjuncts(sql, clause);
    const all = splitBy(sql.tokens, clause, select.depth, 'and').map((part) => trimmed(sql, part));
    if (parts.length === 1 && parts[0]) {
      const [part] = parts;
      const only = part.from === clause.from && all.at(-1)?.to === part.to;
      return [{ note: `filter ${textOf(sql, part)} dropped`, edits: [only ? removeRange(sql, { from: part.from - 1, to: part.to }) : part.from === clause.from ? undefined : removeRange(sql, { from: part.from - 1, to: part.to })] }];
    }
    return parts.map((part, index) => ({ note: `filter ${textOf(sql, part)} dropped`, edits: [removePart(sql, parts, index)] }));
  }),
);
