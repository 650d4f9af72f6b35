import { insertAfter } from '../sql/edits';
import { columnRefs, isWhole, itemOf, low, relationsOf, textOf, trimmed, wholeConjuncts } from '../sql/reading';
import { selectOperator, type Attempt } from './make';

/** One more condition in WHERE, or a WHERE where there was none: a column that the list uses must be there. */
export const filterAdded = selectOperator({ name: 'filter-added', names: ['filters', 'aggregation', 'grain'] }, (sql, select): Attempt[] => {
  const relations = relationsOf(sql, select);
  const items = select.items.map((item) => itemOf(sql, item));
  if (!relations) return [];
  const filtered = new Set(columnRefs(sql, select.where ?? { from: 0, to: 0 }).map((ref) => textOf(sql, ref.range)));
  // A join on a column may already drop its nulls.
  const joined = new Set(select.joins.flatMap((join) => [join.on, join.using].flatMap((range) => (range ? columnRefs(sql, range).map((ref) => low(sql, ref.at)) : []))));
  const columns = items
    .flatMap((item) => (item && !item.star ? columnRefs(sql, item.expr) : []))
    .filter((ref) => (ref.qualifier !== undefined || relations.length === 1) && !filtered.has(textOf(sql, ref.range)));
  const column = columns.find((ref) => !joined.has(low(sql, ref.at))) ?? columns[0];
  if (!column) return [];
  const condition = `${textOf(sql, column.range)} is not null`;
  const conjunct = wholeConjuncts(sql, select.where)[0];
  if (select.where) {
    const hasOr = conjunct && sql.tokens.slice(conjunct.from, conjunct.to).some((token) => token.low === 'or' && token.depth === select.depth);
    return conjunct && !hasOr ? [{ note: `filter ${condition} added`, edits: [insertAfter(sql, conjunct.to - 1, ` and ${condition}`)] }] : [];
  }
  const last = select.joins.at(-1)?.range ?? select.from;
  const end = last && trimmed(sql, last);
  const whole = end && select.from && isWhole(sql, { from: select.from.from, to: end.to });
  return whole ? [{ note: `filter ${condition} added`, edits: [insertAfter(sql, end.to - 1, `\n    where ${condition}`)] }] : [];
});
