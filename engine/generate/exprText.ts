import type { Dialect, Expr, Name, OrderKey } from '../sql/types';

/** How a column is written: the qualifier of its source in the spec, if it needs one. */
export type Qualifier = (source: string | undefined, table: Name | undefined) => string | undefined;

const INFIX = new Set(['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||', 'like', 'ilike', 'is distinct from', 'is not distinct from']);

/** An expression as SQL; undefined where a part of it has no spelling here (a construct that is only kept structurally). */
export function exprText(expr: Expr, dialect: Dialect, qualifier: Qualifier): string | undefined {
  const text = (part: Expr): string | undefined => exprText(part, dialect, qualifier);
  switch (expr.kind) {
    case 'column': {
      const prefix = qualifier(expr.source, expr.table);
      return `${prefix === undefined ? '' : `${prefix}.`}${nameText(expr.name, dialect)}`;
    }
    case 'literal':
      return literalText(expr);
    case 'jinja':
      return expr.text.startsWith("'") || expr.text.includes('{{') ? expr.text : `{{ ${expr.text} }}`;
    case 'op':
      return opText(...spoken(expr.op, expr.args), text);
    case 'call':
      return callText(expr, text);
    case 'case':
      return caseText(expr, text);
    case 'cast': {
      const inner = text(expr.expr);
      if (inner === undefined || expr.type.includes('<')) return undefined;
      return `${expr.safe ? (dialect === 'bigquery' ? 'safe_cast' : 'try_cast') : 'cast'}(${inner} as ${expr.type})`;
    }
    default:
      return undefined;
  }
}

/** A name as SQL, quoted where it was. */
export function nameText(name: Name, dialect: Dialect): string {
  if (!name.quoted) return name.text;
  return ['bigquery', 'databricks', 'spark'].includes(dialect) ? `\`${name.text}\`` : `"${name.text}"`;
}

function literalText(expr: Extract<Expr, { kind: 'literal' }>): string | undefined {
  if (expr.type === 'string') return /[\\\n]/.test(expr.value) ? undefined : `'${expr.value.replace(/'/g, "''")}'`;
  if (expr.type !== 'other') return expr.value;
  const match = /^(date|timestamp|time) (.+)$/.exec(expr.value);
  return match ? `${match[1] ?? ''} '${match[2] ?? ''}'` : undefined;
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.every((part): part is string => part !== undefined) ? parts.join(separator) : undefined;
}

const TURNED: Record<string, string> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=' };

/** Comparisons as people write them, with the constant at the right. */
function spoken(op: string, args: readonly Expr[]): [string, readonly Expr[]] {
  const [left, right] = args;
  const turned = TURNED[op];
  return turned !== undefined && args.length === 2 && left?.kind === 'literal' && right && right.kind !== 'literal' ? [turned, [right, left]] : [op, args];
}

function opText(op: string, operands: readonly Expr[], text: (part: Expr) => string | undefined): string | undefined {
  const args = operands.map(text);
  const [first, ...rest] = args;
  if (first === undefined) return undefined;
  if (op === 'and' || op === 'or') return joined(args.map((arg) => arg && `(${arg})`), ` ${op} `);
  if (op === 'not') return `not (${first})`;
  if (op === 'is null' || op === 'is not null') return `${wrap(first)} ${op}`;
  if (op === 'in') {
    const list = joined(rest, ', ');
    return list === undefined ? undefined : `${wrap(first)} in (${list})`;
  }
  if (op === 'between') return rest[0] === undefined || rest[1] === undefined ? undefined : `${wrap(first)} between ${wrap(rest[0])} and ${wrap(rest[1])}`;
  if (op === '-' && args.length === 1) return `-${wrap(first)}`;
  return INFIX.has(op) && args.length >= 2 ? joined(args.map((arg) => arg && wrap(arg)), ` ${op} `) : undefined;
}

/** Brackets around what is not one word, string or call. */
function wrap(text: string): string {
  return /^(?:[\w.$"`{}]+|'[^']*'|\w+\([^()]*\))$/.test(text) ? text : `(${text})`;
}

function callText(call: Extract<Expr, { kind: 'call' }>, text: (part: Expr) => string | undefined): string | undefined {
  if (call.extra || !/^[a-z_]\w*$/.test(call.name)) return undefined;
  const args = joined(call.args.map((arg) => (arg.kind === 'star' && !arg.table && arg.except.length === 0 ? '*' : text(arg))), ', ');
  if (args === undefined) return undefined;
  const body = `${call.name}(${call.distinct ? 'distinct ' : ''}${args})`;
  if (!call.over) return body;
  if (call.over.frame !== '') return undefined;
  const partition = joined(call.over.partitionBy.map(text), ', ');
  const order = joined(call.over.orderBy.map((key) => orderKeyText(key, text)), ', ');
  if (partition === undefined || order === undefined) return undefined;
  return `${body} over (${[partition === '' ? '' : `partition by ${partition}`, order === '' ? '' : `order by ${order}`].filter((part) => part !== '').join(' ')})`;
}

/** One ORDER BY key as SQL. */
export function orderKeyText(key: OrderKey, text: (part: Expr) => string | undefined): string | undefined {
  const expr = text(key.expr);
  return expr === undefined ? undefined : `${expr}${key.descending ? ' desc' : ''}${key.nulls ? ` nulls ${key.nulls}` : ''}`;
}

function caseText(expr: Extract<Expr, { kind: 'case' }>, text: (part: Expr) => string | undefined): string | undefined {
  const branches = expr.branches.map(({ when, then }) => joined([text(when), text(then)].map((part, index) => part && `${index === 0 ? 'when' : 'then'} ${part}`), ' '));
  const operand = expr.operand ? text(expr.operand) : '';
  const otherwise = expr.otherwise ? text(expr.otherwise) : '';
  const body = joined(branches, ' ');
  if (body === undefined || operand === undefined || otherwise === undefined) return undefined;
  return `case ${operand === '' ? '' : `${operand} `}${body}${otherwise === '' ? '' : ` else ${otherwise}`} end`;
}
