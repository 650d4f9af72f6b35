import { removePart, removeRange } from '../sql/edits';
import { splitBy, type SqlText, type TokenRange } from '../sql/selects';
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
      if (isAlwaysTrue(sql, part)) return [];
      const only = part.from === clause.from && all.at(-1)?.to === part.to;
      return [{ note: `filter ${textOf(sql, part)} dropped`, edits: [only ? removeRange(sql, { from: part.from - 1, to: part.to }) : part.from === clause.from ? undefined : removeRange(sql, { from: part.from - 1, to: part.to })] }];
    }
    return parts.map((part, index) => (isAlwaysTrue(sql, part) ? undefined : { note: `filter ${textOf(sql, part)} dropped`, edits: [removePart(sql, parts, index)] }));
  }),
);

/** `true`, and a literal that equals itself: without it the query is the same. */
function isAlwaysTrue(sql: SqlText, part: TokenRange): boolean {
  const words = sql.tokens.slice(part.from, part.to);
  if (words.length === 1) return words[0]?.low === 'true';
  const [left, sign, right] = words;
  return words.length === 3 && sign?.text === '=' && left?.text === right?.text && (left?.kind === 'number' || left?.kind === 'string');
}
