import { removeRange } from '../sql/edits';
import { low } from '../sql/reading';
import { selectOperator } from './make';

/** A DISTINCT of a SELECT is gone, where no GROUP BY, set operator or IN makes it needless. */
export const distinctDropped = selectOperator({ name: 'distinct-dropped', names: ['aggregation', 'grain'] }, (sql, select) => {
  const { from } = select.range;
  const needless = select.groupBy || ['in', 'exists'].includes(low(sql, from - 2)) || unionDistinct(low(sql, from - 1), select.setOperator && low(sql, select.setOperator.to - 1));
  return select.distinct && !needless && low(sql, select.distinct.to) !== 'on' ? [{ note: 'distinct dropped', edits: [removeRange(sql, select.distinct)] }] : [];
});

/** Whether a set operator before or after a SELECT already removes doubles. */
export function unionDistinct(before: string, after: string | undefined): boolean {
  return ['union', 'distinct', 'except', 'intersect'].includes(before) || (after !== undefined && after !== 'all');
}
