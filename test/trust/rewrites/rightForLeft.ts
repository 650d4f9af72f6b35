import { replaceRange } from '../sql/edits';
import { joinKind } from '../sql/nulls';
import { hasStatement, relationsOf, textOf } from '../sql/reading';
import { rewriteSome } from './make';

/** RIGHT for LEFT with the sides swapped, or back, in a SELECT with one join and no bare star. */
export const rightForLeft = rewriteSome('right-for-left', (sql) =>
  sql.selects.map((select) => {
    const [first, second, more] = relationsOf(sql, select) ?? [];
    const join = second?.join;
    const kind = join && joinKind(sql, join);
    const starred = select.items.some((item) => sql.tokens[item.from]?.text === '*' || sql.tokens[item.from]?.kind === 'jinja');
    if (!first || !second || more || !join?.on || (kind !== 'left' && kind !== 'right') || starred || hasStatement(sql, select.range)) return undefined;
    return [replaceRange(sql, first.range, textOf(sql, second.range)), replaceRange(sql, join.words, kind === 'left' ? 'right join' : 'left join'), replaceRange(sql, second.range, textOf(sql, first.range))];
  }),
);
