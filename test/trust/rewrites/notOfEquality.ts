import { replaceRange } from '../sql/edits';
import { columnRefs, isWhole, plain, textOf, wholeConjuncts } from '../sql/reading';
import type { SqlText, TokenRange } from '../sql/selects';
import { rewriteSome } from './make';

const WORDS = new Set(['not', 'and', 'or', 'is', 'in', 'like', 'ilike', 'between', 'similar', 'rlike', 'exists', 'any', 'all']);

const OPPOSITE: Readonly<Record<string, string>> = { '<>': '=', '!=': '=', '=': '<>', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };

/** `not (a = b)` for a condition `a <> b`, and so for every comparison and IS NULL. */
export const notOfEquality = rewriteSome('not-of-equality', (sql) =>
  sql.selects.flatMap((select) =>
    [select.where, ...select.joins.map((join) => join.on)].flatMap((clause) =>
      wholeConjuncts(sql, clause).map((part) => {
        const at = onlyComparison(sql, part);
        const opposite = at === undefined ? undefined : OPPOSITE[sql.tokens[at]?.text ?? ''];
        if (at !== undefined && opposite !== undefined) return [replaceRange(sql, part, `not (${textOf(sql, { from: part.from, to: at })} ${opposite} ${textOf(sql, { from: at + 1, to: part.to })})`)];
        const [column, more] = columnRefs(sql, part);
        if (!column || more || column.range.from !== part.from) return undefined;
        const rest = plain(sql, { from: column.range.to, to: part.to });
        if (rest !== 'is null' && rest !== 'is not null') return undefined;
        return [replaceRange(sql, part, `not (${textOf(sql, column.range)} ${rest === 'is null' ? 'is not null' : 'is null'})`)];
      }),
    ),
  ),
);

/** The index of the only comparison of a condition that is nothing else; undefined for any other condition. */
export function onlyComparison(sql: SqlText, part: TokenRange): number | undefined {
  const depth = sql.tokens[part.from]?.depth;
  const outer = Array.from({ length: part.to - part.from }, (_, index) => part.from + index).filter((at) => sql.tokens[at]?.depth === depth);
  const found = outer.filter((at) => ['=', '<>', '!=', '<', '>', '<=', '>=', '<=>'].includes(sql.tokens[at]?.text ?? ''));
  const [at] = found;
  if (at === undefined || found.length !== 1 || outer.some((index) => WORDS.has(sql.tokens[index]?.low ?? ''))) return undefined;
  return isWhole(sql, { from: part.from, to: at }) && isWhole(sql, { from: at + 1, to: part.to }) ? at : undefined;
}
