import { mapChildren } from '../../sql/exprs';
import type { Expr } from '../../sql/types';

const FLIP: Record<string, string> = { '>': '<', '>=': '<=' };
const NEGATED: Record<string, string> = { '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<', 'is null': 'is not null', 'is not null': 'is null' };
const COMMUTATIVE = new Set(['=', '<>', '+', '*', 'and', 'or', 'is distinct from', 'is not distinct from']);
const SYNONYMS: Record<string, string> = {
  ifnull: 'coalesce', nvl: 'coalesce', isnull: 'coalesce', len: 'length', char_length: 'length', character_length: 'length', lcase: 'lower', ucase: 'upper',
  substr: 'substring', mean: 'avg', pow: 'power', ceil: 'ceiling', now: 'current_timestamp', getdate: 'current_timestamp', listagg: 'string_agg', every: 'bool_and', var_samp: 'variance',
  stddev_samp: 'stddev', countif: 'count_if', if_func: 'if', iff: 'if',
};
const TYPES: Record<string, string> = {
  int: 'integer', int4: 'integer', int32: 'integer', int64: 'bigint', int8: 'bigint', long: 'bigint', varchar: 'text', string: 'text', 'character varying': 'text', char: 'text', nvarchar: 'text',
  numeric: 'decimal', number: 'decimal', float8: 'double', 'double precision': 'double', float64: 'double', bool: 'boolean', timestamptz: 'timestamp_tz', datetime: 'timestamp', timestamp_ntz: 'timestamp',
};

/**
 * One spelling for what SQL can say in several: operands of commutative operators sorted, `>` turned round, NOT pushed
 * inwards, BETWEEN as two comparisons, one-item IN as `=`, COALESCE for its synonyms, simple CASE as searched CASE.
 */
export function normaliseExpr(expr: Expr): Expr {
  const inner = mapChildren(expr, normaliseExpr);
  switch (inner.kind) {
    case 'op':
      return normaliseOp(inner.op, inner.args, inner.span);
    case 'call':
      return normaliseCall(inner);
    case 'case':
      return normaliseCase(inner);
    case 'cast':
      return { ...inner, type: typeName(inner.type) };
    case 'literal':
      return inner.type === 'number' ? { ...inner, value: numberText(inner.value) } : inner;
    default:
      return inner;
  }
}

