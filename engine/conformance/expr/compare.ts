import type { Expr } from '../../sql/types';
import { mapChildren, someExpr, walkExpr } from '../../sql/exprs';
import { CONSTANT, haveAnOrder, withConstant } from './constants';
import { DATE_TEXT, type Value } from './evaluate';
import { losesFraction, type TypeFacts } from './fractions';
import { familiesOf, typeFamily, type TypeFamily } from './functions';
import { jinjaIn } from './jinja';
import { keptRows } from './keeps';
import { exprKey } from './key';
import { normaliseExpr } from './normalise';
import { counterexample, isSame, sourceOf, variablesOf } from './witness';

export type Comparison = 'equal' | 'different' | 'unknown';

const INTERPRETED = new Set(['coalesce', 'nullif', 'abs', 'lower', 'upper', 'trim', 'ltrim', 'rtrim', 'length', 'count', 'count_if', 'sum', 'avg', 'min', 'max', 'logical_or', 'logical_and']);

/** What is known of the columns that two expressions read. */
export interface ColumnFacts extends TypeFacts {
  /** Null in some rows for certain: those without a match. Such a null comes with the nulls of its whole source. */
  mayBeNull(column: Expr): boolean;
  /** A null is the column's own. */
  isOwnNull(column: Expr): boolean;
  /** A constraint or a test says that it is never null. */
  neverNull(column: Expr): boolean;
}

const NOTHING_KNOWN: ColumnFacts = { mayBeNull: () => false, isOwnNull: () => false, neverNull: () => false, dialect: '', typeOf: () => undefined };

/**
 * Compares two normalised expressions over the same columns. `different` has a proof: values of the columns for which
 * the two give other results, with every function in it either understood or used on both sides. As a filter only
 * `true` counts. A subquery is never compared.
 */
export function compareExpr(left: Expr, right: Expr, use: 'value' | 'filter' = 'value', facts: ColumnFacts = NOTHING_KNOWN): Comparison {
  // Most are the same word for word, and stay so whatever is done to both.
  if (exprKey(left) === exprKey(right)) return 'equal';
  const { mayBeNull, isOwnNull, neverNull } = facts;
  const [first, second] = aligned(left, right).map((expr) => (use === 'filter' ? normaliseExpr(keptRows(expr)) : expr)) as [Expr, Expr];
  if (exprKey(first) === exprKey(second)) return 'equal';
  if (isRowWise(first, second) || isDangling(first) || isDangling(second) || mayMeanTheSame(first, second)) return 'unknown';
  const [a, b] = withConstant(first, second);
  const casts = castsDiffer(a, b, facts);
  if (casts) return casts;
  // Whether a counted column can be null is known of outer joins alone.
  if (exprKey(withoutCounted(a)) === exprKey(withoutCounted(b))) return countedIn(a).length + countedIn(b).length === 1 && [...countedIn(a), ...countedIn(b)].every(mayBeNull) ? 'different' : 'unknown';
  // Where nulls stand and how ties are added up depends on the warehouse and the data.
  if (exprKey(withoutTies(a)) === exprKey(withoutTies(b))) return 'unknown';
  const literals = literalsDiffer(a, b);
  if (literals) return literals;
  const names = [functionsOf(a), functionsOf(b)] as const;
  const areOthers = use === 'filter' ? (x: Value, y: Value): boolean => (x === true) !== (y === true) : (x: Value, y: Value): boolean => !isSame(x, y);
  if (!namesProve(names[0], names[1]) || isOnlyComposed(a, b) || haveAnOrder(a, b)) {
    // A row for which all that is asked has one meaning everywhere is a proof whatever else there is.
    return counterexample(a, b, { takesNull: () => false, comeTogether: () => false, onlyKnown: true, areOthers }) ? 'different' : 'unknown';
  }
  const tested = new Set([...nullTested(a), ...nullTested(b)]);
  const nullable = new Set([...nullsGiven(a), ...nullsGiven(b)]);
  // Where one column of a row without a match is asked for, the others are null with it.
  const comeTogether = (variable: Expr): boolean => mayBeNull(variable) && tested.has(exprKey(variable));
  const differ = (takesNull: (variable: Expr) => boolean, together = comeTogether): boolean => counterexample(a, b, { takesNull: (variable) => takesNull(variable) && variable !== CONSTANT && !neverNull(variable), comeTogether: together, nullable, areOthers });
  if (!differ(() => true)) return 'unknown';
  if (nullsMatter(names[0], names[1])) return 'different';
  const askedFor = (variable: Expr): boolean => isOwnNull(variable) && tested.has(exprKey(variable));
  const sources = new Set(variablesOf([a, b]).filter((variable) => mayBeNull(variable) && tested.has(exprKey(variable))).map(sourceOf));
  return differ(askedFor) || (sources.size > 0 && differ((variable) => askedFor(variable) || (mayBeNull(variable) && sources.has(sourceOf(variable))), mayBeNull)) ? 'different' : 'unknown';
}

