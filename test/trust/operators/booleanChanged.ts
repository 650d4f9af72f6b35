import { replaceRange } from '../sql/edits';
import { callAround } from '../sql/reading';
import { tokenOperator } from './make';

/** A boolean literal is turned round. */
export const booleanChanged = tokenOperator({ name: 'boolean-changed', names: ['columns', 'filters', 'joins', 'aggregation'] }, (sql, at) => {
  const token = sql.tokens[at];
  if (token?.kind !== 'word' || !['true', 'false'].includes(token.low) || callAround(sql, at).name === 'coalesce') return [];
  const to = token.low === 'true' ? 'false' : 'true';
  return [{ note: `${token.low} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
