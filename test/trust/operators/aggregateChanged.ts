import { replaceRange } from '../sql/edits';
import { closeOf, isWhole, low } from '../sql/reading';
import { tokenOperator } from './make';

const CHANGED: Record<string, string> = { sum: 'avg', avg: 'sum', max: 'min', min: 'max' };

/** An aggregate becomes another: sum and avg, max and min, count(distinct x) and count(x). */
export const aggregateChanged = tokenOperator({ name: 'aggregate-changed', names: ['aggregation', 'columns', 'filters'] }, (sql, at) => {
  const token = sql.tokens[at];
  if (token?.kind !== 'word' || low(sql, at + 1) !== '(' || low(sql, at - 1) === '.') return [];
  const close = closeOf(sql, at + 1);
  const whole = isWhole(sql, { from: at + 2, to: close });
  const to = CHANGED[token.low];
  if (to && whole) return [{ note: `${token.low} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
  if (token.low !== 'count' || low(sql, at + 2) !== 'distinct') return [];
  const argument = sql.tokens[at + 3];
  return argument ? [{ note: 'count(distinct …) became count(…)', edits: [{ start: sql.tokens[at + 2]?.start ?? 0, end: argument.start, text: '' }] }] : [];
});
