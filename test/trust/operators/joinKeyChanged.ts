import { relationColumns } from '../sql/columns';
import { replaceRange } from '../sql/edits';
import { columnRefs, low, relationsOf, wholeConjuncts, type Relation } from '../sql/reading';
import type { SelectText, SqlText, TokenRange } from '../sql/selects';
import { typeHint } from '../sql/typeHint';
import type { Surroundings } from '../types';
import { selectOperator } from './make';

/** One side of a join's `a.x = b.y` becomes another column of the same relation. */
export const joinKeyChanged = selectOperator({ name: 'join-key-changed', names: ['joins', 'grain'] }, (sql, select, around) => {
  const relations = relationsOf(sql, select) ?? [];
  return select.joins.flatMap((join) =>
    wholeConjuncts(sql, join.on).map((conjunct) => {
      const [left, right] = equatedColumns(sql, conjunct);
      if (!left || !right) return undefined;
      const target = [right, left].find((side) => low(sql, side.qualifier ?? -1) === relations.find((relation) => relation.join === join)?.name?.toLowerCase()) ?? right;
      const relation = relations.find((one) => one.name?.toLowerCase() === low(sql, target.qualifier ?? -1));
      const other = relation && otherColumn(sql, around, select, relation, target.at);
      if (!other) return undefined;
      return { note: `join key ${sql.tokens[target.at]?.text ?? ''} became ${other}`, edits: [replaceRange(sql, { from: target.at, to: target.at + 1 }, other)] };
    }),
  );
});

function equatedColumns(sql: SqlText, conjunct: TokenRange): ReturnType<typeof columnRefs> {
  const plainEquality = conjunct.to - conjunct.from === 7 && low(sql, conjunct.from + 3) === '=';
  const refs = columnRefs(sql, conjunct);
  return plainEquality && refs.length === 2 ? refs : [];
}

/** Another column of the relation whose name speaks of the same type, so that the query still runs; never one that the join already equates. */
function otherColumn(sql: SqlText, around: Surroundings, select: SelectText, relation: Relation, at: number): string | undefined {
  const used = columnRefs(sql, select.range).flatMap((ref) => (ref.qualifier !== undefined && low(sql, ref.qualifier) === relation.name?.toLowerCase() ? [sql.tokens[ref.at]?.text ?? ''] : []));
  const known = relationColumns(sql, around, relation);
  const joined = new Set(columnRefs(sql, relation.join?.on ?? { from: 0, to: 0 }).map((ref) => low(sql, ref.at)));
  const candidates = (known ?? used).filter((name) => name !== '' && name.toLowerCase() !== low(sql, at) && !joined.has(name.toLowerCase()));
  const text = low(sql, at);
  const suffix = /_[a-z]+$/.exec(text)?.[0];
  return candidates.find((name) => suffix !== undefined && name.toLowerCase().endsWith(suffix)) ?? candidates.find((name) => typeHint(name) === typeHint(text));
}
