import { replaceRange } from '../sql/edits';
import { isValue } from '../sql/literals';
import { callAround } from '../sql/reading';
import { tokenOperator } from './make';

/** A number is one more than it was. */
export const constantNumberChanged = tokenOperator({ name: 'constant-number-changed', names: ['columns', 'filters', 'joins', 'aggregation', 'grain'] }, (sql, at) => {
  const token = sql.tokens[at];
  if (token?.kind !== 'number' || !/^\d+(\.\d+)?$/.test(token.text) || token.text.length > 9 || !isValue(sql, at) || callAround(sql, at).name.startsWith('coalesce')) return [];
  if ([sql.tokens[at - 1]?.end, sql.tokens[at + 1]?.start].some((edge, side) => edge === (side === 0 ? token.start : token.end) && sql.tokens[side === 0 ? at - 1 : at + 1]?.kind === 'jinja')) return [];
  const [whole = '0', rest] = token.text.split('.');
  const to = `${String(Number(whole) + 1)}${rest === undefined ? '' : `.${rest}`}`;
  return [{ note: `${token.text} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
