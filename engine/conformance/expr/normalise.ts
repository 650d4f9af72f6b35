import type { Expr, Name, OrderKey, WindowSpec } from '../../sql/types';
import { mapChildren } from '../../sql/exprs';
import { canonicalFunction, canonicalType } from './functions';
import { exprKey } from './key';
import { spelled } from './spelling';

/** Folds an identifier as the project's adapter does. */
export type Fold = (name: Name | string) => string;

const FLIPPED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=' };
const NEGATED: Readonly<Record<string, string>> = {
  '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<', 'is null': 'is not null', 'is not null': 'is null',
  'is distinct from': 'is not distinct from', 'is not distinct from': 'is distinct from', 'not in': 'in', in: 'not in',
};
const COMMUTATIVE = new Set(['and', 'or', '=', '<>', '+', '*', 'is distinct from', 'is not distinct from']);
const FLATTENED = new Set(['and', 'or', '+', '*', '||']);

/**
 * One spelling for expressions that mean the same: names folded where `fold` is given (columns that are resolved already
 * are left alone otherwise), sorted commutative operands, `not` pushed inwards,
 * BETWEEN and IN unfolded, synonyms of functions and types. Three-valued logic is kept throughout.
 */
export function normaliseExpr(expr: Expr, fold?: Fold): Expr {
  const inner = mapChildren(withExtra(expr, fold), (child) => normaliseExpr(child, fold));
  if (inner.kind === 'literal') return dateLiteral(inner);
  if (inner.kind === 'call') {
    const other = spelled(inner);
    // Its own parts are in the one spelling now, so this ends.
    if (other) return normaliseExpr(other, undefined);
  }
  switch (inner.kind) {
    case 'column':
      return fold ? { ...inner, ...(inner.table ? { table: plain(fold(inner.table)) } : {}), name: plain(fold(inner.name)) } : inner;
    case 'star':
      if (!fold) return inner;
      return { ...inner, ...(inner.table ? { table: plain(fold(inner.table)) } : {}), except: inner.except.map((name) => plain(fold(name))).sort((a, b) => (a.text < b.text ? -1 : 1)) };
    case 'op':
      return operation(inner);
    case 'call':
      return call(inner);
    case 'case':
      return searchedCase(inner);
    case 'cast':
      return cast(inner);
    default:
      return inner;
  }
}

/** `date '2024-01-01'` is the text cast to a date. */
function dateLiteral(expr: Extract<Expr, { kind: 'literal' }>): Expr {
  const typed = expr.type === 'other' ? /^(date|timestamp) (.*)$/.exec(expr.value) : null;
  return typed ? { kind: 'cast', expr: { kind: 'literal', type: 'string', value: typed[2] ?? '' }, type: typed[1] ?? '', safe: false } : expr;
}

function withExtra(expr: Expr, fold: Fold | undefined): Expr {
  return expr.kind === 'call' && expr.extra ? { ...expr, extra: expr.extra.map((child) => normaliseExpr(child, fold)) } : expr;
}

function plain(text: string): Name {
  return { text, quoted: false };
}

type Op = Extract<Expr, { kind: 'op' }>;
type Call = Extract<Expr, { kind: 'call' }>;

/** An operator with its operands in canonical order. */
function op(name: string, args: Expr[], like?: Expr): Expr {
  const flat = FLATTENED.has(name) && args.some((arg) => isNested(name, arg)) ? args.flatMap((arg) => (isNested(name, arg) ? arg.args : [arg])) : args;
  let ordered = COMMUTATIVE.has(name) ? byKey(flat) : flat;
  if (name === 'and' || name === 'or') ordered = unique(ordered);
  if (ordered.length === 1 && (name === 'and' || name === 'or')) return ordered[0] as Expr;
  if (like?.kind === 'op' && like.op === name && like.args === ordered) return like;
  return { kind: 'op', op: name, args: ordered, ...(like?.span ? { span: like.span } : {}) };
}

function isNested(name: string, arg: Expr): arg is Op {
  return arg.kind === 'op' && arg.op === name;
}

/** Expressions in the order of their keys; the same list where they are in it. */
function byKey(args: Expr[]): Expr[] {
  if (args.length < 2) return args;
  const keys = args.map(exprKey);
  if (keys.every((key, at) => at === 0 || (keys[at - 1] as string) <= key)) return args;
  return args.map((arg, at) => ({ arg, key: keys[at] as string })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ arg }) => arg);
}

/** Expressions without those that stand twice; the same list where none does. */
function unique(args: Expr[]): Expr[] {
  const seen = new Set<string>();
  const firsts = args.filter((arg) => {
    const key = exprKey(arg);
    return seen.has(key) ? false : (seen.add(key), true);
  });
  return firsts.length === args.length ? args : firsts;
}

