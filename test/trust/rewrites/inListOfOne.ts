import type { SqlText } from '../sql/selects';
import { replaceRange } from '../sql/edits';
import { low, textOf, wholeConjuncts } from '../sql/reading';
import type { Edit } from '../types';
import { literalList } from './inListOrder';
import { columnNamer, rewriteSome } from './make';
import { onlyComparison } from './notOfEquality';

/** `x = 'a'` for `x in ('a')`, `x <> 'a'` for `x not in ('a')`, and back in conditions. */
export const inListOfOne = rewriteSome('in-list-of-one', (sql) => [...equalities(sql), ...lists(sql)]);

function equalities(sql: SqlText): (Edit[] | undefined)[] {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((_, at) => {
    const [part, more] = literalList(sql, at) ?? [];
    if (!part || more || namesColumn(at)) return undefined;
    const negated = low(sql, at - 1) === 'not';
    return [replaceRange(sql, { from: negated ? at - 1 : at, to: part.to + 1 }, `${negated ? '<>' : '='} ${textOf(sql, part)}`)];
  });
}

const SPELLED: Readonly<Record<string, string>> = { '=': 'in', '<>': 'not in', '!=': 'not in' };

function lists(sql: SqlText): (Edit[] | undefined)[] {
  return sql.selects.flatMap((select) =>
    [select.where, select.having, ...select.joins.map((join) => join.on)].flatMap((clause) =>
      wholeConjuncts(sql, clause).map((part) => {
        const at = onlyComparison(sql, part);
        const spelled = at === undefined ? undefined : SPELLED[low(sql, at)];
        const value = at === undefined ? undefined : sql.tokens[at + 1];
        if (at === undefined || !spelled || part.to !== at + 2 || (value?.kind !== 'string' && value?.kind !== 'number')) return undefined;
        return [replaceRange(sql, { from: at, to: part.to }, `${spelled} (${value.text})`)];
      }),
    ),
  );
}
