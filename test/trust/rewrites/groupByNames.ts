import { replaceRange } from '../sql/edits';
import { columnRefs, isWhole, itemOf, plain, textOf } from '../sql/reading';
import { splitBy, type SqlText, type SelectText, type TokenRange } from '../sql/selects';
import { rewriteSome } from './make';
import { isAmbiguous } from './groupByPositions';

/** The expressions of GROUP BY keys for their positions. */
export const groupByNames = rewriteSome(
  'group-by-names',
  (sql) => sql.selects.map((select) => {
    if (!select.groupBy || !isWhole(sql, select.groupBy)) return undefined;
    const keys = splitBy(sql.tokens, select.groupBy, select.depth, ',');
    const named = keys.map((key) => namedKey(sql, select, key));
    return named.every((text) => text !== undefined) ? keys.map((key, index) => replaceRange(sql, key, named[index] ?? '')) : undefined;
  }),
  1,
);

function namedKey(sql: SqlText, select: SelectText, key: TokenRange): string | undefined {
  const position = /^\d+$/.test(plain(sql, key)) ? Number(plain(sql, key)) : 0;
  const items = select.items.slice(0, position).map((item) => itemOf(sql, item));
  const item = items[position - 1];
  if (!item || items.some((one) => one?.name === undefined) || isAmbiguous(sql, select, item)) return undefined;
  return columnRefs(sql, item.expr).length === 0 ? undefined : textOf(sql, item.expr);
}
