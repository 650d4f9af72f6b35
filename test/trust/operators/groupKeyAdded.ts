import { insertAfter } from '../sql/edits';
import { columnRefs, isWhole, itemOf, low, plain, relationsOf, textOf } from '../sql/reading';
import { splitBy } from '../sql/selects';
import { selectOperator, type Attempt } from './make';

/** A column that the list aggregates becomes a GROUP BY key, too. */
export const groupKeyAdded = selectOperator({ name: 'group-key-added', names: ['aggregation', 'grain'], heldOut: true }, (sql, select): Attempt[] => {
  const relations = relationsOf(sql, select);
  if (!select.groupBy || !isWhole(sql, select.groupBy) || !relations) return [];
  const items = select.items.map((item) => itemOf(sql, item));
  const names = new Set(items.map((item) => item?.name?.toLowerCase()));
  const keys = splitBy(sql.tokens, select.groupBy, select.depth, ',').map((key) => plain(sql, key));
  const keyItems = keys.map((key) => (/^\d+$/.test(key) ? items[Number(key) - 1] : undefined)).map((item) => (item ? plain(sql, item.expr) : ''));
  const column = items
    .flatMap((item) => (item && ['sum', 'count', 'max', 'min', 'avg'].includes(low(sql, item.expr.from)) ? columnRefs(sql, item.expr) : []))
    .find((ref) => (ref.qualifier !== undefined || relations.length === 1) && !names.has(low(sql, ref.at)) && ![...keys, ...keyItems].includes(plain(sql, ref.range)));
  return column ? [{ note: `group by key ${textOf(sql, column.range)} added`, edits: [insertAfter(sql, select.groupBy.to - 1, `, ${textOf(sql, column.range)}`)] }] : [];
});
