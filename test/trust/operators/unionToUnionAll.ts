import { replaceRange } from '../sql/edits';
import { indices, low } from '../sql/reading';
import { selectOperator } from './make';

/** A UNION that removes doubles becomes UNION ALL. */
export const unionToUnionAll = selectOperator({ name: 'union-to-union-all', names: ['aggregation', 'grain', 'inputs'] }, (sql, select) => {
  const range = select.setOperator;
  if (!range || !['union', 'union distinct'].includes(indices(range).map((at) => low(sql, at)).join(' '))) return [];
  return [{ note: 'union became union all', edits: [replaceRange(sql, range, 'union all')] }];
});
