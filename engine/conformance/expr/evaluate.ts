import type { Expr } from '../../sql/types';
import type { Classes, ValueClass } from './classes';
import { typeFamily } from './functions';
import { exprKey } from './key';

export type Value = number | string | boolean | null;

/** One row: the value of every column and hidden constant by its key. */
export type Row = ReadonlyMap<string, Value>;

const NONE: ReadonlySet<string> = new Set();

/** Raised inside an evaluation that has no value (a division by zero, a comparison of unlike types). */
class NoValue extends Error {}
/** Raised again and again: a new one would cost a picture of the stack each time. */
const NO_VALUE = new NoValue();

interface Context {
  rows: readonly Row[];
  classes: Classes;
  seed: number;
  onlyKnown: boolean;
  /** Keys of calls that may give null for what is not null. */
  nullable: ReadonlySet<string>;
}

/**
 * Value of an expression over one group of rows: columns outside aggregates are those of the first row. Functions without
 * an interpretation here give a value that depends on their name and arguments only, and what is hidden has a value of its own; with
 * `onlyKnown` neither has one. Calls in `nullable` may give null. `undefined` where there is no value.
 */
export function evaluate(expr: Expr, rows: readonly Row[], classes: Classes, seed: number, { onlyKnown = false, nullable = NONE }: Partial<Pick<Context, 'onlyKnown' | 'nullable'>> = {}): Value | undefined {
  try {
    return valueOf(expr, 0, { rows, classes, seed, onlyKnown, nullable });
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function valueOf(expr: Expr, row: number, context: Context): Value {
  switch (expr.kind) {
    case 'jinja':
      if (context.onlyKnown) throw NO_VALUE;
      return context.rows[row]?.get(exprKey(expr)) ?? null;
    case 'column':
      return context.rows[row]?.get(exprKey(expr)) ?? null;
    case 'literal':
      return literal(expr.type, expr.value);
    case 'op':
      return operator(expr.op, expr.args, row, context);
    case 'case': {
      const branch = expr.branches.find(({ when }) => valueOf(when, row, context) === true);
      if (branch) return valueOf(branch.then, row, context);
      return expr.otherwise ? valueOf(expr.otherwise, row, context) : null;
    }
    case 'cast':
      return castValue(expr, valueOf(expr.expr, row, context), context);
    case 'call':
      return call(expr, row, context);
    case 'other':
      return unknownFunction(`other ${expr.tag} ${expr.props}`, expr.args.map((arg) => valueOf(arg, row, context)), context.classes.classOf(expr), context, false);
    default:
      throw NO_VALUE;
  }
}

/** Casts keep the value here but for truth, which is one or nothing as a number, and for text, which may be any number. */
function castValue(expr: Extract<Expr, { kind: 'cast' }>, value: Value, context: Context): Value {
  if (context.onlyKnown) return castOfKnown(expr, value);
  if (typeFamily(expr.type) !== 'number') return value;
  if (typeof value === 'string') return unknownFunction('cast to number', [value], context.classes.classOf(expr), context, true);
  return typeof value === 'boolean' ? Number(value) : value;
}

/** A cast that keeps a value for certain; text that is read as a date or a number may come out as anything, or as nothing. */
function castOfKnown({ type, safe }: Extract<Expr, { kind: 'cast' }>, value: Value): Value {
  if (value === null) return null;
  const family = typeFamily(type);
  const keeps = typeof value === 'string' ? family === 'text' : typeof value === 'number' && family === 'number' && Number.isInteger(value);
  if (safe || !keeps) throw NO_VALUE;
  return value;
}

function literal(type: string, value: string): Value {
  if (type === 'null') return null;
  if (type === 'boolean') return value === 'true';
  return type === 'number' ? Number(value) : value;
}

function operator(name: string, args: readonly Expr[], row: number, context: Context): Value {
  if (name === 'and' || name === 'or') return junction(name, args.map((arg) => valueOf(arg, row, context)));
  const values = args.map((arg) => valueOf(arg, row, context));
  const [a = null, b = null] = values;
  switch (name) {
    case 'not':
      return a === null ? null : a !== true;
    case 'is null':
      return a === null;
    case 'is not null':
      return a !== null;
    case 'is':
    case 'is not distinct from':
      return a === b;
    case 'is distinct from':
      return a !== b;
    case 'in':
    case 'not in':
      return membership(values, name === 'in');
    case '-':
      if (values.length === 1) return a === null ? null : -number(a);
      return arithmetic(name, a, b);
    case '+':
    case '*':
      return values.slice(1).reduce<Value>((sum, value) => arithmetic(name, sum, value), a);
    case '/':
      return quotient(arithmetic(name, a, b), context);
    case '=':
    case '<>':
    case '<':
    case '<=':
      return comparison(name, a, b, context);
    case 'like':
    case 'ilike':
      return a === null || b === null ? null : like(String(a), String(b), name === 'ilike');
    case '||':
      return values.includes(null) ? null : values.map(String).join('');
    default:
      return unknownFunction(`op ${name}`, values, { type: undefined, conflict: false, literals: [] }, context, true);
  }
}

function junction(name: 'and' | 'or', values: readonly Value[]): Value {
  const decisive = name === 'or';
  if (values.includes(decisive)) return decisive;
  return values.includes(null) ? null : !decisive;
}

function membership(values: readonly Value[], positive: boolean): Value {
  const [value = null, ...list] = values;
  if (value === null) return null;
  if (list.includes(value)) return positive;
  return list.includes(null) ? null : !positive;
}

function number(value: Value): number {
  if (typeof value !== 'number') throw NO_VALUE;
  return value;
}

function arithmetic(name: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  const [x, y] = [number(a), number(b)];
  if (name === '+') return x + y;
  if (name === '-') return x - y;
  if (name === '*') return x * y;
  if (y === 0) throw NO_VALUE;
  return x / y;
}

/** Which of two texts comes first is a matter of collation, but for days. */
function ordered(values: readonly Value[], { onlyKnown }: Context): void {
  if (onlyKnown && values.some((value) => typeof value === 'string' && !DATE_TEXT.test(value))) throw NO_VALUE;
}

/** Some warehouses drop the fraction of a quotient of whole numbers. */
function quotient(value: Value, { onlyKnown }: Context): Value {
  if (onlyKnown && typeof value === 'number' && !Number.isInteger(value)) throw NO_VALUE;
  return value;
}

function comparison(name: string, a: Value, b: Value, context: Context): Value {
  if (a === null || b === null) return null;
  if (typeof a !== typeof b) throw NO_VALUE;
  if (name === '=') return a === b;
  if (name === '<>') return a !== b;
  ordered([a, b], context);
  return name === '<' ? a < b : a <= b;
}

function like(value: string, pattern: string, insensitive: boolean): boolean {
  const source = [...pattern].map((c) => (c === '%' ? '[\\s\\S]*' : c === '_' ? '[\\s\\S]' : c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  return new RegExp(`^${source}$`, insensitive ? 'i' : '').test(value);
}

type Call = Extract<Expr, { kind: 'call' }>;

function call(expr: Call, row: number, context: Context): Value {
  if (expr.over) return windowed(expr, row, context);
  if (expr.aggregate && !expr.extra) return aggregate(expr, context);
  if (expr.name === 'coalesce' && !expr.extra && !expr.distinct) return firstValue(expr.args, row, context);
  const values = expr.args.map((arg) => (arg.kind === 'star' ? '*' : valueOf(arg, row, context)));
  const [a = null, b = null] = values;
  if (!expr.extra && !expr.distinct) {
    if (expr.name === 'nullif') return a !== null && a === b ? null : a;
    if (expr.name === 'abs' && values.length === 1) return a === null ? null : Math.abs(number(a));
    if (expr.name === 'lower' && typeof a === 'string') return a.toLowerCase();
    if (expr.name === 'upper' && typeof a === 'string') return a.toUpperCase();
    const trimmed = values.length === 1 && typeof a === 'string' ? TRIMMED[expr.name]?.(a) : undefined;
    if (trimmed !== undefined) return trimmed;
    if (expr.name === 'length' && typeof a === 'string') return a.length;
    if (ROUNDS.has(expr.name) && typeof a === 'number' && Number.isInteger(a) && staysWhole(expr, a, context)) return a;
  }
  const extra = (expr.extra ?? []).map(exprKey).join(';');
  if (context.nullable.has(exprKey(expr)) && hash(`${context.seed}:null ${exprKey(expr)}`) % 3 === 0) return null;
  return unknownFunction(`${expr.name} ${extra}${expr.distinct ? ' distinct' : ''}`, values, context.classes.classOf(expr), context, expr.name !== 'concat' && expr.name !== 'concat_ws');
}

/** True for a whole number that is the same after rounding, though not to tens; of unknown ones one that the expressions themselves name. */
function staysWhole(expr: Call, value: number, { classes, onlyKnown }: Context): boolean {
  if (!onlyKnown) return Math.abs(value) <= 1 || classes.classOf(expr).literals.includes(value);
  const [, digits] = expr.args;
  return digits === undefined || (digits.kind === 'literal' && /^\d+$/.test(digits.value));
}

/** The first that is not null; what stands behind it is not asked. */
function firstValue(args: readonly Expr[], row: number, context: Context): Value {
  for (const arg of args) {
    const value = valueOf(arg, row, context);
    if (value !== null) return value;
  }
  return null;
}

const TRIMMED: Readonly<Record<string, (text: string) => string>> = { trim: (text) => text.trim(), ltrim: (text) => text.trimStart(), rtrim: (text) => text.trimEnd() };
const ROUNDS = new Set(['round', 'floor', 'ceil', 'trunc', 'truncate']);

function windowed(expr: Call, row: number, context: Context): Value {
  const over = expr.over;
  const parts = [...expr.args.map((arg) => (arg.kind === 'star' ? '*' : valueOf(arg, row, context))), '|', ...(over?.partitionBy ?? []).map((part) => valueOf(part, row, context)), '|', ...(over?.orderBy ?? []).flatMap((key) => [valueOf(key.expr, row, context), key.descending, key.nulls ?? ''])];
  const text = `${expr.name} over ${over?.frame ?? ''} ${expr.distinct} ${(expr.extra ?? []).map(exprKey).join(';')}`;
  if (context.onlyKnown) throw NO_VALUE;
  // A window may always be empty: lag and sum give null then.
  if (!NEVER_NULL.has(expr.name) && hash(`${context.seed}:null ${text}(${JSON.stringify(parts)})`) % 4 === 0) return null;
  return unknownFunction(text, parts, context.classes.classOf(expr), context, false);
}

const NEVER_NULL = new Set(['row_number', 'rank', 'dense_rank', 'ntile', 'count', 'percent_rank', 'cume_dist']);

function aggregate(expr: Call, context: Context): Value {
  const [argument] = expr.args;
  const columns = context.rows.map((_, row) => (argument === undefined || argument.kind === 'star' ? 1 : valueOf(argument, row, context)));
  let values = columns.filter((value): value is Exclude<Value, null> => value !== null);
  if (expr.distinct) values = [...new Set(values)];
  if (expr.args.length <= 1) {
    switch (expr.name) {
      case 'count':
        return values.length;
      case 'count_if':
        return values.filter((value) => value === true).length;
      case 'sum':
        return values.length === 0 ? null : values.map(number).reduce((sum, value) => sum + value, 0);
      case 'avg':
        return values.length === 0 ? null : quotient(values.map(number).reduce((sum, value) => sum + value, 0) / values.length, context);
      case 'min':
        ordered(values, context);
        return values.reduce<Value>((least, value) => (least === null || value < least ? value : least), null);
      case 'max':
        ordered(values, context);
        return values.reduce<Value>((most, value) => (most === null || value > most ? value : most), null);
      case 'logical_or':
        return values.length === 0 ? null : values.includes(true);
      case 'logical_and':
        return values.length === 0 ? null : !values.includes(false);
    }
  }
  const all = context.rows.flatMap((_, row) => expr.args.map((arg) => (arg.kind === 'star' ? '*' : valueOf(arg, row, context))));
  return unknownFunction(`${expr.name} ${expr.distinct}`, all, context.classes.classOf(expr), context, false);
}

function unknownFunction(name: string, values: readonly Value[], place: ValueClass, { seed, onlyKnown }: Context, strict: boolean): Value {
  if (onlyKnown) throw NO_VALUE;
  if (strict && values.includes(null)) return null;
  const domain = domainOf(place).filter((value) => value !== null);
  return domain[hash(`${seed}:${name}(${JSON.stringify(values)})`) % domain.length] ?? null;
}

/** Values worth trying for a class: its literals and what lies beside them, and null. */
export function domainOf(place: ValueClass): Value[] {
  if (place.type === 'boolean') return [true, false, null];
  const strings = place.literals.filter((value): value is string => typeof value === 'string');
  const numbers = place.literals.filter((value): value is number => typeof value === 'number');
  if (place.type === 'string') {
    // Dates stand beside the day before and the day after: between two days there is nothing.
    if (strings.length > 0 && strings.every((text) => DATE_TEXT.test(text))) return [...new Set<Value>([...strings.flatMap((text) => [text, dayBeside(text, -1), dayBeside(text, 1)]), '1970-01-01', '2099-12-31', null])];
    const near = strings.flatMap((text) => [text, text.toUpperCase(), text.toLowerCase(), `${text}~`, text.replace(/[%_]/g, '')]);
    return [...new Set<Value>([...near, '', 'Other', 'another', ' Padded ', '~', null])];
  }
  const near = numbers.flatMap((value) => [value, value + 1, value - 1]);
  return [...new Set<Value>([...near, 0, 1, 2, 7, -3, 12, null])];
}

/** A day as text. */
export const DATE_TEXT = /^\d{4}-\d{2}-\d{2}$/;

function dayBeside(text: string, by: number): string {
  const day = new Date(`${text}T00:00:00Z`).getTime();
  return Number.isNaN(day) ? text : new Date(day + by * 86_400_000).toISOString().slice(0, 10);
}

/** FNV-1a, 32 bits, with a final mix. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 12)) >>> 0;
}
