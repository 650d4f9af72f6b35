import { replaceRange } from '../sql/edits';
import { callAround, textOf } from '../sql/reading';
import { isValue } from '../sql/literals';
import { tokenOperator } from './make';

/** A string literal that is no date reads differently. */
export const constantStringChanged = tokenOperator({ name: 'constant-string-changed', names: ['columns', 'filters', 'joins', 'aggregation'] }, (sql, at) => {
  const token = sql.tokens[at];
  if (token?.kind !== 'string' || !/^'[\p{L}][^'\\{%]*'$/u.test(token.text) || !isValue(sql, at) || callAround(sql, at).name.startsWith('coalesce')) return [];
  const to = `${token.text.slice(0, -1)}x'`;
  return [{ note: `${textOf(sql, { from: at, to: at + 1 })} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
