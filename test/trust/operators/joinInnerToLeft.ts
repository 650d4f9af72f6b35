import { replaceRange } from '../sql/edits';
import { joinKind, nullsDroppedLater } from '../sql/nulls';
import { relationOf } from '../sql/reading';
import { selectOperator } from './make';

/** An inner join becomes left, where no later condition drops the unmatched rows anyway. */
export const joinInnerToLeft = selectOperator({ name: 'join-inner-to-left', names: ['joins', 'grain'] }, (sql, select) =>
  select.joins.map((join) => {
    const relation = relationOf(sql, join.target);
    if (joinKind(sql, join) !== 'inner' || (!join.on && !join.using) || (relation?.name && nullsDroppedLater(sql, select, relation.name, join))) return undefined;
    return { note: `inner join of ${relation?.name ?? 'a relation'} became left`, edits: [replaceRange(sql, join.words, 'left join')] };
  }),
);
