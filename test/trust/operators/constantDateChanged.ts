import { replaceRange } from '../sql/edits';
import { tokenOperator } from './make';

/** A hard-coded date is a year later. */
export const constantDateChanged = tokenOperator({ name: 'constant-date-changed', names: ['columns', 'filters', 'joins', 'aggregation'], heldOut: true }, (sql, at) => {
  const token = sql.tokens[at];
  const year = token?.kind === 'string' ? /^'(\d{4})-\d{2}-\d{2}/.exec(token.text)?.[1] : undefined;
  if (!token || !year || Number(year) > 9000) return [];
  const to = `'${String(Number(year) + 1)}${token.text.slice(5)}`.replace('-02-29', '-02-28');
  return [{ note: `${token.text} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
