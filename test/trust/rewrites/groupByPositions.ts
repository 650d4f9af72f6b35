import { replaceRange } from '../sql/edits';
import { columnRefs, isWhole, itemOf, low, plain, type Item } from '../sql/reading';
import { splitBy, type SelectText, type SqlText, type TokenRange } from '../sql/selects';
import { rewriteSome } from './make';

/** The positions of GROUP BY keys for their expressions, and for `group_by(n)` of dbt_utils. */
export const groupByPositions = rewriteSome(
  'group-by-positions',
  (sql) =>
    sql.selects.map((select) => {
      const called = select.groupBy && countOf(sql, select.groupBy.from - 1);
      if (called) return [replaceRange(sql, called.range, `group by ${Array.from({ length: called.count }, (_, index) => index + 1).join(', ')}`)];
      if (!select.groupBy || !isWhole(sql, select.groupBy)) return undefined;
      const keys = splitBy(sql.tokens, select.groupBy, select.depth, ',');
      const items = select.items.map((item) => itemOf(sql, item));
      const found = keys.map((key) => items.findIndex((item) => item && !item.star && plain(sql, item.expr) === plain(sql, key)));
      const readable = found.every((at) => at >= 0 && items.slice(0, at + 1).every((item) => item?.name !== undefined) && !isAmbiguous(sql, select, items[at]));
      return readable ? keys.map((key, index) => replaceRange(sql, key, String((found[index] ?? 0) + 1))) : undefined;
    }),
  1,
);

/** The `{{ dbt_utils.group_by(n) }}` at a token, with n. */
function countOf(sql: SqlText, at: number): { range: TokenRange; count: number } | undefined {
  const count = /^\{\{-?\s*(?:dbt_utils\.)?group_by\s*\(\s*(?:n\s*=\s*)?(\d+)\s*\)\s*-?\}\}$/.exec(low(sql, at))?.[1];
  return count === undefined || Number(count) === 0 ? undefined : { range: { from: at, to: at + 1 }, count: Number(count) };
}

/** Whether a name in a key may stand for a column in one dialect and for an entry's alias in another. */
export function isAmbiguous(sql: SqlText, select: SelectText, key: Item | undefined): boolean {
  const hidden = (key ? sql.tokens.slice(key.expr.from, key.expr.to) : []).filter((token) => token.kind === 'jinja').flatMap((token) => token.low.split(/[^\p{L}\p{N}_]+/u));
  const bare = new Set([...hidden, ...(key ? columnRefs(sql, key.expr).flatMap((ref) => (ref.qualifier === undefined ? [low(sql, ref.at)] : [])) : [])]);
  return select.items.some((range) => {
    const item = itemOf(sql, range);
    return item?.alias !== undefined && bare.has(item.name?.toLowerCase() ?? '') && plain(sql, item.expr) !== item.name?.toLowerCase();
  });
}
