import type { Expr, OrderKey } from '../../sql/types';

/** An expression as a person would write it, for messages. */
export function exprText(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return expr.name.text;
    case 'literal':
      return expr.type === 'string' ? `'${expr.value}'` : expr.value;
    case 'star':
      return '*';
    case 'op':
      return operatorText(expr.op, expr.args);
    case 'call':
      if ((expr.name === 'dot' || expr.name === 'json_extract') && expr.args[0] && expr.args[1]?.kind === 'literal' && expr.args[1].type === 'other') return `${exprText(expr.args[0])}${expr.name === 'dot' ? '.' : ':'}${expr.args[1].value}`;
      return `${expr.name}(${expr.distinct ? 'distinct ' : ''}${expr.args.map(exprText).join(', ')})${expr.over ? ` over (${windowText(expr.over)})` : ''}`;
    case 'case':
      return `case ${expr.branches.map((branch) => `when ${exprText(branch.when)} then ${exprText(branch.then)}`).join(' ')}${expr.otherwise ? ` else ${exprText(expr.otherwise)}` : ''} end`;
    case 'cast':
      return `cast(${exprText(expr.expr)} as ${expr.type})`;
    case 'subquery':
      return 'a subquery';
    case 'jinja':
      return expr.text.startsWith("'") ? expr.text : `{{ ${expr.text.replace(/^\{\{|\}\}$/g, '').trim()} }}`;
    case 'other':
      return expr.tag === 'unparsed' ? expr.props : `${expr.tag}(${expr.args.map(exprText).join(', ')})`;
  }
}

function operatorText(op: string, args: readonly Expr[]): string {
  const [first] = args;
  if (args.length === 1 && first) return op.startsWith('is') ? `${exprText(first)} ${op}` : op === 'not' ? `not (${exprText(first)})` : `${op}${exprText(first)}`;
  if ((op === 'in' || op === 'not in') && first) return `${exprText(first)} ${op} (${args.slice(1).map(exprText).join(', ')})`;
  // A literal first reads badly; the canonical order put it there.
  const [a, b] = args;
  const flipped: Readonly<Record<string, string>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=' };
  if (args.length === 2 && a?.kind === 'literal' && b && b.kind !== 'literal' && flipped[op] !== undefined) return `${exprText(b)} ${flipped[op]} ${exprText(a)}`;
  const part = (arg: Expr): string => (arg.kind === 'op' && (arg.op === 'or' || arg.op === 'and') && arg.op !== op ? `(${exprText(arg)})` : exprText(arg));
  return args.map(part).join(` ${op} `);
}

function windowText(over: { partitionBy: Expr[]; orderBy: OrderKey[] }): string {
  const parts = over.partitionBy.length > 0 ? [`partition by ${over.partitionBy.map(exprText).join(', ')}`] : [];
  return [...parts, ...(over.orderBy.length > 0 ? [`order by ${over.orderBy.map(orderKeyText).join(', ')}`] : [])].join(' ');
}

/** One ORDER BY item in words. */
export function orderKeyText(key: OrderKey): string {
  return `${exprText(key.expr)}${key.descending ? ' desc' : ''}`;
}