/** A type's one name: `int4` → `integer`; size arguments stay. */
export function typeName(type: string): string {
  const match = /^([^(<]+)(.*)$/s.exec(type.trim().toLowerCase());
  const base = match?.[1]?.trim() ?? type;
  return `${TYPES[base] ?? base}${match?.[2] ?? ''}`;
}

function numberText(value: string): string {
  const number = Number(value);
  if (!Number.isFinite(number) || value.length > 15 || /e/i.test(value)) return value;
  // 100 and 100.0 divide differently, so a decimal point stays.
  return value.includes('.') && Number.isInteger(number) ? `${number}.0` : String(number);
}

function op(name: string, args: Expr[], span: Expr['span']): Expr {
  return { kind: 'op', op: name, args, ...(span ? { span } : {}) };
}

function normaliseOp(name: string, args: Expr[], span: Expr['span']): Expr {
  const [left, right, third] = args;
  if (name === 'not' && left) return negate(left, span);
  const flipped = FLIP[name];
  if (flipped !== undefined && left && right) return normaliseOp(flipped, [right, left], span);
  if (name === 'between' && left && right && third) return normaliseOp('and', [normaliseOp('<=', [right, left], undefined), normaliseOp('<=', [left, third], undefined)], span);
  if (name === 'in' && left && right && args.length === 2) return normaliseOp('=', [left, right], span);
  if (name === 'in' && left) return op('in', [left, ...sortedUnique(args.slice(1))], span);
  if (name === '-' && args.length === 1 && left?.kind === 'literal' && left.type === 'number') return { kind: 'literal', type: 'number', value: left.value.startsWith('-') ? left.value.slice(1) : `-${left.value}`, ...(span ? { span } : {}) };
  if (name === 'is' && right?.kind === 'literal') {
    if (right.type === 'null' && left) return op('is null', [left], span);
  }
  if (name === '=' && left && right) {
    if (isBoolean(right, 'true')) return left;
    if (isBoolean(left, 'true')) return right;
    if (isBoolean(right, 'false')) return negate(left, span);
    if (isBoolean(left, 'false')) return negate(right, span);
  }
  if (name === 'and' || name === 'or') return op(name, sortedUnique(args.flatMap((arg) => (arg.kind === 'op' && arg.op === name ? arg.args : [arg]))), span);
  if (COMMUTATIVE.has(name)) {
    const flat = name === '+' || name === '*' ? args.flatMap((arg) => (arg.kind === 'op' && arg.op === name ? arg.args : [arg])) : args;
    return op(name, [...flat].sort(byKey), span);
  }
  return op(name, args, span);
}

function isBoolean(expr: Expr, value: string): boolean {
  return expr.kind === 'literal' && expr.type === 'boolean' && expr.value === value;
}

function negate(expr: Expr, span: Expr['span']): Expr {
  if (expr.kind === 'op') {
    if (expr.op === 'not' && expr.args[0]) return expr.args[0];
    const opposite = NEGATED[expr.op];
    if (opposite !== undefined) return normaliseOp(opposite, expr.args, span);
    if (expr.op === 'and' || expr.op === 'or') return normaliseOp(expr.op === 'and' ? 'or' : 'and', expr.args.map((arg) => negate(arg, undefined)), span);
  }
  if (expr.kind === 'subquery' && expr.use !== 'scalar') return { ...expr, negated: !expr.negated };
  return op('not', [expr], span);
}

function normaliseCall(call: Extract<Expr, { kind: 'call' }>): Expr {
  const name = SYNONYMS[call.name] ?? call.name;
  const first = call.args[0];
  if (name === 'count' && !call.distinct && call.args.length === 1 && first?.kind === 'literal' && first.type === 'number') {
    return { ...call, name, args: [{ kind: 'star', except: [], replace: [], rename: [] }] };
  }
  if (name === 'coalesce') return { ...call, name, args: call.args.flatMap((arg) => (arg.kind === 'call' && arg.name === 'coalesce' ? arg.args : [arg])) };
  if (name === 'if' && call.args.length === 3) {
    const [when, then, otherwise] = call.args as [Expr, Expr, Expr];
    return normaliseCase({ kind: 'case', branches: [{ when, then }], otherwise, ...(call.span ? { span: call.span } : {}) });
  }
  return { ...call, name };
}

function normaliseCase(expr: Extract<Expr, { kind: 'case' }>): Expr {
  const { operand } = expr;
  const branches = operand ? expr.branches.map((b) => ({ when: normaliseOp('=', [operand, b.when], undefined), then: b.then })) : expr.branches;
  const isNull = expr.otherwise?.kind === 'literal' && expr.otherwise.type === 'null';
  return { kind: 'case', branches, ...(expr.otherwise && !isNull ? { otherwise: expr.otherwise } : {}), ...(expr.span ? { span: expr.span } : {}) };
}

function byKey(left: Expr, right: Expr): number {
  const [a, b] = [exprKey(left), exprKey(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedUnique(args: readonly Expr[]): Expr[] {
  return [...new Map(args.map((arg) => [exprKey(arg), arg])).entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, arg]) => arg);
}

/** How a column reference enters a key: by its source and name, or by its name alone. */
export type ColumnKey = (column: Extract<Expr, { kind: 'column' }>) => string;

const byNameOnly: ColumnKey = (column) => `col ${column.name.text.toLowerCase()}`;

/** Canonical text of a normalised expression; equal texts are equal expressions. Spans do not count. */
export function exprKey(expr: Expr, columnKey: ColumnKey = byNameOnly): string {
  const key = (part: Expr): string => exprKey(part, columnKey);
  switch (expr.kind) {
    case 'column':
      return columnKey(expr);
    case 'literal':
      return `${expr.type === 'string' ? JSON.stringify(expr.value) : expr.value.toLowerCase()}`;
    case 'star':
      return `*(${expr.table ? columnKey({ kind: 'column', name: { text: '*', quoted: false }, table: expr.table }) : ''}|${expr.except.map((n) => n.text.toLowerCase()).sort().join(',')}|${expr.replace.map((r) => `${r.name.text}:${key(r.expr)}`).join(',')}|${expr.rename.map((r) => `${r.from.text}:${r.to.text}`.toLowerCase()).sort().join(',')})`;
    case 'op':
      return `(${expr.op} ${expr.args.map(key).join(' ')})`;
    case 'call': {
      const over = expr.over ? ` over[${expr.over.partitionBy.map(key).sort().join(',')}|${expr.over.orderBy.map((o) => `${key(o.expr)}${o.descending ? ' desc' : ''}${o.nulls ?? ''}`).join(',')}|${expr.over.frame}]` : '';
      return `${expr.name}${expr.distinct ? ' distinct' : ''}(${expr.args.map(key).join(',')}${(expr.extra ?? []).map(key).join(';')})${over}`;
    }
    case 'case':
      return `case(${expr.branches.map((b) => `${key(b.when)}->${key(b.then)}`).join(';')}|${expr.otherwise ? key(expr.otherwise) : ''})`;
    case 'cast':
      return `cast(${key(expr.expr)} ${expr.safe ? 'try ' : ''}${expr.type})`;
    case 'subquery':
      return `subquery(${expr.use} ${expr.negated ? 'not ' : ''}${expr.stage} ${expr.operand ? key(expr.operand) : ''})`;
    case 'jinja':
      return `jinja(${expr.text})`;
    case 'other':
      return `${expr.tag}[${expr.props}](${expr.args.map(key).join(',')})`;
  }
}
