import { relationColumns } from '../sql/columns';
import { insertAfter } from '../sql/edits';
import { columnRefs, isWhole, itemOf, low, relationsOf, trimmed } from '../sql/reading';
import { selectOperator, type Attempt } from './make';

/** An inner join of another model on a column that both have; nothing else of the query changes. */
export const joinAdded = selectOperator({ name: 'join-added', names: ['joins', 'inputs', 'grain'] }, (sql, select, around): Attempt[] => {
  const relations = relationsOf(sql, select);
  const first = relations?.[0];
  if (!relations || !first?.name || select.items.some((item) => sql.tokens[item.from]?.text === '*' || !itemOf(sql, item))) return [];
  const columns = relationColumns(sql, around, first);
  const end = trimmed(sql, { from: first.range.from, to: (select.joins.at(-1) ?? { range: first.range }).range.to });
  if (!columns || !isWhole(sql, end)) return [];
  const bare = new Set(columnRefs(sql, select.range).flatMap((ref) => (ref.qualifier === undefined ? [low(sql, ref.at)] : [])));
  for (const other of around.otherRefs) {
    const input = `{{ ref('${other}') }}`;
    const theirs = around.columnsOf(input)?.map((name) => name.toLowerCase());
    const shared = theirs && columns.find((name) => /(^|_)(id|key)$/i.test(name) && theirs.includes(name.toLowerCase()));
    if (!shared || theirs.some((name) => bare.has(name)) || sql.text.includes(`'${other}'`)) continue;
    const text = `\n    inner join ${input} as extra_input on ${first.name}.${shared} = extra_input.${shared}`;
    return [{ note: `inner join of ${other} on ${shared} added`, edits: [insertAfter(sql, end.to - 1, text)] }];
  }
  return [];
});
