import { childrenOf } from '../../sql/exprs';
import type { Expr } from '../../sql/types';

/** A constant that somebody looked up: a day, or the id of one row or of a few. */
export interface HardCoded {
  kind: 'date' | 'id';
  value: string;
  /** As SQL writes it. */
  text: string;
}

type Literal = Extract<Expr, { kind: 'literal' }>;

const EQUALITIES = new Set(['=', '<>', '!=', 'in', 'not in', 'is distinct from', 'is not distinct from']);
/** Functions whose later arguments stand for a missing value. */
const DEFAULTS = new Set(['coalesce', 'ifnull', 'if_null', 'nvl', 'nvl2', 'isnull', 'nullif']);
const ID_NAME = /^(id|guid|uuid)$|_(id|key|uuid|guid)$/i;
const DATE = /^(\d{4})-(\d{2})-(\d{2})([ T]\d.*)?$/;
const SHORTEST_DAY = 8;
const DAY_NUMBER = /^(\d{4})(\d{2})(\d{2})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LONG_NUMBER = /^\d{9,}$/;
/** Days outside of these stand for "always" and "never". */
const [FIRST_YEAR, LAST_YEAR] = [1971, 2098];

/**
 * The hard-coded dates and ids of an expression; `name` is that of the column it makes. Defaults for missing values, 0, 1, -1,
 * empty texts and the ends of time are none.
 */
export function hardCodedIn(expr: Expr, name?: string): readonly HardCoded[] {
  const own = bare(expr);
  if (own.kind === 'literal' && name !== undefined && ID_NAME.test(name)) return asDate(own) ?? asId(own) ?? NONE;
  if (own.kind === 'column') return NONE;
  const found: HardCoded[] = [];
  addWithin(expr, found);
  return found;
}

const NONE: readonly HardCoded[] = [];

function addWithin(expr: Expr, found: HardCoded[]): void {
  if (expr.kind === 'literal') {
    found.push(...(asDate(expr) ?? asLongId(expr) ?? NONE));
    return;
  }
  for (const [index, child] of childrenOf(expr).entries()) {
    const literal = bare(child);
    if (literal.kind !== 'literal') addWithin(child, found);
    else if (expr.kind !== 'call' || !DEFAULTS.has(expr.name) || index === 0) found.push(...(asDate(literal) ?? (comparedWithId(expr).includes(child) ? asId(literal) : asLongId(literal)) ?? NONE));
  }
}

/** The operands that are compared for equality with an id. */
function comparedWithId(expr: Expr): Expr[] {
  if (expr.kind === 'op' && EQUALITIES.has(expr.op)) return expr.args.some(isId) ? expr.args : [];
  return expr.kind === 'case' && expr.operand && isId(expr.operand) ? expr.branches.map(({ when }) => when) : [];
}

function isId(expr: Expr): boolean {
  const inner = expr.kind === 'call' && expr.args.length === 1 ? expr.args[0] : bare(expr);
  return inner?.kind === 'column' && ID_NAME.test(inner.name.text);
}

/** What a cast or a sign is put on. */
function bare(expr: Expr): Expr {
  return expr.kind === 'cast' ? bare(expr.expr) : expr;
}

function asDate({ type, value }: Literal): HardCoded[] | undefined {
  if (value.length < SHORTEST_DAY) return undefined;
  const typed = type === 'other' ? (/^(?:date|timestamp) (.*)$/.exec(value)?.[1] ?? '') : value;
  const [, year, month, day] = (type === 'number' ? DAY_NUMBER : DATE).exec(typed) ?? (type === 'string' ? (DAY_NUMBER.exec(typed) ?? []) : []);
  if (year === undefined || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (type === 'number' && (Number(year) < 1900 || Number(year) > 2200)) return undefined;
  return Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR ? [] : [{ kind: 'date', value: typed, text: type === 'number' ? typed : `'${typed}'` }];
}

function asId({ type, value }: Literal): HardCoded[] | undefined {
  if (type !== 'number' && type !== 'string') return undefined;
  return value.trim() === '' || ['0', '1', '-1'].includes(value) ? undefined : [{ kind: 'id', value, text: type === 'string' ? `'${value}'` : value }];
}

function asLongId({ type, value }: Literal): HardCoded[] | undefined {
  return type === 'string' && (UUID.test(value) || LONG_NUMBER.test(value)) ? [{ kind: 'id', value, text: `'${value}'` }] : undefined;
}