const NULL_WORDS = ['coalesce', 'nullif', 'is null', 'is not null', 'is distinct from', 'is not distinct from', 'is', 'concat', 'count'];

/** Columns that an expression asks whether they are null: whoever wrote it took it that they may be. */
function nullTested(expr: Expr): Set<string> {
  const found = new Set<string>();
  walkExpr(expr, (part) => {
    for (const arg of askedIn(part)) {
      const of = arg.kind === 'call' && EXTREMES.has(arg.name) && !arg.over ? arg.args[0] : arg;
      if (of?.kind === 'column') found.add(exprKey(of));
    }
  });
  return found;
}

const EXTREMES = new Set(['min', 'max', 'sum', 'avg']);

/** Functions that find nothing in many a value: fields of documents, matches of patterns. */
const FINDERS = new Set(['json_extract', 'json_extract_scalar', 'json_value', 'json_query', 'json_extract_path_text', 'get_json_object', 'get_path', 'get', 'subscript', 'bracket', 'try_parse_json', 'regexp_substr', 'regexp_extract']);

/** Calls that an expression asks whether they find anything. */
function nullsGiven(expr: Expr): Set<string> {
  const found = new Set<string>();
  walkExpr(expr, (part) => {
    for (const arg of askedIn(part)) {
      const of = withoutCasts(arg);
      if (of.kind === 'call' && FINDERS.has(of.name) && !of.over) found.add(exprKey(of));
    }
  });
  return found;
}

/** The parts of an expression that it asks for nulls. */
function askedIn(part: Expr): Expr[] {
  if (part.kind === 'op' && (part.op === 'is null' || part.op === 'is not null')) return part.args;
  return part.kind === 'call' && part.name === 'coalesce' ? part.args.slice(0, -1) : [];
}

/** Where one of two expressions speaks of nulls and the other does not, any null proves them to be others; else only that of a column that is asked for. */
function nullsMatter(a: Names, b: Names): boolean {
  return NULL_WORDS.some((word) => a.all.has(word) !== b.all.has(word));
}

/** The expression with windows that say nothing of nulls, nor whether equal rows are added up one by one. */
function withoutTies(expr: Expr): Expr {
  if (expr.kind !== 'call' || !expr.over) return mapChildren(expr, withoutTies);
  const inner = mapChildren(expr, withoutTies) as Extract<Expr, { kind: 'call' }>;
  const over = inner.over ?? expr.over;
  return { ...inner, over: { partitionBy: over.partitionBy, orderBy: over.orderBy.map(({ expr: by, descending }) => ({ expr: by, descending })), frame: over.frame === '{kind:rows start:unboundedpreceding end:currentrow}' ? '' : over.frame } };
}

/** Functions that give other results for whatever differs in what they are given. */
const INJECTIVE = new Set(['md5', 'sha1', 'sha256', 'sha2', 'sha', 'hash', 'farm_fingerprint', 'xxhash64', 'md5_digest', 'md5_number']);

/**
 * True where a function that is not interpreted here stands on both sides over the same columns, but inside or around other
 * functions or with other constants: `initcap(lower(a))` may be `initcap(a)`.
 */
function isOnlyComposed(a: Expr, b: Expr): boolean {
  const [left, right] = [applicationsOf(a), applicationsOf(b)];
  const isOnly = ({ name }: Application): boolean => [left, right].every((all) => [...all.values()].filter((own) => own.name === name).length === 1);
  // What one shift by the same time gives is another wherever it is given another.
  const isShift = (own: Application, other: Application): boolean => SHIFTS.has(own.name) && own.constants === other.constants && isOnly(own);
  return [...left.values()].some((own) => !right.has(own.key) && [...right.values()].some((other) => other.name === own.name && !left.has(other.key) && other.columns === own.columns && other.shape !== own.shape && !isShift(own, other)));
}

const SHIFTS = new Set(['date_add', 'date_sub']);

interface Application {
  key: string;
  name: string;
  columns: string;
  shape: string;
  constants: string;
}

function applicationsOf(expr: Expr): Map<string, Application> {
  const found = new Map<string, Application>();
  walkExpr(expr, (part) => {
    if (part.kind !== 'call' || part.over || INTERPRETED.has(part.name) || INJECTIVE.has(part.name)) return;
    const names: string[] = [];
    const columns: string[] = [];
    walkExpr(part, (inner) => {
      if (inner.kind === 'call') names.push(inner.name);
      if (inner.kind === 'column') columns.push(exprKey(inner));
    });
    const constants = part.args.filter((arg) => arg.kind === 'literal').map(exprKey);
    found.set(exprKey(part), { key: exprKey(part), name: part.name, columns: [...new Set(columns)].sort().join(), shape: [...names, ...constants].sort().join(), constants: constants.join() });
  });
  return found;
}

