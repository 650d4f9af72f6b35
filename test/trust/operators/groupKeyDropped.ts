import { removePart, replaceRange } from '../sql/edits';
import { columnRefs, hasStatement, isWhole, itemOf, plain, textOf } from '../sql/reading';
import { splitBy, type SelectText, type SqlText, type TokenRange } from '../sql/selects';
import { typeHint } from '../sql/typeHint';
import { selectOperator, type Attempt } from './make';

/** One of several GROUP BY keys is gone; where the list shows the key, it shows the key's maximum (which flags do not have everywhere). */
export const groupKeyDropped = selectOperator({ name: 'group-key-dropped', names: ['aggregation', 'grain'] }, (sql, select) => {
  if (!select.groupBy || hasStatement(sql, select.groupBy)) return [];
  const keys = splitBy(sql.tokens, select.groupBy, select.depth, ',');
  return keys.map((key, index): Attempt => {
    const item = listedItem(sql, select, key);
    if (keys.length < 2 || !isWhole(sql, key) || item === 'none') return undefined;
    const removal = removePart(sql, keys, index);
    if (!item) return { note: `group by key ${textOf(sql, key)} dropped`, edits: [removal] };
    const shown = itemOf(sql, item);
    const varies = shown && (columnRefs(sql, shown.expr).length > 0 || sql.tokens.slice(shown.expr.from, shown.expr.to).some((token) => token.kind === 'jinja'));
    if (!shown?.name || !varies || typeHint(shown.name) === 'flag') return undefined;
    return { note: `group by key ${shown.name} dropped`, edits: [replaceRange(sql, item, `max(${textOf(sql, shown.expr)}) as ${shown.name}`), removal] };
  });
});

/** The entry of the list that a key stands for; undefined where the list does not show it alone, `none` where that cannot be told. */
function listedItem(sql: SqlText, select: SelectText, key: TokenRange): TokenRange | 'none' | undefined {
  const text = plain(sql, key);
  const before = select.items.slice(0, /^\d+$/.test(text) ? Number(text) : select.items.length);
  if (before.some((item) => itemOf(sql, item)?.name === undefined)) return 'none';
  if (/^\d+$/.test(text)) return select.items[Number(text) - 1] ?? 'none';
  const found = select.items.find((range) => {
    const item = itemOf(sql, range);
    return item && (plain(sql, item.expr) === text || item.name?.toLowerCase() === text);
  });
  const name = text.split(' ').at(-1) ?? '';
  const elsewhere = select.items.some((item) => item !== found && sql.tokens.slice(item.from, item.to).some((token) => token.low === name));
  return found ?? (elsewhere ? 'none' : undefined);
}
