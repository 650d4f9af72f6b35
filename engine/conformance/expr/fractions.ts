import type { Expr } from '../../sql/types';
import { canonicalType, typeFamily } from './functions';

const WHOLE = /^(integer|bigint|smallint|hugeint|uinteger|ubigint|byteint)\b/;
const BROKEN = /^(double|real)\b|^decimal\(\d+,(?!0+\))\d+\)/;
/** Where DECIMAL without a scale has one; elsewhere it has none. */
const SCALED: ReadonlySet<string> = new Set(['postgres', 'bigquery', 'duckdb']);

/** Functions that hand a fraction on: another value of an argument gives another result. */
const PASSING = new Set(['coalesce', 'sum', 'avg', 'min', 'max', 'nullif', 'any_value']);
/** Texts that may be any number. */
const TEXTS = new Set(['json_extract_scalar', 'json_value', 'json_extract_path_text', 'get_json_object', 'split_part', 'substring', 'regexp_substr', 'regexp_extract', 'replace', 'regexp_replace', 'trim']);

export interface TypeFacts {
  dialect: string;
  /** The type of a column, where something says it. */
  typeOf(column: Expr): string | undefined;
}

/**
 * True where two expressions that differ in casts alone give other values for certain: one casts to a whole number what the
 * other leaves its fraction, what is cast may have one by its type, and nothing around it rounds it away.
 */
export function losesFraction(a: Expr, b: Expr, types: TypeFacts): boolean {
  if (a.kind === 'cast' && b.kind === 'cast') {
    const [x, y] = [kindOf(a.type, types.dialect), kindOf(b.type, types.dialect)];
    if (x !== undefined && y !== undefined && x !== y) return mayBreak(a.expr, types);
    return canonicalType(a.type) === canonicalType(b.type) && x === 'broken' && losesFraction(a.expr, b.expr, types);
  }
  const pairs = passedOn(a, b);
  return pairs.some(([x, y]) => losesFraction(x, y, types));
}

/** Operands of both sides that make another result where they are another value. */
function passedOn(a: Expr, b: Expr): [Expr, Expr][] {
  const zipped = (x: readonly Expr[], y: readonly Expr[]): [Expr, Expr][] => (x.length === y.length ? x.map((item, index) => [item, y[index] as Expr]) : []);
  if (a.kind === 'op' && b.kind === 'op' && a.op === b.op && ['+', '-', '*', '/'].includes(a.op)) return zipped(a.args, b.args);
  if (a.kind === 'case' && b.kind === 'case') return zipped([...a.branches.map(({ then }) => then), ...(a.otherwise ? [a.otherwise] : [])], [...b.branches.map(({ then }) => then), ...(b.otherwise ? [b.otherwise] : [])]);
  if (a.kind !== 'call' || b.kind !== 'call' || a.name !== b.name || a.over || b.over) return [];
  if (PASSING.has(a.name)) return zipped(a.args, b.args);
  const [of, digits] = a.args;
  const [other] = b.args;
  return a.name === 'round' && of && other && digits?.kind === 'literal' && Number(digits.value) >= 1 ? [[of, other]] : [];
}

function kindOf(type: string, dialect: string): 'whole' | 'broken' | undefined {
  const text = canonicalType(type);
  if (WHOLE.test(text)) return 'whole';
  if (BROKEN.test(text) || (text === 'decimal' && SCALED.has(dialect))) return 'broken';
  return undefined;
}

/** True for what may have a fraction by its type: a number with digits after the point, or a text. */
function mayBreak(expr: Expr, types: TypeFacts): boolean {
  const some = (parts: readonly Expr[]): boolean => parts.some((part) => mayBreak(part, types));
  switch (expr.kind) {
    case 'column': {
      const type = types.typeOf(expr);
      return type !== undefined && (kindOf(type, types.dialect) === 'broken' || typeFamily(type) === 'text');
    }
    case 'literal':
      return expr.type === 'number' && !Number.isInteger(Number(expr.value));
    case 'cast':
      return (kindOf(expr.type, types.dialect) === 'broken' || typeFamily(expr.type) === 'text') && mayBreak(expr.expr, types);
    case 'op':
      return ['+', '-', '*', '/'].includes(expr.op) && some(expr.args);
    case 'case':
      return some([...expr.branches.map(({ then }) => then), ...(expr.otherwise ? [expr.otherwise] : [])]);
    case 'call':
      if (expr.over) return false;
      // What is compared with a text is one.
      if (expr.name === 'nullif' && expr.args[1]?.kind === 'literal' && expr.args[1].type === 'string') return true;
      return TEXTS.has(expr.name) || (PASSING.has(expr.name) && some(expr.args));
    default:
      return false;
  }
}
