import type { Expr } from '../../sql/types';

/** The text of an expression's own that Jinja writes: its type, or a property such as a unit; undefined where there is none. */
export function jinjaIn(expr: Expr): string | undefined {
  const texts = expr.kind === 'cast' ? [expr.type] : expr.kind === 'other' ? [expr.props] : expr.kind === 'call' ? [expr.over?.frame ?? '', ...(expr.extra ?? []).map((item) => (item.kind === 'other' ? item.props : ''))] : [];
  return texts.find((text) => text.includes('{{'));
}
