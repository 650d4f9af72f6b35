import { replaceRange } from '../sql/edits';
import { textOf, wholeConjuncts } from '../sql/reading';
import { onlyComparison } from './notOfEquality';
import { rewriteSome } from './make';

const MIRRORED: Record<string, string> = { '=': '=', '<>': '<>', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** The sides of a comparison in WHERE or ON change places. */
export const swappedSides = rewriteSome('swapped-sides', (sql) =>
  sql.selects.flatMap((select) =>
    [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) =>
      wholeConjuncts(sql, clause).map((part) => {
        const at = onlyComparison(sql, part);
        const mirrored = at === undefined ? undefined : MIRRORED[sql.tokens[at]?.text ?? ''];
        if (at === undefined || !mirrored) return undefined;
        return [replaceRange(sql, part, `${textOf(sql, { from: at + 1, to: part.to })} ${mirrored} ${textOf(sql, { from: part.from, to: at })}`)];
      }),
    ),
  ),
);
