import type { Expr } from '../../sql/types';
import { childrenOf } from '../../sql/exprs';
import { typeFamily } from './functions';
import { exprKey } from './key';

export type ValueType = 'number' | 'string' | 'boolean';

/** What is known of the values that may stand at a place: their type, and the literals they are compared with. */
export interface ValueClass {
  type: ValueType | undefined;
  conflict: boolean;
  literals: (number | string)[];
}

/** Classes of values for two or more expressions taken together; places that are compared share one class. */
export interface Classes {
  classOf(expr: Expr): ValueClass;
  conflict(): boolean;
}

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=', 'in', 'not in', 'is distinct from', 'is not distinct from', 'is']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '//', 'div']);
const SAME = new Set(['coalesce', 'nullif', 'least', 'greatest', 'min', 'max', 'any_value', 'first', 'last', 'first_value', 'last_value', 'lag', 'lead']);
const NUMERIC = new Set(['sum', 'avg', 'round', 'abs', 'floor', 'ceil', 'sign', 'power', 'sqrt', 'ln', 'log', 'mod', 'trunc', 'truncate']);
const ROUNDING = new Set(['round', 'floor', 'ceil', 'trunc', 'truncate']);
const COUNTS = new Set(['count', 'count_if', 'length', 'row_number', 'rank', 'dense_rank']);
const TEXTUAL = new Set(['lower', 'upper', 'trim', 'ltrim', 'rtrim', 'substring', 'replace', 'initcap']);
const LOGICAL = new Set(['logical_or', 'logical_and']);

/** Infers value classes from how columns and calls are used. */
export function classesOf(exprs: readonly Expr[]): Classes {
  const parent = new Map<string, string>();
  const facts = new Map<string, ValueClass>();
  const find = (key: string): string => {
    let at = key;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    return at;
  };
  const factsOf = (key: string): ValueClass => {
    const root = find(key);
    const known = facts.get(root) ?? { type: undefined, conflict: false, literals: [] };
    facts.set(root, known);
    return known;
  };
  const union = (a: string, b: string): void => {
    const [x, y] = [find(a), find(b)];
    if (x === y) return;
    const [left, right] = [factsOf(x), factsOf(y)];
    parent.set(x, y);
    facts.set(y, {
      type: right.type ?? left.type,
      conflict: left.conflict || right.conflict || (left.type !== undefined && right.type !== undefined && left.type !== right.type),
      literals: [...right.literals, ...left.literals],
    });
  };
  const typed = (key: string, type: ValueType): void => {
    const known = factsOf(key);
    if (known.type !== undefined && known.type !== type) known.conflict = true;
    known.type = type;
  };
  const visit = (expr: Expr): string => {
    const key = placeKey(expr);
    const children = childrenOf(expr).map(visit);
    const all = (keys: readonly string[]): void => keys.slice(1).forEach((other) => union(keys[0] as string, other));
    if (expr.kind === 'literal' && expr.type !== 'null' && expr.type !== 'other') {
      typed(key, expr.type);
      if (expr.type !== 'boolean') factsOf(key).literals.push(expr.type === 'number' ? Number(expr.value) : expr.value);
    }
    if (expr.kind === 'op') visitOperator(expr.op, key, children, typed, all);
    // A text read as a number is another value, of which nothing is known but that.
    if (expr.kind === 'cast' && typeFamily(expr.type) === 'number' && factsOf(children[0] as string).type === 'string') typed(key, 'number');
    else if (expr.kind === 'cast' && !(isTruth(expr.expr) && typeFamily(expr.type) === 'number')) union(key, children[0] as string);
    if (expr.kind === 'case') {
      expr.branches.forEach((branch) => typed(placeKey(branch.when), 'boolean'));
      all([key, ...expr.branches.map((branch) => placeKey(branch.then)), ...(expr.otherwise ? [placeKey(expr.otherwise)] : [])]);
    }
    if (expr.kind === 'call') visitCall(expr.name, key, children.slice(0, expr.args.length), typed, all);
    return key;
  };
  exprs.forEach(visit);
  return {
    classOf: (expr) => factsOf(placeKey(expr)),
    conflict: () => [...facts.keys()].some((key) => parent.get(key) === undefined && facts.get(key)?.conflict === true),
  };
}

function isTruth(expr: Expr): boolean {
  return expr.kind === 'column' || (expr.kind === 'op' && (COMPARISONS.has(expr.op) || ['and', 'or', 'not', 'is null', 'is not null', 'like', 'ilike'].includes(expr.op))) || (expr.kind === 'call' && LOGICAL.has(expr.name));
}

function visitOperator(name: string, key: string, children: readonly string[], typed: (key: string, type: ValueType) => void, all: (keys: readonly string[]) => void): void {
  if (name === 'and' || name === 'or' || name === 'not') [key, ...children].forEach((k) => typed(k, 'boolean'));
  else if (COMPARISONS.has(name) || name === 'between') {
    typed(key, 'boolean');
    all(children);
  } else if (name === 'is null' || name === 'is not null') typed(key, 'boolean');
  else if (ARITHMETIC.has(name)) [key, ...children].forEach((k) => typed(k, 'number'));
  else if (name === 'like' || name === 'ilike') {
    typed(key, 'boolean');
    children.forEach((k) => typed(k, 'string'));
    // What the pattern asks for is worth trying in what is compared with it.
    all(children);
  } else if (name === '||') typed(key, 'string');
}

function visitCall(name: string, key: string, args: readonly string[], typed: (key: string, type: ValueType) => void, all: (keys: readonly string[]) => void): void {
  if (SAME.has(name)) all([key, ...args.slice(0, name === 'lag' || name === 'lead' ? 1 : undefined)]);
  else if (NUMERIC.has(name)) {
    typed(key, 'number');
    // What the argument may be instead is worth trying in the result.
    if (args[0] !== undefined && ROUNDING.has(name)) all([key, args[0]]);
    else if (args[0] !== undefined) typed(args[0], 'number');
  } else if (COUNTS.has(name)) {
    typed(key, 'number');
    if (name === 'length' && args[0] !== undefined) typed(args[0], 'string');
  }
  else if (TEXTUAL.has(name)) {
    typed(key, 'string');
    // What the result is compared with is worth trying in the argument.
    if (args[0] !== undefined) all([key, args[0]]);
  } else if (LOGICAL.has(name)) [key, ...args].forEach((k) => typed(k, 'boolean'));
}

/** Two places with one key have one class: equal expressions, and all results of one function that is not interpreted. */
function placeKey(expr: Expr): string {
  return exprKey(expr);
}
