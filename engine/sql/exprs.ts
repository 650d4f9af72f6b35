import type { Expr, Name, OrderKey } from './types';

/** The direct children of an expression, window parts included; not for the caller to change. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'op':
    case 'other':
      return expr.args;
    case 'call':
      if (!expr.extra && !expr.over) return expr.args;
      return [...expr.args, ...(expr.extra ?? []), ...(expr.over ? [...expr.over.partitionBy, ...expr.over.orderBy.map((key) => key.expr)] : [])];
    case 'case':
      return [...(expr.operand ? [expr.operand] : []), ...expr.branches.flatMap((b) => [b.when, b.then]), ...(expr.otherwise ? [expr.otherwise] : [])];
    case 'cast':
      return [expr.expr];
    case 'subquery':
      return expr.operand ? [expr.operand] : NONE;
    case 'star':
      return expr.replace.length === 0 ? NONE : expr.replace.map((item) => item.expr);
    default:
      return NONE;
  }
}

const NONE: readonly Expr[] = [];

/** The expression with every direct child replaced; itself where no operand or argument changes. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'op':
    case 'other': {
      const args = mapped(expr.args, change);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'call': {
      const args = mapped(expr.args, change);
      if (!expr.over) return args === expr.args ? expr : { ...expr, args };
      return { ...expr, args, over: { ...expr.over, partitionBy: expr.over.partitionBy.map(change), orderBy: expr.over.orderBy.map((key): OrderKey => ({ ...key, expr: change(key.expr) })) } };
    }
    case 'case':
      return {
        ...expr,
        ...(expr.operand ? { operand: change(expr.operand) } : {}),
        branches: expr.branches.map((b) => ({ when: change(b.when), then: change(b.then) })),
        ...(expr.otherwise ? { otherwise: change(expr.otherwise) } : {}),
      };
    case 'cast': {
      const inner = change(expr.expr);
      return inner === expr.expr ? expr : { ...expr, expr: inner };
    }
    case 'subquery':
      return expr.operand ? { ...expr, operand: change(expr.operand) } : expr;
    case 'star':
      return expr.replace.length === 0 ? expr : { ...expr, replace: expr.replace.map((item) => ({ ...item, expr: change(item.expr) })) };
    default:
      return expr;
  }
}

/** Items with each replaced; the same list where none changes, so that what nobody changes is not copied again and again. */
function mapped(items: Expr[], change: (child: Expr) => Expr): Expr[] {
  let made: Expr[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Expr;
    const next = change(item);
    if (next !== item) made ??= items.slice(0, i);
    made?.push(next);
  }
  return made ?? items;
}

/** Calls `visit` for an expression and everything below it. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walkExpr(child, visit);
}

/** True where any part of an expression satisfies `test`. */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  if (test(expr)) return true;
  for (const child of childrenOf(expr)) if (someExpr(child, test)) return true;
  return false;
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
