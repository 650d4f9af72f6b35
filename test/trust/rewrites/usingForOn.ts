import { replaceRange } from '../sql/edits';
import { joinKind } from '../sql/nulls';
import { columnRefs, hasStatement, itemOf, low, relationsOf, wholeConjuncts, isWhole, inJinja } from '../sql/reading';
import type { SelectText, SqlText } from '../sql/selects';
import { rewriteSome } from './make';

/** USING for ON, in a SELECT with one inner or left join on columns of one name, where no star and no bare name is touched by the merged column. */
export const usingForOn = rewriteSome('using-for-on', (sql, around) =>
  around.dialect === 'trino' ? [] : sql.selects.map((select) => {
    const join = select.joins.length === 1 ? select.joins[0] : undefined;
    const names = join && equatedNames(sql, select);
    if (!join?.on || !names || !['inner', 'left'].includes(joinKind(sql, join))) return undefined;
    return [replaceRange(sql, { from: join.on.from - 1, to: join.on.to }, `using (${names.join(', ')})`)];
  }),
);

/** The names of the columns that a join equates; undefined where it does more, or where the columns are used in a way that USING would change. */
function equatedNames(sql: SqlText, select: SelectText): string[] | undefined {
  const [first, second] = relationsOf(sql, select) ?? [];
  const on = second?.join?.on;
  if (!first?.name || !second?.name || !on || !isWhole(sql, on) || hasStatement(sql, select.range) || inJinja(sql, second.name) || select.items.some((item) => itemOf(sql, item)?.star !== false)) return undefined;
  const sides = [first.name.toLowerCase(), second.name.toLowerCase()];
  const names = wholeConjuncts(sql, on).map((part) => {
    const [a, b] = columnRefs(sql, part);
    const qualifiers = [a, b].map((ref) => low(sql, ref?.qualifier ?? -1)).sort();
    const plainEquality = part.to - part.from === 7 && low(sql, part.from + 3) === '=' && a && b && low(sql, a.at) === low(sql, b.at);
    return plainEquality && qualifiers.join() === [...sides].sort().join() ? sql.tokens[a.at]?.text : undefined;
  });
  const keys = new Set(names.map((name) => name?.toLowerCase()));
  const outside = columnRefs(sql, select.range).filter((ref) => (ref.at < on.from || ref.at >= on.to) && keys.has(low(sql, ref.at)));
  const safe = outside.every((ref) => ref.qualifier !== undefined && low(sql, ref.qualifier) === sides[0]);
  return safe && keys.size === names.length && names.every((name) => name !== undefined) ? names : undefined;
}
