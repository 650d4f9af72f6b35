import { replaceRange } from '../sql/edits';
import { columnRefs, isWhole, low, textOf, wholeConjuncts } from '../sql/reading';
import { rewriteSome } from './make';

/** Two comparisons for the BETWEEN of a column. */
export const betweenAsComparisons = rewriteSome('between-as-comparisons', (sql) =>
  sql.selects.flatMap((select) =>
    [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) =>
      wholeConjuncts(sql, clause).map((part) => {
        const [column] = columnRefs(sql, part);
        const between = column?.range.to ?? -1;
        if (!column || column.range.from !== part.from || low(sql, between) !== 'between') return undefined;
        const depth = sql.tokens[part.from]?.depth;
        const inside = Array.from({ length: part.to - between - 1 }, (_, index) => between + 1 + index).filter((at) => sql.tokens[at]?.depth === depth);
        const ands = inside.filter((at) => low(sql, at) === 'and');
        const [and] = ands;
        if (and === undefined || ands.length !== 1 || inside.some((at) => ['or', 'not', 'case', '=', '<', '>', '<=', '>='].includes(low(sql, at)))) return undefined;
        const [lower, upper] = [{ from: between + 1, to: and }, { from: and + 1, to: part.to }];
        if (!isWhole(sql, lower) || !isWhole(sql, upper)) return undefined;
        const name = textOf(sql, column.range);
        return [replaceRange(sql, part, `(${name} >= ${textOf(sql, lower)} and ${name} <= ${textOf(sql, upper)})`)];
      }),
    ),
  ),
);
