import { replaceRange } from '../sql/edits';
import { indices, low } from '../sql/reading';
import { selectOperator } from './make';

/** UNION ALL becomes a UNION that removes doubles. */
export const unionAllToUnion = selectOperator({ name: 'union-all-to-union', names: ['aggregation', 'grain', 'inputs'] }, (sql, select, around) => {
  const range = select.setOperator;
  if (!range || indices(range).map((at) => low(sql, at)).join(' ') !== 'union all') return [];
  return [{ note: 'union all became union', edits: [replaceRange(sql, range, around.dialect === 'bigquery' ? 'union distinct' : 'union')] }];
});
