import type { Expr } from '../../sql/types';
import { childrenOf, mapChildren, someExpr, walkExpr } from '../../sql/exprs';
import { classesOf } from './classes';
import { exprKey } from './key';

const COMPARISONS = new Set(['=', '<>', '<', '<=']);
/** Functions that may give another value in every row. */
const RANDOM = /^(rand|random|uniform|uuid|gen_random_uuid|generate_uuid|uuid_string|newid|nextval|seq\d)$/;

/** What stands for a constant that both expressions compute in the same words. */
export const CONSTANT: Extract<Expr, { kind: 'column' }> = { kind: 'column', source: '', name: { text: 'a constant', quoted: false } };

/**
 * Two expressions with one value for what both compute without any column (`current_date - 30`), where they do nothing but
 * compare it: what it is then makes no difference. Unchanged where there are other constants, which it may stand before or after.
 */
export function withConstant(a: Expr, b: Expr): [Expr, Expr] {
  const [left, right] = [computedIn(a), computedIn(b)];
  const [key] = left.keys;
  const same = key !== undefined && left.keys.size === 1 && right.keys.size === 1 && right.keys.has(key);
  if (!same || !left.onlyCompared || !right.onlyCompared || left.hasLiteral || right.hasLiteral) return [a, b];
  const replace = (expr: Expr): Expr => (exprKey(expr) === key ? CONSTANT : mapChildren(expr, replace));
  return [replace(a), replace(b)];
}

/**
 * True where constants that are computed by what has no interpretation here are compared with the same values: which of them comes
 * first is not known here, but it is in the warehouse (`now() - 30` and `now() - 60`).
 */
export function haveAnOrder(a: Expr, b: Expr): boolean {
  const classes = classesOf([a, b]);
  const seen = new Map<ReturnType<typeof classes.classOf>, string>();
  const visit = (part: Expr): boolean => {
    if (!isComputed(part)) return childrenOf(part).some(visit);
    if (!isOpen(part)) return false;
    const [own, key] = [classes.classOf(part), exprKey(part)];
    const other = seen.get(own);
    seen.set(own, other ?? key);
    return other !== undefined && other !== key;
  };
  return [a, b].some(visit);
}

/** True for what only a warehouse computes. */
function isOpen(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'call' || part.kind === 'other' || (part.kind === 'literal' && part.type === 'other'));
}

interface Computed {
  keys: Set<string>;
  onlyCompared: boolean;
  hasLiteral: boolean;
}

function computedIn(expr: Expr): Computed {
  const found: Computed = { keys: new Set(), onlyCompared: true, hasLiteral: false };
  const visit = (part: Expr, isCompared: boolean): void => {
    if (isComputed(part)) {
      found.keys.add(exprKey(part));
      if (!isCompared) found.onlyCompared = false;
      return;
    }
    if (part.kind === 'literal' && part.type !== 'null' && part.type !== 'boolean') found.hasLiteral = true;
    const compares = part.kind === 'op' && COMPARISONS.has(part.op) && part.args.some(hasColumn);
    for (const child of childrenOf(part)) visit(child, compares);
  };
  visit(expr, false);
  return found;
}

function isComputed(expr: Expr): boolean {
  if (expr.kind !== 'op' && expr.kind !== 'call' && expr.kind !== 'cast') return false;
  let steady = true;
  walkExpr(expr, (part) => {
    if (part.kind === 'column' || part.kind === 'star' || part.kind === 'subquery' || part.kind === 'jinja' || (part.kind === 'other' && part.tag !== 'props')) steady = false;
    if (part.kind === 'call' && (part.aggregate || part.over !== undefined || RANDOM.test(part.name))) steady = false;
  });
  return steady;
}

function hasColumn(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'column');
}
