import { replaceRange } from '../sql/edits';
import { closeOf, isKeyword, isName, low, textOf } from '../sql/reading';
import type { SqlText, TokenRange } from '../sql/selects';
import { columnNamer, rewriteSome } from './make';

/** What may stand before the first operand and behind the second, so that no other operator binds them. */
const BEFORE = new Set(['(', ',', 'select', 'distinct', 'when', 'then', 'else', 'and', 'or', 'on', 'where', 'having', '=', '<>', '!=', '<', '>', '<=', '>=']);
const BEHIND = new Set([')', ',', 'as', 'end', 'when', 'then', 'else', 'and', 'or', 'from', '=', '<>', '!=', '<', '>', '<=', '>=']);

/** `b + a` for `a + b`, and so for `*`, of columns, numbers and calls. Redshift also joins texts with `+`, so only `*` there. */
export const commutedOperands = rewriteSome('commuted-operands', (sql, around) => {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((token, at) => {
    if ((token.text !== '*' && (token.text !== '+' || around.dialect === 'redshift')) || namesColumn(at)) return undefined;
    const [left, right] = [operandBefore(sql, at), operandAt(sql, at + 1)];
    if (!left || !right || !BEFORE.has(low(sql, left.from - 1)) || !BEHIND.has(low(sql, right.to))) return undefined;
    return [replaceRange(sql, left, textOf(sql, right)), replaceRange(sql, right, textOf(sql, left))];
  });
});

/** A column, a number or a call that begins at a token. */
function operandAt(sql: SqlText, at: number): TokenRange | undefined {
  const first = sql.tokens[at];
  if (first?.kind === 'number') return { from: at, to: at + 1 };
  if (!first || !isName(first)) return undefined;
  let to = at + 1;
  while (low(sql, to) === '.' && isName(sql.tokens[to + 1])) to += 2;
  if (low(sql, to) === '(') to = closeOf(sql, to) + 1;
  const range = { from: at, to };
  return sql.tokens.slice(range.from, range.to).some((token) => token.kind === 'jinja' || token.kind === 'statement') ? undefined : range;
}

/** One that ends before a token. */
function operandBefore(sql: SqlText, at: number): TokenRange | undefined {
  let from = at - 1;
  if (low(sql, from) === ')') {
    const depth = sql.tokens[from]?.depth ?? 0;
    while (from > 0 && !(low(sql, from) === '(' && sql.tokens[from]?.depth === depth)) from--;
    from--;
  }
  if (isKeyword(low(sql, from))) return undefined;
  while (low(sql, from - 1) === '.' && isName(sql.tokens[from - 2])) from -= 2;
  const found = operandAt(sql, from);
  return found?.to === at ? found : undefined;
}