function operation(expr: Op): Expr {
  const [first, second] = expr.args;
  if (expr.op === 'not' && first) return negate(first, expr);
  if (expr.op === '!=') return operation({ ...expr, op: '<>' });
  if (expr.op === '-' && expr.args.length === 1 && first?.kind === 'literal' && first.type === 'number') return { ...first, value: first.value.startsWith('-') ? first.value.slice(1) : `-${first.value}` };
  if (FLIPPED[expr.op] !== undefined && first && second) return op(FLIPPED[expr.op] as string, [second, first], expr);
  if (expr.op === 'between' && expr.args.length === 3) {
    const [value, low, high] = expr.args as [Expr, Expr, Expr];
    return op('and', [op('<=', [low, value]), op('<=', [value, high])], expr);
  }
  if (expr.op === 'in' || expr.op === 'not in') return membership(expr);
  if (expr.op === 'is' && first && second) return isTest(first, second, expr);
  if ((expr.op === '=' || expr.op === '<>') && first && second) return booleanComparison(expr, first, second);
  if (expr.op === 'or') return alternatives(op('or', expr.args, expr));
  return op(expr.op, expr.args, expr);
}

/** `x = 1 or x = 2` is `x in (1, 2)`. */
function alternatives(expr: Expr): Expr {
  if (expr.kind !== 'op' || expr.op !== 'or') return expr;
  const groups = new Map<string, { operand: Expr; values: Expr[] }>();
  const rest: Expr[] = [];
  for (const arg of expr.args) {
    const found = memberOf(arg);
    if (!found) {
      rest.push(arg);
      continue;
    }
    const key = exprKey(found.operand);
    const group = groups.get(key);
    if (group) group.values.push(...found.values);
    else groups.set(key, found);
  }
  return op('or', [...rest, ...[...groups.values()].map(({ operand, values }) => membership({ kind: 'op', op: 'in', args: [operand, ...values] }))], expr);
}

function memberOf(expr: Expr): { operand: Expr; values: Expr[] } | undefined {
  if (expr.kind !== 'op') return undefined;
  if (expr.op === 'in') return { operand: expr.args[0] as Expr, values: expr.args.slice(1) };
  if (expr.op !== '=') return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  if (a.kind === 'literal' && b.kind !== 'literal') return { operand: b, values: [a] };
  return b.kind === 'literal' && a.kind !== 'literal' ? { operand: a, values: [b] } : undefined;
}

function membership(expr: Op): Expr {
  const [operand, ...values] = expr.args;
  const list = unique(byKey(values));
  if (operand && list.length === 1) return operation({ ...expr, op: expr.op === 'in' ? '=' : '<>', args: [operand, list[0] as Expr] });
  return { ...expr, args: operand ? [operand, ...list] : list };
}

function isTest(value: Expr, against: Expr, expr: Op): Expr {
  if (against.kind === 'literal' && against.type === 'null') return { ...expr, op: 'is null', args: [value] };
  return { ...expr, args: [value, against] };
}

function booleanComparison(expr: Op, first: Expr, second: Expr): Expr {
  const literal = first.kind === 'literal' && first.type === 'boolean' ? first : second.kind === 'literal' && second.type === 'boolean' ? second : undefined;
  if (!literal || (first.kind === 'literal' && second.kind === 'literal')) return op(expr.op, expr.args, expr);
  const value = literal === first ? second : first;
  return (literal.value === 'true') === (expr.op === '=') ? value : negate(value, expr);
}

function negate(expr: Expr, like?: Expr): Expr {
  if (expr.kind === 'literal' && expr.type === 'boolean') return { ...expr, value: expr.value === 'true' ? 'false' : 'true' };
  if (expr.kind === 'subquery') return { ...expr, negated: !expr.negated };
  if (expr.kind !== 'op') return { kind: 'op', op: 'not', args: [expr], ...(like?.span ? { span: like.span } : {}) };
  if (expr.op === 'not') return expr.args[0] as Expr;
  if (expr.op === 'and' || expr.op === 'or') return operation({ ...expr, op: expr.op === 'and' ? 'or' : 'and', args: expr.args.map((arg) => negate(arg)) });
  const negated = NEGATED[expr.op];
  if (negated === undefined) return { kind: 'op', op: 'not', args: [expr], ...(like?.span ? { span: like.span } : {}) };
  return operation({ ...expr, op: negated });
}

function isCoalesce(expr: Expr): expr is Call {
  return expr.kind === 'call' && expr.name === 'coalesce';
}

