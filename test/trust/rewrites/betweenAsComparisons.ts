import { removeRange, replaceRange } from '../sql/edits';
import { columnRefs, isWhole, low, plain, textOf, wholeConjuncts } from '../sql/reading';
import type { SqlText, TokenRange } from '../sql/selects';
import type { Edit } from '../types';
import { rewriteSome } from './make';
import { onlyComparison } from './notOfEquality';

/** Two comparisons for the BETWEEN of a column, and a BETWEEN for two comparisons that follow each other. */
export const betweenAsComparisons = rewriteSome('between-as-comparisons', (sql) =>
  sql.selects.flatMap((select) =>
    [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) => {
      const parts = wholeConjuncts(sql, clause);
      return [...parts.map((part) => comparisons(sql, part)), ...parts.map((part, index) => between(sql, part, parts[index + 1]))];
    }),
  ),
);

function comparisons(sql: SqlText, part: TokenRange): Edit[] | undefined {
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
}

function between(sql: SqlText, first: TokenRange, second: TokenRange | undefined): Edit[] | undefined {
  if (!second || second.from !== first.to + 1) return undefined;
  const sides = [bound(sql, first), bound(sql, second)];
  const [lower, upper] = ['>=', '<='].map((sign) => sides.find((side) => side?.sign === sign));
  if (!lower || !upper || lower.column !== upper.column) return undefined;
  return [replaceRange(sql, first, `${lower.column} between ${lower.value} and ${upper.value}`), removeRange(sql, { from: second.from - 1, to: second.to })];
}

/** `column >= value` as its parts. */
function bound(sql: SqlText, part: TokenRange): { column: string; sign: string; value: string } | undefined {
  const at = onlyComparison(sql, part);
  const [column] = columnRefs(sql, part);
  if (at === undefined || !column || column.range.from !== part.from || column.range.to !== at || /\b(case|select)\b/.test(plain(sql, part))) return undefined;
  return { column: plain(sql, column.range).replace(/ /g, ''), sign: sql.tokens[at]?.text ?? '', value: textOf(sql, { from: at + 1, to: part.to }) };
}
