import { replaceRange } from '../sql/edits';
import { low, textOf } from '../sql/reading';
import { literalList } from './inListOrder';
import { columnNamer, rewriteSome } from './make';

/** `x = 'a'` for `x in ('a')`, `x <> 'a'` for `x not in ('a')`. */
export const inListOfOne = rewriteSome('in-list-of-one', (sql) => {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((_, at) => {
    const [part, more] = literalList(sql, at) ?? [];
    if (!part || more || namesColumn(at)) return undefined;
    const negated = low(sql, at - 1) === 'not';
    return [replaceRange(sql, { from: negated ? at - 1 : at, to: part.to + 1 }, `${negated ? '<>' : '='} ${textOf(sql, part)}`)];
  });
});
