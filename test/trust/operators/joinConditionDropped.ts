import { removePart } from '../sql/edits';
import { splitBy } from '../sql/selects';
import { isWhole, textOf, wholeConjuncts } from '../sql/reading';
import { selectOperator } from './make';

/** One condition of a join that has several is gone, or one of its USING columns. */
export const joinConditionDropped = selectOperator({ name: 'join-condition-dropped', names: ['joins', 'grain'] }, (sql, select) =>
  select.joins.flatMap((join) => {
    const using = join.using ? splitBy(sql.tokens, join.using, sql.tokens[join.using.from]?.depth ?? 0, ',') : [];
    const parts = join.on ? wholeConjuncts(sql, join.on) : using.filter((part) => isWhole(sql, part));
    return parts.map((part, index) => ({ note: `join condition ${textOf(sql, part)} dropped`, edits: [removePart(sql, parts, index)] }));
  }),
);
