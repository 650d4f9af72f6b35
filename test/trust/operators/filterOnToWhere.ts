import { insertAfter, removePart, replaceRange } from '../sql/edits';
import { joinKind, nullsDroppedLater } from '../sql/nulls';
import { columnRefs, hasStatement, isWhole, low, relationOf, textOf, wholeConjuncts } from '../sql/reading';
import { selectOperator, type Attempt } from './make';

/** A condition of a left join that equates nothing moves to WHERE. */
export const filterOnToWhere = selectOperator({ name: 'filter-on-to-where', names: ['joins', 'filters'] }, (sql, select) =>
  select.joins.flatMap((join): Attempt[] => {
    const name = relationOf(sql, join.target)?.name;
    if (joinKind(sql, join) !== 'left' || !name || hasStatement(sql, select.range) || nullsDroppedLater(sql, select, name, join)) return [];
    const parts = wholeConjuncts(sql, join.on);
    const where = wholeConjuncts(sql, select.where).at(-1);
    const end = where ?? select.joins.at(-1)?.range;
    if (!end || !isWhole(sql, end) || (select.where && !isWhole(sql, select.where)) || sql.tokens.slice(end.from, end.to).some((token) => token.low === 'or' && token.depth === select.depth)) return [];
    return parts.map((part, index): Attempt => {
      const sides = new Set(columnRefs(sql, part).map((ref) => low(sql, ref.qualifier ?? -1)));
      if (sides.size !== 1 || sides.has('') || (index === 0 && parts.length < 2)) return undefined;
      const note = `condition ${textOf(sql, part)} moved from on to where`;
      if (part.to === end.to) return { note, edits: [replaceRange(sql, { from: part.from - 1, to: part.to }, `where ${textOf(sql, part)}`)] };
      return { note, edits: [removePart(sql, parts, index), insertAfter(sql, end.to - 1, `${where ? ' and' : '\n    where'} ${textOf(sql, part)}`)] };
    });
  }),
);