/** What is no value of one row or group: a star alone, a subquery. */
function isRowWise(...exprs: Expr[]): boolean {
  let found = false;
  for (const expr of exprs) {
    if (expr.kind === 'star') found = true;
    walkExpr(expr, (part) => {
      if (part.kind === 'subquery') found = true;
    });
  }
  return found;
}

/** True where a column has a qualifier that names nothing the stage reads. */
export function isDangling(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'column' && part.table !== undefined && part.source === undefined);
}

/** True where two expressions differ only in which source columns of some names have, and one of them leaves that open. */
export function mayMeanTheSame(a: Expr, b: Expr): boolean {
  const open = new Set<string>();
  for (const expr of [a, b]) walkExpr(expr, (part) => {
    if (part.kind === 'column' && part.source === undefined && !part.table) open.add(part.name.text);
  });
  if (open.size === 0) return false;
  const bare = (expr: Expr): Expr => (expr.kind === 'column' && open.has(expr.name.text) ? { kind: 'column', name: expr.name } : mapChildren(expr, bare));
  return exprKey(normaliseExpr(bare(a))) === exprKey(normaliseExpr(bare(b)));
}

/** Columns written without a source take the source of the only column of that name on the other side: a name is all that was said. */
export function aligned(left: Expr, right: Expr): [Expr, Expr] {
  const first = alignTo(left, right);
  return [first, alignTo(right, first)];
}

function alignTo(expr: Expr, other: Expr): Expr {
  if (!someExpr(expr, isBare)) return normaliseExpr(expr);
  const sources = new Map<string, Set<string>>();
  walkExpr(other, (part) => {
    if (part.kind !== 'column' || part.source === undefined) return;
    const known = sources.get(part.name.text) ?? new Set<string>();
    sources.set(part.name.text, known.add(part.source));
  });
  const change = (part: Expr): Expr => {
    if (isBare(part)) {
      const found = [...(sources.get(part.name.text) ?? [])];
      return found.length === 1 && found[0] !== undefined ? { ...part, source: found[0] } : part;
    }
    return mapChildren(part, change);
  };
  return normaliseExpr(change(expr));
}

function isBare(part: Expr): part is Extract<Expr, { kind: 'column' }> {
  return part.kind === 'column' && !part.table;
}

/** Casts do not change a value here; where the two differ in nothing but casts, their types decide. */
function castsDiffer(a: Expr, b: Expr, types: TypeFacts): Comparison | undefined {
  if (exprKey(withoutCasts(a)) !== exprKey(withoutCasts(b))) return undefined;
  if (a.kind === 'cast' && b.kind === 'cast' && isOtherFamily(a.type, b.type)) return 'different';
  const [left, right] = [castTypes(a), castTypes(b)];
  if (left.length !== right.length) return 'unknown';
  return left.some((type, index) => isOtherFamily(type, right[index] ?? '')) || losesFraction(a, b, types) ? 'different' : 'unknown';
}

function isOtherFamily(a: string, b: string): boolean {
  const [x, y] = [typeFamily(a), typeFamily(b)];
  return x !== undefined && y !== undefined && x !== y;
}

function withoutCasts(expr: Expr): Expr {
  return expr.kind === 'cast' ? withoutCasts(expr.expr) : mapChildren(expr, withoutCasts);
}

/** The columns that are counted where they are not null. */
function countedIn(expr: Expr): Expr[] {
  const found: Expr[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'call' && part.name === 'count' && !part.distinct && !part.over && part.args[0]?.kind === 'column') found.push(part.args[0]);
  });
  return found;
}

/** `count(x)` as `count(*)`. */
function withoutCounted(expr: Expr): Expr {
  if (expr.kind === 'call' && expr.name === 'count' && !expr.distinct && !expr.over && expr.args[0]?.kind === 'column') return { ...expr, args: [{ kind: 'star', except: [], replace: [], rename: [] }] };
  return mapChildren(expr, withoutCounted);
}

/**
 * Two expressions that are the same but for literals: one other literal makes another expression (5 and 50, 'failed' and
 * 'refunded'), spellings of one value prove nothing ('DAY' and 'day', 1 and 1.0, '2024-01-01' and '2024-1-1').
 */
function literalsDiffer(a: Expr, b: Expr): Comparison | undefined {
  const [left, right]: [Literal[], Literal[]] = [[], []];
  if (exprKey(blanked(a, left)) !== exprKey(blanked(b, right)) || left.length !== right.length) return undefined;
  const pairs = left.map((literal, index) => [literal, right[index] as Literal] as const).filter(([x, y]) => x.type !== y.type || x.value !== y.value);
  if (pairs.every(([x, y]) => maySame(x, y)) || pairs.some(([x, y]) => isInPattern(a, x) && isInPattern(b, y))) return 'unknown';
  const [pair] = pairs;
  return pairs.length === 1 && pair && pair[0].type === pair[1].type ? 'different' : undefined;
}

