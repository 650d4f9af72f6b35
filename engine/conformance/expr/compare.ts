import { hasJinja, hasSubquery, someExpr, walkExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { exprKey, type ColumnKey } from './normal';

export type ExprVerdict = 'equal' | 'different' | 'unknown';

/** How the columns of two expressions are named for comparison: a label of the source both sides share, or none. */
export interface ColumnLabels {
  left(column: Extract<Expr, { kind: 'column' }>): string | undefined;
  right(column: Extract<Expr, { kind: 'column' }>): string | undefined;
}

const BASIC_CALLS = new Set(['sum', 'avg', 'count', 'min', 'max', 'coalesce', 'lower', 'upper', 'length', 'abs', 'round', 'row_number', 'rank', 'dense_rank', 'median', 'count_if']);

/**
 * Compares two normalised expressions. `different` only where the two read other columns, or are alike up to a
 * constant, an operator or a basic function; anything subtler is `unknown`.
 */
export function compareExpr(left: Expr, right: Expr, labels: ColumnLabels): ExprVerdict {
  const leftKey = exprKey(left, keyBy(labels.left));
  const rightKey = exprKey(right, keyBy(labels.right));
  if (leftKey === rightKey) return 'equal';
  const loose = leftKey.includes('col ?') || rightKey.includes('col ?');
  if (loose && exprKey(left) === exprKey(right)) return 'equal';
  if ([left, right].some((expr) => hasJinja(expr) || hasSubquery(expr)) || !isPlain(left) || !isPlain(right)) return 'unknown';
  if (loose) return columnNames(left) !== columnNames(right) ? 'different' : provable(left, right);
  if (columnsOfKey(leftKey) !== columnsOfKey(rightKey)) return 'different';
  return provable(left, right);
}

function provable(left: Expr, right: Expr): ExprVerdict {
  if (shape(left, 'literals') === shape(right, 'literals')) return 'different';
  if (shape(left, 'operators') === shape(right, 'operators')) return 'different';
  if (fallbackOf(left) === exprKey(right) || fallbackOf(right) === exprKey(left)) return 'different';
  return isConstantComparison(left) && isConstantComparison(right) ? 'different' : 'unknown';
}

function keyBy(label: ColumnLabels['left']): ColumnKey {
  return (column) => `col ${label(column) ?? '?'}.${column.name.text.toLowerCase()}`;
}

/** Only constructs whose meaning is fully known here. */
function isPlain(expr: Expr): boolean {
  return !someExpr(expr, (part) => {
    if (part.kind === 'other' || part.kind === 'cast' || part.kind === 'jinja') return true;
    return part.kind === 'call' && (!BASIC_CALLS.has(part.name) || part.extra !== undefined);
  });
}

function columnsOfKey(key: string): string {
  return [...new Set(key.match(/col [^\s(),;|\]]+/g) ?? [])].sort().join(' ');
}

function columnNames(expr: Expr): string {
  return columnsOfKey(exprKey(expr));
}

/** The expression's key with literals, or comparison operators and aggregate names, blanked out. */
function shape(expr: Expr, blank: 'literals' | 'operators'): string {
  const strip = (part: Expr): Expr => {
    if (blank === 'literals') return part.kind === 'literal' ? { kind: 'literal', type: 'null', value: '_' } : part;
    if (part.kind === 'op' && part.args.length === 2 && !['and', 'or', '+', '*', '-', '/'].includes(part.op)) return { ...part, op: '_', args: [...part.args].sort((a, b) => (exprKey(a) < exprKey(b) ? -1 : 1)) };
    if (part.kind === 'call' && part.aggregate) return { ...part, name: '_', distinct: false };
    return part;
  };
  return exprKey(mapAll(expr, strip));
}

function mapAll(expr: Expr, change: (expr: Expr) => Expr): Expr {
  const changed = change(expr);
  const inner = (part: Expr): Expr => mapAll(part, change);
  switch (changed.kind) {
    case 'op':
    case 'call':
      return { ...changed, args: changed.args.map(inner) };
    case 'case':
      return { ...changed, branches: changed.branches.map((b) => ({ when: inner(b.when), then: inner(b.then) })), ...(changed.otherwise ? { otherwise: inner(changed.otherwise) } : {}) };
    default:
      return changed;
  }
}

/** `coalesce(x, 0)` without its fallback: dropping or adding one changes what nulls become. */
function fallbackOf(expr: Expr): string | undefined {
  return expr.kind === 'call' && expr.name === 'coalesce' && expr.args[0] ? exprKey(expr.args[0]) : undefined;
}

const COMPARISONS = new Set(['=', '<>', '<', '<=', 'in', 'is null', 'is not null', 'like', 'ilike', 'not']);

/** A condition on one column against constants; two of them on the same column that are not equal differ. */
function isConstantComparison(expr: Expr): boolean {
  if (expr.kind !== 'op' || !COMPARISONS.has(expr.op)) return false;
  let columns = 0;
  let calls = 0;
  walkExpr(expr, (part) => {
    if (part.kind === 'column') columns++;
    if (part.kind === 'call') calls++;
  });
  return columns === 1 && calls === 0;
}
