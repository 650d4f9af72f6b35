import { neverNull } from '../sql/nulls';
import { replaceRange } from '../sql/edits';
import { argumentsOf, closeOf, hasStatement, isWhole, low, plain, textOf } from '../sql/reading';
import { tokenOperator } from './make';

/** COALESCE, IFNULL or NVL gives way to its first argument, where that can be null as far as the text shows. */
export const coalesceRemoved = tokenOperator({ name: 'coalesce-removed', names: ['columns', 'filters', 'joins', 'aggregation'] }, (sql, at) => {
  if (!['coalesce', 'ifnull', 'nvl'].includes(low(sql, at)) || low(sql, at + 1) !== '(') return [];
  const range = { from: at, to: closeOf(sql, at + 1) + 1 };
  const [first, second] = argumentsOf(sql, at + 1);
  if (hasStatement(sql, range) || !first || !second || !isWhole(sql, first) || neverNull(sql, first) || plain(sql, second) === 'null' || plain(sql, first) === plain(sql, second)) return [];
  const text = first.to - first.from > 1 && sql.tokens.slice(first.from, first.to).some((token) => token.depth === sql.tokens[first.from]?.depth && token.kind === 'symbol' && !['.', '(', ')'].includes(token.text)) ? `(${textOf(sql, first)})` : textOf(sql, first);
  const bare = sql.selects.some((select) => select.items.some((item) => item.from === range.from && item.to === range.to));
  return bare ? [] : [{ note: `${low(sql, at)} of ${textOf(sql, first)} removed`, edits: [replaceRange(sql, range, text)] }];
});