/** True for a literal in a regular expression or format, which has many spellings. */
function isInPattern(expr: Expr, literal: Literal): boolean {
  let found = false;
  walkExpr(expr, (part) => {
    if (part.kind === 'call' && /^(regexp|rlike|to_char|to_date|to_timestamp|try_to|format|parse_|strftime|strptime|date_format|similar)/.test(part.name) && part.args.includes(literal)) found = true;
  });
  return found;
}

/** What a surrogate key has for nulls. */
const NULL_KEY = '_dbt_utils_surrogate_key_null_';

function maySame(a: Literal, b: Literal): boolean {
  // dbt_utils writes one or the other by a var of the project.
  if (a.type === 'string' && b.type === 'string' && [a.value, b.value].sort().join('|') === `|${NULL_KEY}`) return true;
  if (a.type === 'string' && b.type === 'string') return a.value.trim().toLowerCase() === b.value.trim().toLowerCase() || sameDate(a.value, b.value);
  const [x, y] = [Number(a.value), Number(b.value)];
  // Between two integers two fractions may be the same bound.
  if (a.type === 'number' && b.type === 'number') return x === y || (!Number.isInteger(x) && !Number.isInteger(y) && Math.floor(x) === Math.floor(y));
  return a.type !== b.type && a.value.toLowerCase() === b.value.toLowerCase();
}

function sameDate(x: string, y: string): boolean {
  const digits = (text: string): string => text.replace(/\b0+(?=\d)/g, '').replace(/[tT ]0:0:0(\.0+)?$/, '').replace(/\D+/g, '-');
  return /\d/.test(x) && digits(x) === digits(y) && x.replace(/[\d\W]/g, '') === y.replace(/[\d\W]/g, '');
}

type Literal = Extract<Expr, { kind: 'literal' }>;

/** The expression with its literals taken out, in the order they stood. */
function blanked(expr: Expr, literals: Literal[]): Expr {
  if (expr.kind === 'literal' && expr.type !== 'null') {
    literals.push(expr);
    return { kind: 'literal', type: 'other', value: '' };
  }
  return mapChildren(expr, (child) => blanked(child, literals));
}

function castTypes(expr: Expr): string[] {
  const found: string[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'cast') found.push(part.type);
  });
  return found;
}

interface Names {
  /** Functions and hidden text that have no interpretation here. */
  open: Set<string>;
  /** Every function and operator. */
  all: Set<string>;
}

function functionsOf(expr: Expr): Names {
  const names: Names = { open: new Set(), all: new Set() };
  walkExpr(expr, (part) => {
    const written = jinjaIn(part);
    if (written !== undefined) names.open.add(`jinja ${written}`);
    if (part.kind === 'op') names.all.add(part.op);
    if (part.kind === 'cast') names.all.add(CAST_WORDS[typeFamily(part.type) ?? 'text'] ?? 'to_char');
    if (part.kind === 'literal' && part.type === 'string' && DATE_TEXT.test(part.value)) names.all.add('date literal');
    if (part.kind === 'case') names.all.add('case');
    if (part.kind === 'call') {
      const name = part.over ? `${part.name} over` : part.name;
      names.all.add(part.name);
      if (part.over || part.extra || !INTERPRETED.has(part.name)) names.open.add(name);
    }
    if (part.kind === 'jinja') names.open.add(`jinja ${part.text}`);
    // Properties of a call belong to the call.
    if (part.kind === 'other' && part.tag !== 'props') names.open.add(`other ${part.tag} ${part.props}`);
    if (part.kind === 'literal' && part.type === 'other') names.open.add(`literal ${part.value}`);
  });
  return names;
}

/** Functions that a cast may stand for. */
const CAST_WORDS: Partial<Record<TypeFamily, string>> = { date: 'date', timestamp: 'timestamp', number: 'trunc', text: 'to_char' };
const RANKS = new Set(['row_number', 'rank', 'dense_rank']);

/** True where a counterexample is a proof: what only one side uses is known and has no relative on the other. */
function namesProve(a: Names, b: Names): boolean {
  return oneSided(a, b) && oneSided(b, a);
}

function oneSided(own: Names, other: Names): boolean {
  return [...own.open].every((name) => {
    if (other.open.has(name)) return true;
    const own = name.replace(/ over$/, '');
    const families = familiesOf(own);
    if (families.length === 0) return false;
    if (name.endsWith(' over')) return !RANKS.has(own) || ![...other.all].some((used) => RANKS.has(used));
    return ![...other.all].some((used) => used !== name && familiesOf(used).some((family) => families.includes(family)));
  });
}
