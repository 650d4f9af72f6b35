import type { Expr, Name, OrderKey } from './types';

/** The direct children of an expression, window parts included. */
export function childrenOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'op':
    case 'other':
      return expr.args;
    case 'call':
      return [...expr.args, ...(expr.extra ?? []), ...(expr.over ? [...expr.over.partitionBy, ...expr.over.orderBy.map((key) => key.expr)] : [])];
    case 'case':
      return [...(expr.operand ? [expr.operand] : []), ...expr.branches.flatMap((b) => [b.when, b.then]), ...(expr.otherwise ? [expr.otherwise] : [])];
    case 'cast':
      return [expr.expr];
    case 'subquery':
      return expr.operand ? [expr.operand] : [];
    case 'star':
      return expr.replace.map((item) => item.expr);
    default:
      return [];
  }
}

/** The expression with every direct child replaced. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'op':
    case 'other':
      return { ...expr, args: expr.args.map(change) };
    case 'call':
      return {
        ...expr,
        args: expr.args.map(change),
        ...(expr.over ? { over: { ...expr.over, partitionBy: expr.over.partitionBy.map(change), orderBy: expr.over.orderBy.map((key): OrderKey => ({ ...key, expr: change(key.expr) })) } } : {}),
      };
    case 'case':
      return {
        ...expr,
        ...(expr.operand ? { operand: change(expr.operand) } : {}),
        branches: expr.branches.map((b) => ({ when: change(b.when), then: change(b.then) })),
        ...(expr.otherwise ? { otherwise: change(expr.otherwise) } : {}),
      };
    case 'cast':
      return { ...expr, expr: change(expr.expr) };
    case 'subquery':
      return expr.operand ? { ...expr, operand: change(expr.operand) } : expr;
    case 'star':
      return { ...expr, replace: expr.replace.map((item) => ({ ...item, expr: change(item.expr) })) };
    default:
      return expr;
  }
}

/** Calls `visit` for an expression and everything below it. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  childrenOf(expr).forEach((child) => walkExpr(child, visit));
}

/** True where any part of an expression satisfies `test`. */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  return test(expr) || childrenOf(expr).some((child) => someExpr(child, test));
}

/** True for an expression that makes one value of many rows. */
export function hasAggregate(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'call' && part.aggregate);
}

/** True where Jinja hides a part. */
export function hasJinja(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'jinja');
}

/** True where a part is computed over a window. */
export function hasWindow(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'call' && part.over !== undefined);
}

/** True where a part is a subquery. */
export function hasSubquery(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'subquery');
}

/** Every column reference in an expression, in order. */
export function columnsIn(expr: Expr): { table?: Name; name: Name; source?: string }[] {
  const found: { table?: Name; name: Name; source?: string }[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'column') found.push({ name: part.name, ...(part.table ? { table: part.table } : {}), ...(part.source === undefined ? {} : { source: part.source }) });
  });
  return found;
}
