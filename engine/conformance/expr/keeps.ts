import { mapChildren } from '../../sql/exprs';
import type { Expr } from '../../sql/types';

type Literal = Extract<Expr, { kind: 'literal' }>;

/**
 * A normalised predicate with what only tells false from null left out: a filter keeps no row for either. `coalesce(a, '') <> ''` keeps
 * the rows of `a <> ''`. Only `and` and `or` are looked into; elsewhere null and false are two values.
 */
export function keptRows(expr: Expr): Expr {
  if (expr.kind === 'op' && (expr.op === 'and' || expr.op === 'or')) return mapChildren(expr, keptRows);
  const bare = withoutDefault(expr);
  if (bare?.fallback.type === 'boolean') return bare.fallback.value.toLowerCase() === 'false' ? keptRows(bare.of) : expr;
  if (expr.kind !== 'op' || expr.args.length !== 2) return expr;
  const [left, right] = expr.args;
  if (!left || !right) return expr;
  for (const [index, of, other] of [[0, left, right], [1, right, left]] as const) {
    const own = withoutDefault(of);
    if (!own || other.kind !== 'literal' || !isNever(expr.op, own.fallback, other, index === 1)) continue;
    return { ...expr, args: index === 0 ? [own.of, other] : [other, own.of] };
  }
  return expr;
}

/** The argument and the literal of `coalesce(a, literal)`. */
function withoutDefault(expr: Expr): { of: Expr; fallback: Literal } | undefined {
  if (expr.kind !== 'call' || expr.name !== 'coalesce' || expr.args.length !== 2) return undefined;
  const [of, fallback] = expr.args;
  return of && of.kind !== 'literal' && fallback?.kind === 'literal' ? { of, fallback } : undefined;
}

/** True where a comparison of two literals, which a normalised predicate writes with < and <=, is false wherever it runs: texts that only a collation tells apart say nothing. */
function isNever(op: string, fallback: Literal, other: Literal, reversed: boolean): boolean {
  if (fallback.type !== other.type) return false;
  if (fallback.type === 'string') {
    const folded = ({ value }: Literal): string => value.trim().toLowerCase();
    return op === '<>' ? fallback.value === other.value : op === '=' && folded(fallback) !== folded(other);
  }
  if (fallback.type !== 'number') return false;
  const [a, b] = reversed ? [Number(other.value), Number(fallback.value)] : [Number(fallback.value), Number(other.value)];
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  switch (op) {
    case '=':
      return a !== b;
    case '<>':
      return a === b;
    case '<':
      return a >= b;
    case '<=':
      return a > b;
    default:
      return false;
  }
}
