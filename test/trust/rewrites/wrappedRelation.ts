import { low, relationsOf, textOf } from '../sql/reading';
import { rewriteSome } from './make';

/** A relation with a name is read through `(select * from …)`. */
export const wrappedRelation = rewriteSome(
  'wrapped-relation',
  (sql) =>
    sql.selects.flatMap((select) =>
      (relationsOf(sql, select) ?? []).map((relation, _index, relations) => {
        const { source, name, range } = relation;
        if (name === undefined || sql.tokens[source.from]?.text === '(' || /_partition|_table_suffix|rowid|ctid/i.test(sql.text)) return undefined;
        const nested = source.to - source.from > 1 && relations.some((other) => other.name?.toLowerCase() === low(sql, source.from));
        if (nested) return undefined;
        return [{ start: sql.tokens[range.from]?.start ?? 0, end: sql.tokens[range.to - 1]?.end ?? 0, text: `(select * from ${textOf(sql, source)}) as ${name}` }];
      }),
    ),
  0.3,
);
