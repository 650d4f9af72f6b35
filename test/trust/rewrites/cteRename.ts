import { usesOf } from '../sql/columns';
import { inJinja, isKeyword, low, relationsOf } from '../sql/reading';
import type { SqlText } from '../sql/selects';
import { definitionsOf } from '../sql/ctes';
import { freshName, rewriteOne } from './make';

/** A CTE has another name, at its definition and wherever it is used. */
export const cteRename = rewriteOne('cte-rename', (sql) =>
  [...new Set(definitionsOf(sql).map((cte) => low(sql, cte.name)))].map((name) => {
    const places = placesOf(sql, name);
    const to = freshName(sql, `${name}_step`);
    return places?.map((at) => ({ start: sql.tokens[at]?.start ?? 0, end: sql.tokens[at]?.end ?? 0, text: to }));
  }),
);

/** Where a CTE's name stands; undefined where it also stands for something else, or where that cannot be told. */
function placesOf(sql: SqlText, name: string): number[] | undefined {
  const definitions = definitionsOf(sql).filter((cte) => low(sql, cte.name) === name);
  const uses = usesOf(sql, name);
  const aliased = sql.selects.some((select) => (relationsOf(sql, select) ?? []).some((relation) => relation.alias !== undefined && low(sql, relation.alias) === name));
  const ownBody = definitions.some((cte) => uses.some((at) => at > cte.open && at < cte.close));
  if (isKeyword(name) || inJinja(sql, name) || aliased || ownBody || sql.selects.some((select) => select.from && !relationsOf(sql, select))) return undefined;
  const named = new Set([...definitions.map((cte) => cte.name), ...uses]);
  const places: number[] = [];
  for (const [at, token] of sql.tokens.entries()) {
    if ((token.kind !== 'word' && token.kind !== 'quoted') || token.low.replace(/["`]/g, '') !== name) continue;
    if (token.kind === 'quoted') return undefined;
    const qualifies = low(sql, at + 1) === '.' && low(sql, at - 1) !== '.';
    const isColumn = (low(sql, at - 1) === '.' && low(sql, at + 1) !== '.') || low(sql, at - 1) === 'as';
    if (named.has(at) || qualifies) places.push(at);
    else if (!isColumn) return undefined;
  }
  return places;
}
