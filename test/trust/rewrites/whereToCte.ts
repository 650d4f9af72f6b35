import { removeRange } from '../sql/edits';
import { columnRefs, isWhole, itemOf, low, relationsOf, textOf } from '../sql/reading';
import { definitionBefore } from './cteExtracted';
import { freshName, rewriteOne } from './make';

/** The WHERE of a SELECT from one relation moves to a CTE before it. */
export const whereToCte = rewriteOne('where-to-cte', (sql) =>
  sql.selects.map((select) => {
    const relations = relationsOf(sql, select) ?? [];
    const [relation] = relations;
    const inWith = select.depth === 0 || (sql.tokens[select.range.from - 2]?.low === 'as' && select.depth === 1);
    if (!relation || relations.length !== 1 || !select.where || !inWith || !isWhole(sql, select.where) || sql.tokens[relation.source.from]?.text === '(' || /_partition|_table_suffix|rowid|ctid/i.test(sql.text)) return undefined;
    const aliases = new Set(select.items.flatMap((item) => itemOf(sql, item)?.alias ?? []).map((at) => low(sql, at)));
    if (columnRefs(sql, select.where).some((ref) => ref.qualifier === undefined && aliases.has(low(sql, ref.at)))) return undefined;
    const cte = freshName(sql, `${(relation.name ?? 'input').replace(/["`]/g, '')}_kept`);
    const placed = definitionBefore(sql, relation, `${cte} as (\n    select * from ${textOf(sql, relation.range)} where ${textOf(sql, select.where)}\n)`);
    const { start, end } = { start: sql.tokens[relation.range.from]?.start ?? 0, end: sql.tokens[relation.range.to - 1]?.end ?? 0 };
    const filter = removeRange(sql, { from: select.where.from - 1, to: select.where.to });
    return placed && [placed, { start, end, text: relation.name === undefined ? cte : `${cte} as ${relation.name}` }, filter];
  }),
);
