import { insertAfter, insertBefore } from '../sql/edits';
import { isWhole, itemOf, low } from '../sql/reading';
import { freshName, rewriteOne } from './make';

/** The last query becomes one CTE more, which a `select *` only passes on. */
export const finalCte = rewriteOne('final-cte', (sql) => {
  const select = sql.selects.filter((one) => one.depth === 0).at(-1);
  const before = select && sql.tokens[select.range.from - 1];
  if (!select || select.orderBy || select.range.to !== sql.tokens.length || !isWhole(sql, select.range) || low(sql, select.range.from - 1) === 'all') return [];
  const items = select.items.map((item) => itemOf(sql, item));
  const stars = items.filter((item) => item?.star).length;
  const names = items.flatMap((item) => item?.name?.toLowerCase() ?? []);
  if (items.some((item) => !item || (!item.star && item.name === undefined)) || stars > 1 || (stars === 1 && (select.joins.length > 0 || items.length > 1)) || new Set(names).size !== names.length) return [];
  const name = freshName(sql, 'final_step');
  const close = `\n)\n\nselect * from ${name}`;
  if (before?.text === ')' && before.depth === 0 && sql.tokens.some((token) => token.low === 'with' && token.depth === 0)) {
    return [[{ start: before.end, end: before.end, text: `,\n\n${name} as (` }, insertAfter(sql, select.range.to - 1, close)]];
  }
  const first = sql.tokens.slice(0, select.range.from).every((token) => token.kind === 'jinja' && /^\{\{-?\s*config\b/.test(token.text));
  return first ? [[insertBefore(sql, select.range.from, `with ${name} as (\n`), insertAfter(sql, select.range.to - 1, close)]] : [];
});
