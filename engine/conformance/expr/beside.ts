import type { Expr } from '../../sql/types';
import { aligned, isDangling, mayMeanTheSame, type Comparison } from './compare';
import type { Value } from './evaluate';
import { exprKey } from './key';
import { counterexample, isSame } from './witness';

/**
 * Compares two normalised expressions of which parts are hidden. `different` has a proof that holds whatever is hidden: a row for which
 * neither asks for a hidden part or a function without an interpretation, as `case when paid then {{ f() }} else 0 end` where nothing is
 * paid. Nulls of columns prove nothing.
 */
export function compareBeside(left: Expr, right: Expr): Comparison {
  const [a, b] = aligned(left, right);
  if (exprKey(a) === exprKey(b)) return 'equal';
  if (isDangling(a) || isDangling(b) || mayMeanTheSame(a, b)) return 'unknown';
  const [own, found] = [withoutOuterCasts(a), withoutOuterCasts(b)];
  // What a cast makes of a value is another question; it makes null of null alone.
  const areOthers = (x: Value, y: Value): boolean => (own === a && found === b ? !isSame(x, y) : (x === null) !== (y === null));
  return counterexample(own, found, { takesNull: () => false, comeTogether: () => false, onlyKnown: true, areOthers }) ? 'different' : 'unknown';
}

function withoutOuterCasts(expr: Expr): Expr {
  return expr.kind === 'cast' && !expr.safe ? withoutOuterCasts(expr.expr) : expr;
}
