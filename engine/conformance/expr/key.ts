import type { Expr, Name, OrderKey } from '../../sql/types';

/** Canonical text of an expression for equality: spans are ignored, names are taken as they stand. */
export function exprKey(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return `col(${expr.source === undefined ? (expr.table ? `?${nameKey(expr.table)}` : '?') : expr.source}|${nameKey(expr.name)})`;
    case 'literal':
      return `${expr.type}(${JSON.stringify(expr.value)})`;
    case 'star':
      return `*(${expr.table ? nameKey(expr.table) : ''}|${expr.except.map(nameKey).join(',')}|${expr.replace.map((r) => `${nameKey(r.name)}=${exprKey(r.expr)}`).join(',')}|${expr.rename.map((r) => `${nameKey(r.from)}>${nameKey(r.to)}`).join(',')})`;
    case 'op':
      return `(${expr.op} ${expr.args.map(exprKey).join(' ')})`;
    case 'call':
      return `${expr.name}(${expr.distinct ? 'distinct ' : ''}${expr.args.map(exprKey).join(',')}${expr.extra ? `;${expr.extra.map(exprKey).join(';')}` : ''})${expr.over ? overKey(expr.over) : ''}`;
    case 'case':
      return `case(${expr.operand ? exprKey(expr.operand) : ''}|${expr.branches.map((b) => `${exprKey(b.when)}:${exprKey(b.then)}`).join('|')}|${expr.otherwise ? exprKey(expr.otherwise) : ''})`;
    case 'cast':
      return `cast(${exprKey(expr.expr)} ${expr.safe ? 'safe ' : ''}${expr.type})`;
    case 'subquery':
      return `sub(${expr.use} ${expr.negated ? 'not ' : ''}${expr.stage}${expr.operand ? ` ${exprKey(expr.operand)}` : ''})`;
    case 'jinja':
      return `jinja(${expr.text})`;
    case 'other':
      return `other(${expr.tag} ${expr.props} ${expr.args.map(exprKey).join(',')})`;
  }
}

function overKey(over: { partitionBy: Expr[]; orderBy: OrderKey[]; frame: string }): string {
  return ` over(${over.partitionBy.map(exprKey).join(',')}|${over.orderBy.map(orderText).join(',')}|${over.frame})`;
}

/** Canonical text of one ORDER BY item. */
export function orderText(key: OrderKey): string {
  return `${exprKey(key.expr)}${key.descending ? ' desc' : ''}${key.nulls ? ` nulls ${key.nulls}` : ''}`;
}

function nameKey(name: Name): string {
  return name.quoted ? JSON.stringify(name.text) : name.text;
}
