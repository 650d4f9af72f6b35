import { childrenOf, hasAggregate } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { classesOf } from './classes';
import { domainOf, evaluate, hash, type Row, type Value } from './evaluate';
import { exprKey } from './key';

const TRIALS = 480;
/** In every other trial columns have few values, so that they meet one another and what they are compared with. */
const FEW = 3;
const ROWS = 3;
/** A group of more rows than that is not tried, whatever it is asked to have. */
const MOST_ROWS = 24;

export interface Given {
  takesNull(variable: Expr): boolean;
  /** Columns whose null comes with that of every other column of their source. */
  comeTogether(variable: Expr): boolean;
  /** Nothing is assumed of what is hidden or has no interpretation: rows that need it prove nothing. */
  onlyKnown?: boolean;
  /** Whether two results are other ones. */
  areOthers(x: Value, y: Value): boolean;
}

/** True where values of the columns are found for which two expressions have results that are others. */
export function counterexample(a: Expr, b: Expr, { takesNull, comeTogether, onlyKnown = false, areOthers }: Given): boolean {
  const classes = classesOf([a, b]);
  if (classes.conflict()) return false;
  const variables = variablesOf([a, b]);
  const domains = variables.map((variable) => domainOf(classes.classOf(variable)).filter((value) => value !== null || takesNull(variable)));
  const keys = variables.map(exprKey);
  const combinations = domains.reduce((product, domain) => Math.min(product * domain.length, 1e6), 1);
  const grouped = hasAggregate(a) || hasAggregate(b);
  const size = grouped ? Math.min(MOST_ROWS, Math.max(ROWS, ...wholeNumbersIn([a, b]).map((number) => number + 2))) : ROWS;
  const differAt = (rows: readonly Row[], trial: number): boolean => {
    const [x, y] = [evaluate(a, rows, classes, trial, onlyKnown), evaluate(b, rows, classes, trial, onlyKnown)];
    return x !== undefined && y !== undefined && areOthers(x, y);
  };
  for (let trial = 0; trial < TRIALS; trial++) {
    const rows = Array.from({ length: trial % 4 < 2 ? size : ROWS }, (_, row): Row => {
      const values = keys.map((key, index) => pick(domains, index, trial, row, combinations, key));
      const unmatched = new Set(variables.flatMap((variable, index) => (values[index] === null && comeTogether(variable) ? [sourceOf(variable)] : [])));
      return new Map(keys.map((key, index) => [key, unmatched.has(sourceOf(variables[index])) ? null : (values[index] ?? null)]));
    });
    // A group may also be one row alone.
    if (differAt(rows, trial) || (grouped && differAt(rows.slice(0, 1), trial))) return true;
  }
  return false;
}

/** Whole numbers that expressions name: a group may be asked to have so many rows. */
function wholeNumbersIn(exprs: readonly Expr[]): number[] {
  const found: number[] = [];
  const visit = (expr: Expr): void => {
    if (expr.kind === 'literal' && expr.type === 'number' && /^\d{1,2}$/.test(expr.value)) found.push(Number(expr.value));
    childrenOf(expr).forEach(visit);
  };
  exprs.forEach(visit);
  return found.filter((number) => number <= MOST_ROWS - 2);
}

/** The source of a column; empty for what is none. */
export function sourceOf(variable: Expr | undefined): string {
  return variable?.kind === 'column' ? (variable.source ?? '') : '';
}

/** Few variables are tried in every combination, many at random; the first row decides for what is no aggregate. */
function pick(domains: readonly Value[][], index: number, trial: number, row: number, combinations: number, key: string): Value {
  const domain = domains[index] ?? [null];
  if (row === 0 && combinations <= TRIALS) {
    const below = domains.slice(0, index).reduce((product, d) => product * d.length, 1);
    return domain[Math.floor(trial / below) % domain.length] ?? null;
  }
  return domain[hash(`${trial}/${row}/${key}`) % (trial % 2 === 1 ? Math.min(FEW, domain.length) : domain.length)] ?? null;
}

/** True for one value, numbers but for what arithmetic loses. */
export function isSame(x: Value, y: Value): boolean {
  if (typeof x === 'number' && typeof y === 'number') return x === y || Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
  return x === y;
}

/** Columns and hidden parts of expressions, each once. */
export function variablesOf(exprs: readonly Expr[]): Expr[] {
  const found = new Map<string, Expr>();
  const visit = (expr: Expr): void => {
    if (expr.kind === 'column' || expr.kind === 'jinja') found.set(exprKey(expr), expr);
    childrenOf(expr).forEach(visit);
  };
  exprs.forEach(visit);
  return [...found.values()];
}
