import { outputSelect } from '../sql/columns';
import { replaceRange } from '../sql/edits';
import { itemOf, plain, textOf } from '../sql/reading';
import { typeHint } from '../sql/typeHint';
import { sqlOperator, type Attempt } from './make';

const AGGREGATE = /\b(sum|count|avg|min|max|over)\b/;

/** Two neighbouring output columns exchange their expressions; their names stay. */
export const columnsSwapped = sqlOperator({ name: 'columns-swapped', names: ['columns'], heldOut: true }, (sql) => {
  const select = outputSelect(sql);
  if (!select) return [];
  const keys = new Set((select.groupBy ? sql.tokens.slice(select.groupBy.from, select.groupBy.to) : []).map((token) => token.low));
  return select.items.slice(1).map((range, index): Attempt => {
    const [a, b] = [select.items[index], range].map((one) => one && itemOf(sql, one));
    if (!a?.name || !b?.name || a.star || b.star || plain(sql, a.expr) === plain(sql, b.expr)) return undefined;
    const kinds = [a, b].map((item) => `${String(AGGREGATE.test(plain(sql, item.expr)))} ${String(keys.has(item.name?.toLowerCase() ?? '') || keys.has(String(select.items.indexOf(item.range) + 1)))} ${typeHint(item.name ?? '')}`);
    if (kinds[0] !== kinds[1]) return undefined;
    return {
      note: `expressions of ${a.name} and ${b.name} swapped`,
      edits: [replaceRange(sql, a.range, `${textOf(sql, b.expr)} as ${a.name}`), replaceRange(sql, b.range, `${textOf(sql, a.expr)} as ${b.name}`)],
    };
  });
});
