import { replaceRange } from '../sql/edits';
import { joinKind, nullsDroppedLater, otherNames } from '../sql/nulls';
import { relationOf } from '../sql/reading';
import { selectOperator } from './make';

/** A left join on plain equality becomes full, where no later condition drops the added rows anyway. */
export const joinLeftToFull = selectOperator({ name: 'join-left-to-full', names: ['joins', 'grain'], heldOut: true }, (sql, select) =>
  select.joins.map((join) => {
    const name = relationOf(sql, join.target)?.name ?? '';
    if (joinKind(sql, join) !== 'left' || (!join.on && !join.using)) return undefined;
    if (otherNames(sql, select, name).some((other) => nullsDroppedLater(sql, select, other, join))) return undefined;
    return { note: `left join of ${name || 'a relation'} became full`, edits: [replaceRange(sql, join.words, 'full outer join')] };
  }),
);
