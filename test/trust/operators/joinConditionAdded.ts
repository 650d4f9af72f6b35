import { relationColumns } from '../sql/columns';
import { insertAfter } from '../sql/edits';
import { columnRefs, low, relationsOf, wholeConjuncts } from '../sql/reading';
import { selectOperator } from './make';

/** A join asks for one thing more: equality of another shared column, or that a column of the joined relation is there. */
export const joinConditionAdded = selectOperator({ name: 'join-condition-added', names: ['joins', 'grain'], heldOut: true }, (sql, select, around) => {
  const relations = relationsOf(sql, select) ?? [];
  return relations.map((relation) => {
    const conjuncts = wholeConjuncts(sql, relation.join?.on);
    const last = conjuncts.at(-1);
    const first = relations[0];
    if (!last || !relation.name || !first?.name || conjuncts.some((one) => columnRefs(sql, one).some((ref) => ref.qualifier === undefined))) return undefined;
    const joined = new Set(columnRefs(sql, relation.join?.on ?? last).map((ref) => low(sql, ref.at)));
    const mine = relationColumns(sql, around, relation)?.filter((name) => !joined.has(name.toLowerCase())) ?? [];
    const theirs = new Set((relationColumns(sql, around, first) ?? []).map((name) => name.toLowerCase()));
    const shared = mine.find((name) => theirs.has(name.toLowerCase()));
    const used = columnRefs(sql, select.range).find((ref) => ref.qualifier !== undefined && low(sql, ref.qualifier) === relation.name?.toLowerCase() && !joined.has(low(sql, ref.at)));
    const column = mine[0] ?? (used && sql.tokens[used.at]?.text);
    const condition = shared ? `${first.name}.${shared} = ${relation.name}.${shared}` : column && `${relation.name}.${column} is not null`;
    const hasOr = conjuncts.length === 1 && sql.tokens.slice(last.from, last.to).some((token) => token.low === 'or' && token.depth === sql.tokens[last.from]?.depth);
    return condition && !hasOr ? { note: `join condition ${condition} added`, edits: [insertAfter(sql, last.to - 1, ` and ${condition}`)] } : undefined;
  });
});
