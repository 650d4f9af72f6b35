import { cteNamed, usesOf } from '../sql/columns';
import { insertAfter, removePart, removeRange } from '../sql/edits';
import { columnRefs, inJinja, isWhole, itemOf, low, plain, relationsOf, textOf, wholeConjuncts } from '../sql/reading';
import { overClauses } from '../sql/windows';
import { rewriteOne } from './make';

const WITH_QUALIFY = new Set(['bigquery', 'snowflake', 'databricks', 'redshift', 'duckdb']);

/** QUALIFY where a window's column is made, for a WHERE on it in the only query that reads it. */
export const qualifyForFilter = rewriteOne('qualify-for-filter', (sql, around) =>
  sql.selects.map((select) => {
    const [relation, more] = relationsOf(sql, select) ?? [];
    const made = relation?.name && !more && WITH_QUALIFY.has(around.dialect) ? cteNamed(sql, textOf(sql, relation.source)) : undefined;
    if (!relation?.name || !made || !select.where || !isWhole(sql, select.where) || !isWhole(sql, made.range)) return undefined;
    if (made.setOperator || made.qualify || made.groupBy || made.distinct || made.orderBy || made.limit || usesOf(sql, textOf(sql, relation.source)).length !== 1 || inJinja(sql, textOf(sql, relation.source))) return undefined;
    const windows = made.items.flatMap((range) => {
      const item = itemOf(sql, range);
      const over = item && overClauses(sql).some((one) => one.at > item.expr.from && one.at < item.expr.to);
      return over && item.name && item.alias !== undefined ? [item] : [];
    });
    const parts = wholeConjuncts(sql, select.where);
    const at = parts.findIndex((part) => {
      const [ref, other] = columnRefs(sql, part);
      return ref && !other && part.to - part.from === ref.range.to - ref.range.from + 2 && low(sql, ref.range.to) === '=' && windows.some((item) => item.name?.toLowerCase() === low(sql, ref.at));
    });
    const part = parts[at];
    const item = part && windows.find((one) => one.name?.toLowerCase() === low(sql, columnRefs(sql, part)[0]?.at ?? -1));
    if (!part || !item || sql.tokens[part.to - 1]?.kind !== 'number') return undefined;
    const clash = columnRefs(sql, made.range).filter((ref) => low(sql, ref.at) === item.name?.toLowerCase() && ref.at !== item.alias).length > 0;
    if (clash || plain(sql, item.expr).includes('select')) return undefined;
    const dropped = parts.length === 1 ? removeRange(sql, { from: part.from - 1, to: part.to }) : removePart(sql, parts, at);
    return dropped && [insertAfter(sql, made.range.to - 1, `\n    qualify ${textOf(sql, item.expr)} = ${sql.tokens[part.to - 1]?.text ?? ''}`), dropped];
  }),
);
