import { neverNull } from '../sql/nulls';
import { replaceRange } from '../sql/edits';
import { argumentsOf, low, textOf } from '../sql/reading';
import { tokenOperator } from './make';

/** The literal that COALESCE, IFNULL or NVL falls back on is another. */
export const coalesceDefaultChanged = tokenOperator({ name: 'coalesce-default-changed', names: ['columns', 'filters', 'joins', 'aggregation'], heldOut: true }, (sql, at) => {
  if (!['coalesce', 'ifnull', 'nvl'].includes(low(sql, at)) || low(sql, at + 1) !== '(') return [];
  const parts = argumentsOf(sql, at + 1);
  const last = parts.at(-1);
  const token = last && last.to - last.from === 1 ? sql.tokens[last.from] : undefined;
  if (!last || !token || parts.length < 2 || parts.slice(0, -1).some((part) => neverNull(sql, part))) return [];
  const to = token.kind === 'number' ? String(Number(token.text) + 1) : token.kind === 'string' && /^'[^'\\{]*'$/.test(token.text) && !/^'\d/.test(token.text) ? `${token.text.slice(0, -1)}x'` : token.low === 'true' ? 'false' : token.low === 'false' ? 'true' : undefined;
  return to && to !== 'NaN' ? [{ note: `default ${textOf(sql, last)} became ${to}`, edits: [replaceRange(sql, last, to)] }] : [];
});
