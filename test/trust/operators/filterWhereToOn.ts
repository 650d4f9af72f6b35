import { insertAfter, removePart, removeRange } from '../sql/edits';
import { joinKind } from '../sql/nulls';
import { columnRefs, hasStatement, low, relationsOf, textOf, wholeConjuncts } from '../sql/reading';
import { selectOperator, type Attempt } from './make';

/** A condition of WHERE on one relation moves to the condition of a left join. */
export const filterWhereToOn = selectOperator({ name: 'filter-where-to-on', names: ['filters', 'joins', 'grain'], heldOut: true }, (sql, select) => {
  const relations = relationsOf(sql, select);
  if (!relations || hasStatement(sql, select.range)) return [];
  const parts = wholeConjuncts(sql, select.where);
  return parts.map((part, index): Attempt => {
    const names = new Set(columnRefs(sql, part).map((ref) => low(sql, ref.qualifier ?? -1)));
    const [name] = names;
    const own = relations.find((relation) => relation.name?.toLowerCase() === name);
    const place = own?.join ?? select.joins.find((join) => joinKind(sql, join) === 'left');
    const last = wholeConjuncts(sql, place?.on).at(-1);
    if (names.size !== 1 || !own || !place || !last || joinKind(sql, place) !== 'left' || sql.tokens.slice(last.from, last.to).some((token) => token.low === 'or')) return undefined;
    const dropped = parts.length === 1 ? removeRange(sql, { from: part.from - 1, to: part.to }) : removePart(sql, parts, index);
    return { note: `condition ${textOf(sql, part)} moved from where to on`, edits: [insertAfter(sql, last.to - 1, ` and ${textOf(sql, part)}`), dropped] };
  });
});
