import type { Expr, Name, WindowSpec } from './types';

/** The direct children of an expression, window parts included; not for the caller to change. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'op':
    case 'other':
      return expr.args;
    case 'call':
      return expr.extra || expr.over ? [...expr.args, ...(expr.extra ?? []), ...(expr.over ? [...expr.over.partitionBy, ...expr.over.orderBy.map((key) => key.expr)] : [])] : expr.args;
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

/** The expression with every direct child replaced; the same object where each child stays what it is. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'op': {
      const args = eachChanged(expr.args, change);
      return args === expr.args ? expr : { kind: 'op', op: expr.op, args, span: expr.span };
    }
    case 'other': {
      const args = eachChanged(expr.args, change);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'call': {
      const args = eachChanged(expr.args, change);
      const over = expr.over && windowChanged(expr.over, change);
      if (args === expr.args && over === expr.over) return expr;
      return { kind: 'call', name: expr.name, args, distinct: expr.distinct, extra: expr.extra, over, aggregate: expr.aggregate, span: expr.span };
    }
    case 'case':
      return caseChanged(expr, change);
    case 'cast': {
      const inner = change(expr.expr);
      return inner === expr.expr ? expr : { ...expr, expr: inner };
    }
    case 'subquery': {
      const operand = expr.operand && change(expr.operand);
      return operand === expr.operand ? expr : { ...expr, operand };
    }
    case 'star': {
      const replace = eachItemChanged(expr.replace, change);
      return replace === expr.replace ? expr : { ...expr, replace };
    }
    default:
      return expr;
  }
}

/** A list with a change applied to each; the same list where nothing becomes another thing. */
function eachChanged<T>(items: T[], change: (item: T) => T): T[] {
  let out: T[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as T;
    const changed = change(item);
    if (changed !== item) out ??= items.slice(0, at);
    out?.push(changed);
  }
  return out ?? items;
}

function eachItemChanged<T extends { expr: Expr }>(items: T[], change: (expr: Expr) => Expr): T[] {
  return eachChanged(items, (item) => {
    const expr = change(item.expr);
    return expr === item.expr ? item : { ...item, expr };
  });
}

function windowChanged(over: WindowSpec, change: (child: Expr) => Expr): WindowSpec {
  const partitionBy = eachChanged(over.partitionBy, change);
  const orderBy = eachItemChanged(over.orderBy, change);
  return partitionBy === over.partitionBy && orderBy === over.orderBy ? over : { ...over, partitionBy, orderBy };
}

function caseChanged(expr: Extract<Expr, { kind: 'case' }>, change: (child: Expr) => Expr): Expr {
  const operand = expr.operand && change(expr.operand);
  const branches = eachChanged(expr.branches, (branch) => {
    const when = change(branch.when);
    const then = change(branch.then);
    return when === branch.when && then === branch.then ? branch : { when, then };
  });
  const otherwise = expr.otherwise && change(expr.otherwise);
  if (operand === expr.operand && branches === expr.branches && otherwise === expr.otherwise) return expr;
  return { ...expr, ...(operand ? { operand } : {}), branches, ...(otherwise ? { otherwise } : {}) };
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
