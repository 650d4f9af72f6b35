import { hasStatement, inJinja, low, relationsOf } from '../sql/reading';
import type { SelectText, SqlText } from '../sql/selects';
import type { Edit } from '../types';
import { freshName, rewriteOne } from './make';

/** A relation of one SELECT has another alias, or its first one, and its columns are qualified with that. */
export const aliasRename = rewriteOne('alias-rename', (sql) =>
  sql.selects.flatMap((select) =>
    (relationsOf(sql, select) ?? []).map((relation) => {
      const { name, alias } = relation;
      const places = name === undefined || /["`]/.test(name) || inJinja(sql, name) || hasStatement(sql, select.range) ? undefined : qualifiersOf(sql, select, name.toLowerCase(), relation.range.from, relation.range.to);
      if (!places || name === undefined || (alias === undefined && relation.source.to - relation.source.from !== 1)) return undefined;
      const to = freshName(sql, `${name.replace(/["`]/g, '').slice(0, 3)}_alias`);
      const end = sql.tokens[relation.source.to - 1]?.end ?? 0;
      const named: Edit = alias === undefined ? { start: end, end, text: ` as ${to}` } : { start: sql.tokens[alias]?.start ?? 0, end: sql.tokens[alias]?.end ?? 0, text: to };
      return [named, ...places.map((at) => ({ start: sql.tokens[at]?.start ?? 0, end: sql.tokens[at]?.end ?? 0, text: to }))];
    }),
  ),
);

/** Where a relation's name qualifies columns in its SELECT; undefined where the name is used otherwise, is hidden in a subquery, or serves a second relation. */
function qualifiersOf(sql: SqlText, select: SelectText, name: string, from: number, to: number): number[] | undefined {
  const inner = sql.selects.filter((one) => one.range.from > select.range.from && one.range.to <= select.range.to);
  const hidden = inner.some((one) => one.from && (relationsOf(sql, one)?.some((relation) => relation.name?.toLowerCase() === name) ?? true));
  if (hidden || (relationsOf(sql, select) ?? []).filter((relation) => relation.name?.toLowerCase() === name).length !== 1) return undefined;
  const places: number[] = [];
  for (let at = select.range.from; at < select.range.to; at++) {
    if (low(sql, at) !== name || (at >= from && at < to)) continue;
    if (low(sql, at + 1) === '.' && low(sql, at - 1) !== '.') places.push(at);
    else if (low(sql, at + 1) === '.' || !(low(sql, at - 1) === '.' || low(sql, at - 1) === 'as')) return undefined;
  }
  return places;
}
