import { walkExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { exprKey } from './key';

/** The text of an expression's own that Jinja writes: its type, or a property such as a unit; undefined where there is none. */
export function jinjaIn(expr: Expr): string | undefined {
  const texts = expr.kind === 'cast' ? [expr.type] : expr.kind === 'other' ? [expr.props] : expr.kind === 'call' ? [expr.over?.frame ?? '', ...(expr.extra ?? []).map((item) => (item.kind === 'other' ? item.props : ''))] : [];
  return texts.find((text) => text.includes('{{'));
}

/** True for two expressions of which nothing is hidden but Jinja in the same words, which writes the same for both. */
export function sameJinja(a: Expr, b: Expr): boolean {
  const [left, right] = [hiddenTexts(a), hiddenTexts(b)];
  return left.size > 0 && !left.has('') && isSameSet(left, right);
}

/** As `sameJinja`, with the same columns and functions: what Jinja writes cannot stand for any that only one of the two has. */
export function sameBesideJinja(a: Expr, b: Expr): boolean {
  return sameJinja(a, b) && isSameSet(partsOf(a), partsOf(b));
}

/** What Jinja writes in an expression; an empty text for what is hidden in another way. */
function hiddenTexts(expr: Expr): Set<string> {
  const texts = new Set<string>();
  walkExpr(expr, (part) => {
    if (part.kind === 'jinja') texts.add(part.text);
    else if (part.kind === 'subquery' || jinjaIn(part) !== undefined) texts.add('');
  });
  return texts;
}

function partsOf(expr: Expr): Set<string> {
  const parts = new Set<string>();
  walkExpr(expr, (part) => {
    if (part.kind === 'column') parts.add(exprKey(part));
    if (part.kind === 'call') parts.add(`${part.name}()`);
    if (part.kind === 'other') parts.add(`${part.tag} ${part.props}`);
  });
  return parts;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}