function call(expr: Call): Expr {
  const name = canonicalFunction(expr.name);
  const args = name === 'count' && countsRows(expr) ? [EVERY_ROW] : expr.args;
  if (name === 'coalesce' && !expr.over) {
    const flat = args.some(isCoalesce) ? args.flatMap((arg) => (isCoalesce(arg) ? arg.args : [arg])) : args;
    if (flat.length === 1) return flat[0] as Expr;
    return name === expr.name && flat === expr.args ? expr : { ...expr, name, args: flat };
  }
  if (name === 'zeroifnull' && args[0]) return { ...expr, name: 'coalesce', args: [args[0], { kind: 'literal', type: 'number', value: '0' }] };
  if (name === 'least' || name === 'greatest') return { ...expr, name, args: byKey(args) };
  const over = expr.over && windowOf(expr.over);
  const { extra } = expr;
  const kept = extra?.filter((item) => !(item.kind === 'other' && item.tag === 'props' && (item.props.trim() === '' || (TRIMS.has(name) && item.props.trim() === 'position=both'))));
  const [inner] = args;
  // Case and white space at the ends do not meet: either may be first.
  if ((name === 'lower' || name === 'upper') && inner?.kind === 'call' && TRIMS.has(inner.name) && !inner.extra && inner.args.length === 1) return { ...inner, args: [call({ ...expr, args: inner.args })] };
  const isKept = extra === undefined || (extra.length > 0 && kept?.length === extra.length);
  if (name === expr.name && args === expr.args && isKept && over === expr.over) return expr;
  return { ...expr, name, args, extra: kept && kept.length > 0 ? kept : undefined, over };
}

const EVERY_ROW: Expr = { kind: 'star', except: [], replace: [], rename: [] };

/** `count(1)` and `count()` count what `count(*)` does, also over a window. */
function countsRows({ args, distinct, extra }: Call): boolean {
  const [counted] = args;
  if (counted === undefined) return !extra;
  return !distinct && args.length === 1 && counted.kind === 'literal' && counted.type === 'number';
}

const TRIMS = new Set(['trim', 'ltrim', 'rtrim']);

const RUNNING = /^\{kind:range start:unboundedpreceding( end:currentrow)?\}$/;

/** Rows of one partition are not ordered by what they have in common, and a running range is what ORDER BY alone means. */
function windowOf(over: WindowSpec): WindowSpec {
  const partitionBy = unique(byKey(over.partitionBy));
  const common = new Set(partitionBy.map(exprKey));
  const orderBy = over.orderBy.map(orderKey).filter((key) => !common.has(exprKey(key.expr)));
  const frame = over.frame.toLowerCase().replace(/^(\{kind:rows start:unboundedpreceding)\}$/, '$1 end:currentrow}');
  return { partitionBy, orderBy, frame: RUNNING.test(frame) ? '' : frame };
}

function orderKey(key: OrderKey): OrderKey {
  return { expr: key.expr, descending: key.descending, ...(key.nulls ? { nulls: key.nulls } : {}) };
}

function searchedCase(expr: Extract<Expr, { kind: 'case' }>): Expr {
  const operand = expr.operand;
  const branches = expr.branches.map(({ when, then }) => ({ when: operand ? operation({ kind: 'op', op: '=', args: [operand, when] }) : when, then }));
  const otherwise = expr.otherwise?.kind === 'literal' && expr.otherwise.type === 'null' ? undefined : expr.otherwise;
  return { kind: 'case', branches, ...(otherwise ? { otherwise } : {}), ...(expr.span ? { span: expr.span } : {}) };
}

function cast(expr: Extract<Expr, { kind: 'cast' }>): Expr {
  const type = canonicalType(expr.type);
  if (expr.expr.kind === 'cast' && expr.expr.type === type && expr.expr.safe === expr.safe) return expr.expr;
  return type === expr.type ? expr : { ...expr, type };
}

/** The operands of a normalised AND, else the expression alone. */
export function conjunctsOf(expr: Expr): Expr[] {
  return expr.kind === 'op' && expr.op === 'and' ? expr.args.flatMap(conjunctsOf) : [expr];
}

/** A normalised filter conjunct, where only `true` keeps a row: `x is true` is `x`. */
export function filterForm(expr: Expr): Expr {
  if (expr.kind === 'op' && expr.op === 'is' && expr.args[1]?.kind === 'literal' && expr.args[1].type === 'boolean' && expr.args[0]) {
    return expr.args[1].value === 'true' ? expr.args[0] : negate(expr.args[0]);
  }
  return expr;
}
