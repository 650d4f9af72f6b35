import { replaceRange } from '../sql/edits';
import { joinKind, nullsDroppedLater } from '../sql/nulls';
import { hasStatement, relationOf } from '../sql/reading';
import { selectOperator } from './make';

/** A left join becomes inner, where no later condition drops the unmatched rows anyway. */
export const joinLeftToInner = selectOperator({ name: 'join-left-to-inner', names: ['joins', 'grain'] }, (sql, select) =>
  select.joins.map((join) => {
    const relation = relationOf(sql, join.target);
    if (joinKind(sql, join) !== 'left' || hasStatement(sql, join.words) || (relation?.name && nullsDroppedLater(sql, select, relation.name, join))) return undefined;
    return { note: `left join of ${relation?.name ?? 'a relation'} became inner`, edits: [replaceRange(sql, join.words, 'inner join')] };
  }),
);
