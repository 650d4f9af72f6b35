import { removeRange, replaceRange } from '../sql/edits';
import { columnRefs, inJinja, isWhole, itemOf, low, relationsOf } from '../sql/reading';
import type { SelectText, SqlText } from '../sql/selects';
import type { Edit } from '../types';
import { selectOperator, type Attempt } from './make';

/** A join is gone, and what the list took from it is null. */
export const joinDropped = selectOperator({ name: 'join-dropped', names: ['joins', 'inputs'] }, (sql, select) =>
  (relationsOf(sql, select) ?? []).map((relation): Attempt => {
    const { join, name } = relation;
    if (!join || !name || join.using || !isWhole(sql, select.range) || inJinja(sql, name)) return undefined;
    const edits = nulledItems(sql, select, name, join.range.from, join.range.to);
    return edits && { note: `join of ${name} dropped`, edits: [removeRange(sql, join.range), ...edits] };
  }),
);

/** Edits that put null for the columns of a relation in the list; undefined where it is used elsewhere or where a column's relation is not written. */
function nulledItems(sql: SqlText, select: SelectText, name: string, from: number, to: number): Edit[] | undefined {
  const edits: Edit[] = [];
  const listEnd = select.items.at(-1)?.to ?? 0;
  for (const ref of columnRefs(sql, select.range)) {
    if (ref.at >= from && ref.at < to) continue;
    const alone = itemsNameOnly(sql, select, ref.at);
    if (ref.qualifier === undefined && !alone) return undefined;
    if (ref.qualifier === undefined || low(sql, ref.qualifier) !== name.toLowerCase()) continue;
    if (ref.at >= listEnd) return undefined;
    const bare = select.items.some((item) => item.from === ref.range.from && item.to === ref.range.to);
    edits.push(replaceRange(sql, ref.range, bare ? `null as ${sql.tokens[ref.at]?.text ?? ''}` : 'null'));
  }
  const starred = select.items.some((item) => ['*'].includes(sql.tokens[item.from]?.text ?? '') || (itemOf(sql, item)?.star && low(sql, item.from) === name.toLowerCase()));
  return starred ? undefined : edits;
}

/** Whether a token is only an entry's alias written without AS, or a relation's name or alias. */
function itemsNameOnly(sql: SqlText, select: SelectText, at: number): boolean {
  const inFrom = select.from && at >= select.from.from && at < select.from.to;
  return Boolean(inFrom) || select.joins.some((join) => at >= join.target.from && at < join.target.to) || select.items.some((item) => itemOf(sql, item)?.alias === at);
}
