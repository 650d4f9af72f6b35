import { outputSelect } from '../sql/columns';
import { removePart } from '../sql/edits';
import { hasStatement, itemOf } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** An output column is gone from the list that gives the model its columns. */
export const columnDropped = sqlOperator({ name: 'column-dropped', names: ['columns'] }, (sql) => {
  const select = outputSelect(sql);
  if (!select || select.items.length < 2) return [];
  const later = [select.groupBy, select.orderBy, select.having, select.qualify].flatMap((range) => (range ? sql.tokens.slice(range.from, range.to) : []));
  if (later.some((token) => token.kind === 'number' || token.kind === 'jinja')) return [];
  return select.items.map((range, index): Attempt => {
    const item = itemOf(sql, range);
    const neighbour = select.items[index === 0 ? 1 : index - 1];
    if (!item?.name || item.star || later.some((token) => token.low === item.name?.toLowerCase()) || !neighbour || hasStatement(sql, neighbour)) return undefined;
    return { note: `column ${item.name} dropped`, edits: [removePart(sql, select.items, index)] };
  });
});
