import { insertBefore, insertAfter, removeRange } from '../sql/edits';
import { isWhole, itemOf, textOf, wholeConjuncts } from '../sql/reading';
import { freshName, rewriteOne } from './make';

/** A subquery with the window's value and a WHERE on it, for QUALIFY. */
export const subqueryForQualify = rewriteOne('subquery-for-qualify', (sql) =>
  sql.selects.map((select) => {
    const names = select.items.map((item) => itemOf(sql, item)?.name);
    const last = select.items.at(-1);
    const [part, more] = wholeConjuncts(sql, select.qualify);
    if (!select.qualify || !last || !part || more || !isWhole(sql, select.range) || select.distinct || select.groupBy || select.orderBy || select.limit || names.some((name) => name === undefined)) return undefined;
    if (new Set(names.map((name) => name?.toLowerCase())).size !== names.length || sql.tokens[part.to - 2]?.text !== '=' || sql.tokens[part.to - 1]?.kind !== 'number' || sql.tokens[part.to - 3]?.text !== ')' || !textOf(sql, part).toLowerCase().includes(' over ')) return undefined;
    const rank = freshName(sql, 'window_rank');
    const numbered = freshName(sql, 'numbered_rows');
    const value = sql.tokens[part.to - 1]?.text ?? '';
    return [
      insertBefore(sql, select.range.from, `select ${names.join(', ')} from (\n`),
      insertAfter(sql, last.to - 1, `, ${textOf(sql, { from: part.from, to: part.to - 2 })} as ${rank}`),
      { ...removeRange(sql, { from: select.qualify.from - 1, to: select.qualify.to }), text: `\n) as ${numbered} where ${rank} = ${value}` },
    ];
  }),
);
