import { insertAfter } from '../sql/edits';
import { isWhole } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** The last query ends in a LIMIT that somebody forgot. */
export const limitAdded = sqlOperator({ name: 'limit-added', names: ['aggregation', 'filters', 'other', 'grain'] }, (sql): Attempt[] => {
  const select = sql.selects.filter((one) => one.depth === 0).at(-1);
  if (!select || select.limit || !isWhole(sql, select.range) || select.range.to !== sql.tokens.length) return [];
  return [{ note: 'limit 10 added', edits: [insertAfter(sql, select.range.to - 1, '\nlimit 10')] }];
});
