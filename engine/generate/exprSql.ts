import type { Dialect, Expr, Name, OrderKey } from '../sql/types';

/** What rendering asks about parts that have no spelling of their own. */
export interface SqlNames {
  dialect: Dialect;
  /** What a subquery became: a column of a step; undefined where it has no name. */
  subquery?: (expr: Extract<Expr, { kind: 'subquery' }>) => string | undefined;
}

const INFIX = new Set(['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||', 'like', 'ilike', 'is', 'is distinct from', 'is not distinct from']);
const ATOM = /^(?:[\w.$"`]+|'(?:[^']|'')*'|\{\{[^}]*\}\}|\w+\([^()]*\))$/;

/** An expression as SQL; undefined where a part of it is only kept structurally and has no spelling here. */
export function exprSql(expr: Expr, names: SqlNames): string | undefined {
  const sql = (part: Expr): string | undefined => exprSql(part, names);
  switch (expr.kind) {
    case 'column':
      return `${expr.table ? `${nameSql(expr.table, names.dialect)}.` : ''}${nameSql(expr.name, names.dialect)}`;
    case 'literal':
      return literalSql(expr);
    case 'jinja':
      return expr.text.startsWith("'") || expr.text.includes('{{') ? expr.text : `{{ ${expr.text} }}`;
    case 'op':
      return opSql(expr.op, expr.args.map(sql));
    case 'call':
      return callSql(expr, sql);
    case 'case':
      return caseSql(expr, sql);
    case 'cast': {
      const inner = sql(expr.expr);
      return inner === undefined ? undefined : `${expr.safe ? (names.dialect === 'bigquery' ? 'safe_cast' : 'try_cast') : 'cast'}(${inner} as ${expr.type})`;
    }
    case 'subquery':
      return names.subquery?.(expr);
    default:
      return undefined;
  }
}

/** A name as SQL, without the quotes that change nothing for the project's adapter. */
export function plainName(name: Name, dialect: Dialect, fold: (name: Name) => string): string {
  const same = name.quoted && /^[A-Za-z_][\w$]*$/.test(name.text) && fold(name) === fold({ ...name, quoted: false });
  return same ? name.text : nameSql(name, dialect);
}

/** A name as SQL, quoted where it was. */
export function nameSql(name: Name, dialect: Dialect): string {
  if (!name.quoted) return name.text;
  return ['bigquery', 'databricks', 'spark'].includes(dialect) ? `\`${name.text}\`` : `"${name.text}"`;
}

/** One ORDER BY item as SQL. */
export function orderSql(key: OrderKey, sql: (part: Expr) => string | undefined): string | undefined {
  const expr = sql(key.expr);
  return expr === undefined ? undefined : `${expr}${key.descending ? ' desc' : ''}${key.nulls ? ` nulls ${key.nulls}` : ''}`;
}

function literalSql(expr: Extract<Expr, { kind: 'literal' }>): string | undefined {
  if (expr.type === 'string') return /[\\\n]/.test(expr.value) ? undefined : `'${expr.value.replace(/'/g, "''")}'`;
  if (expr.type !== 'other') return expr.value;
  const match = /^(date|timestamp|time) (.+)$/.exec(expr.value);
  return match ? `${match[1] ?? ''} '${match[2] ?? ''}'` : undefined;
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.every((part): part is string => part !== undefined) ? parts.join(separator) : undefined;
}

function wrap(text: string | undefined): string | undefined {
  return text === undefined || ATOM.test(text) ? text : `(${text})`;
}

function opSql(op: string, args: readonly (string | undefined)[]): string | undefined {
  const [first, ...rest] = args;
  if (first === undefined) return undefined;
  if (op === 'and' || op === 'or') return joined(args.map(wrap), ` ${op} `);
  if (op === 'not') return `not (${first})`;
  if (op === 'is null' || op === 'is not null') return `${wrap(first) ?? ''} ${op}`;
  if (op === 'in') {
    const list = joined(rest, ', ');
    return list === undefined ? undefined : `${wrap(first) ?? ''} in (${list})`;
  }
  if (op === 'between') return joined([wrap(first), 'between', wrap(rest[0]), 'and', wrap(rest[1])], ' ');
  if (op === '-' && args.length === 1) return `-${wrap(first) ?? ''}`;
  return INFIX.has(op) && args.length >= 2 ? joined(args.map(wrap), ` ${op} `) : undefined;
}

function callSql(call: Extract<Expr, { kind: 'call' }>, sql: (part: Expr) => string | undefined): string | undefined {
  if (call.extra || !/^[a-z_][\w.]*$/.test(call.name)) return undefined;
  const args = joined(call.args.map((arg) => (arg.kind === 'star' && !arg.table && arg.except.length === 0 ? '*' : sql(arg))), ', ');
  if (args === undefined) return undefined;
  const body = `${call.name}(${call.distinct ? 'distinct ' : ''}${args})`;
  if (!call.over) return body;
  if (call.over.frame !== '') return undefined;
  const partition = joined(call.over.partitionBy.map(sql), ', ');
  const order = joined(call.over.orderBy.map((key) => orderSql(key, sql)), ', ');
  if (partition === undefined || order === undefined) return undefined;
  const parts = [partition === '' ? '' : `partition by ${partition}`, order === '' ? '' : `order by ${order}`];
  return `${body} over (${parts.filter((part) => part !== '').join(' ')})`;
}

function caseSql(expr: Extract<Expr, { kind: 'case' }>, sql: (part: Expr) => string | undefined): string | undefined {
  const branches = expr.branches.map(({ when, then }) => joined(['when', sql(when), 'then', sql(then)], ' '));
  const operand = expr.operand ? [wrap(sql(expr.operand))] : [];
  const otherwise = expr.otherwise ? ['else', sql(expr.otherwise)] : [];
  return joined(['case', ...operand, ...branches, ...otherwise, 'end'], ' ');
}
