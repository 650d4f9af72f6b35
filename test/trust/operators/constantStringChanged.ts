import { replaceRange } from '../sql/edits';
import { callAround, textOf } from '../sql/reading';
import { isValue } from '../sql/literals';
import { tokenOperator } from './make';

const AROUND = new Set(['', 'in', 'and', 'or', 'when', 'where', 'on', 'not', 'then', 'else', 'select', 'nullif', 'sum', 'max', 'min', 'as']);

/** A string literal that is no date and no function's mode reads differently. */
export const constantStringChanged = tokenOperator({ name: 'constant-string-changed', names: ['columns', 'filters', 'joins', 'aggregation'] }, (sql, at) => {
  const token = sql.tokens[at];
  if (token?.kind !== 'string' || !/^'[\p{L}][^'\\{%]*'$/u.test(token.text) || !isValue(sql, at) || !AROUND.has(callAround(sql, at).name)) return [];
  const to = `${token.text.slice(0, -1)}x'`;
  return [{ note: `${textOf(sql, { from: at, to: at + 1 })} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
