import { insertAfter } from '../sql/edits';
import { isWhole, low } from '../sql/reading';
import { unionDistinct } from './distinctDropped';
import { selectOperator } from './make';

const AGGREGATES = new Set(['sum', 'count', 'avg', 'min', 'max', 'row_number']);

/** A SELECT of columns becomes distinct, where nothing in it shows that its rows already differ. */
export const distinctAdded = selectOperator({ name: 'distinct-added', names: ['aggregation', 'grain'], heldOut: true }, (sql, select) => {
  const { from } = select.range;
  const list = select.items.flatMap((item) => sql.tokens.slice(item.from, item.to));
  const proven = select.distinct || select.groupBy || select.limit || !select.from || ['in', 'exists'].includes(low(sql, from - 2)) || unionDistinct(low(sql, from - 1), select.setOperator && low(sql, select.setOperator.to - 1));
  const plainList = select.items.length > 0 && select.items.every((item) => isWhole(sql, item)) && !list.some((token) => AGGREGATES.has(token.low) || token.text === '*');
  return proven || !plainList ? [] : [{ note: 'distinct added', edits: [insertAfter(sql, from, ' distinct')] }];
});
