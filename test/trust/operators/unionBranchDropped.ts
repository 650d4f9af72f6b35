import { removeRange } from '../sql/edits';
import { hasStatement, low, textOf } from '../sql/reading';
import { selectOperator } from './make';

/** The branch behind a UNION is gone. */
export const unionBranchDropped = selectOperator({ name: 'union-branch-dropped', names: ['aggregation', 'inputs', 'grain'], heldOut: true }, (sql, select) => {
  const operator = select.setOperator;
  const next = operator && sql.selects.find((other) => other.range.from === operator.to);
  if (!operator || !next || low(sql, operator.from) !== 'union' || hasStatement(sql, next.range)) return [];
  return [{ note: `branch ${textOf(sql, next.from ?? next.range)} dropped`, edits: [removeRange(sql, { from: operator.from, to: next.range.to })] }];
});
