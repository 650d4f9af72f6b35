import type { Ast, Token } from './polyglot';
import type { Span } from '../text';

/** What only the library tells of the words of a dialect. */
export interface PlainWords {
  /** True for a word that is nothing but a name, wherever a name may stand. */
  isName(word: string): boolean;
  /** A call as the library reads it; `how` is `*` for a star in place of arguments. Undefined where it may depend on what the arguments are. */
  call(name: string, how: '' | 'distinct' | '*', args: readonly Ast[]): Ast | undefined;
}

/** A text that is being read: its tokens, and the next of them. */
export interface Reading {
  sql: string;
  tokens: readonly Token[];
  at: number;
  /** Brackets and CASEs around, and sums and products in one expression that hang on one another. */
  depth: number;
  links: number;
  words: PlainWords;
}

/** What is deeper is left to the library, which has limits of its own, and what reads trees must not run out of stack. */
const MAX_DEPTH = 12;
const MAX_LINKS = 200;

const COMPARISONS: Readonly<Record<string, string>> = { '=': 'eq', '<>': 'neq', '!=': 'neq', '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };
const SUMS: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub' };
const PRODUCTS: Readonly<Record<string, string>> = { '*': 'mul', '/': 'div' };

/** The type of the next token, or of one after it; empty at the end. */
export function typeAt(reading: Reading, ahead = 0): string {
  return reading.tokens[reading.at + ahead]?.type ?? '';
}

/** Steps over a token of a type; false where another stands. */
export function take(reading: Reading, type: string): boolean {
  if (typeAt(reading) !== type) return false;
  reading.at++;
  return true;
}

/** The next token as an identifier node; undefined where it is more than a name. */
export function nameNode(reading: Reading): { name: string; span: Span } | undefined {
  const token = reading.tokens[reading.at];
  if (token?.type !== 'VAR') return undefined;
  const name = textOf(reading, token);
  if (!reading.words.isName(name)) return undefined;
  reading.at++;
  return { name, span: token.span };
}

/** Items between commas, at least one; undefined where one cannot be read. */
export function listOf<T>(reading: Reading, item: (reading: Reading) => T | undefined): T[] | undefined {
  const items: T[] = [];
  do {
    const next = item(reading);
    if (next === undefined) return undefined;
    items.push(next);
  } while (take(reading, 'COMMA'));
  return items;
}

/** An expression as the library's tree has it, less what is empty; undefined for what is left to the library. */
export function plainExpr(reading: Reading): Ast | undefined {
  if (reading.depth === 0) reading.links = 0;
  return chain(reading, 'OR', 'or', conjunction);
}

function conjunction(reading: Reading): Ast | undefined {
  return chain(reading, 'AND', 'and', comparison);
}

/** Operands of one connective as the library nests them: two and two, until one is left. */
function chain(reading: Reading, type: string, tag: string, read: (reading: Reading) => Ast | undefined): Ast | undefined {
  const first = read(reading);
  if (!first || typeAt(reading) !== type) return first;
  let level = [first];
  while (take(reading, type)) {
    const next = read(reading);
    if (!next) return undefined;
    level.push(next);
  }
  while (level.length > 1) {
    level = level.flatMap((left, index) => (index % 2 === 1 ? [] : [level[index + 1] === undefined ? left : { [tag]: { left, right: level[index + 1] } }]));
  }
  return level[0];
}

function comparison(reading: Reading): Ast | undefined {
  const left = sum(reading);
  if (!left) return undefined;
  const tag = operatorOf(reading, COMPARISONS);
  if (tag !== undefined) {
    reading.at++;
    return last(reading, pair(tag, left, sum(reading)));
  }
  if (take(reading, 'IS')) {
    const not = take(reading, 'NOT');
    return take(reading, 'NULL') ? last(reading, { is_null: { this: left, ...negated(not) } }) : undefined;
  }
  const not = take(reading, 'NOT');
  if (take(reading, 'IN')) {
    const expressions = take(reading, 'L_PAREN') ? listOf(reading, sum) : undefined;
    return expressions && take(reading, 'R_PAREN') ? last(reading, { in: { this: left, expressions, ...negated(not) } }) : undefined;
  }
  if (take(reading, 'BETWEEN')) {
    const low = sum(reading);
    const high = low && take(reading, 'AND') ? sum(reading) : undefined;
    return high && last(reading, { between: { this: left, low, high, ...negated(not) } });
  }
  return not ? undefined : left;
}

function negated(not: boolean): { not?: true } {
  return not ? { not } : {};
}

/** A comparison with no other after it: what such a chain means is the library's to say. */
function last(reading: Reading, node: Ast | undefined): Ast | undefined {
  const next = typeAt(reading);
  return next === 'IS' || next === 'IN' || next === 'BETWEEN' || next === 'NOT' || operatorOf(reading, COMPARISONS) !== undefined ? undefined : node;
}

function sum(reading: Reading): Ast | undefined {
  return leftToRight(reading, SUMS, product);
}

function product(reading: Reading): Ast | undefined {
  return leftToRight(reading, PRODUCTS, operand);
}

/** Operands of operators of one rank, nested from the left. */
function leftToRight(reading: Reading, operators: Readonly<Record<string, string>>, read: (reading: Reading) => Ast | undefined): Ast | undefined {
  let left = read(reading);
  for (let tag = operatorOf(reading, operators); left && tag !== undefined; tag = operatorOf(reading, operators)) {
    reading.at++;
    left = ++reading.links > MAX_LINKS ? undefined : pair(tag, left, read(reading));
  }
  return left;
}

function pair(tag: string, left: Ast, right: Ast | undefined): Ast | undefined {
  return right && { [tag]: { left, right } };
}

/** What the next token is among operators; undefined where it is none of them. */
function operatorOf(reading: Reading, operators: Readonly<Record<string, string>>): string | undefined {
  const token = reading.tokens[reading.at];
  return token?.type === 'OTHER' || token?.type === 'STAR' ? operators[textOf(reading, token)] : undefined;
}

function operand(reading: Reading): Ast | undefined {
  switch (typeAt(reading)) {
    case 'VAR':
      return typeAt(reading, 1) === 'L_PAREN' ? call(reading) : column(reading);
    case 'OTHER':
      return operatorOf(reading, SUMS) === 'sub' ? negative(reading) : literal(reading);
    case 'NULL':
      reading.at++;
      return { null: null };
    case 'TRUE':
    case 'FALSE':
      return { boolean: { value: reading.tokens[reading.at++]?.type === 'TRUE' } };
    case 'L_PAREN':
      return inside(reading, () => {
        const node = plainExpr(reading);
        return node && { paren: { this: node } };
      });
    case 'CASE':
      return caseOf(reading);
    default:
      return undefined;
  }
}

/** What stands between brackets. */
function inside(reading: Reading, read: () => Ast | undefined): Ast | undefined {
  if (reading.depth >= MAX_DEPTH) return undefined;
  reading.depth++;
  reading.at++;
  const node = read();
  reading.depth--;
  return node && take(reading, 'R_PAREN') ? node : undefined;
}

function column(reading: Reading): Ast | undefined {
  const first = nameNode(reading);
  if (!first) return undefined;
  if (!take(reading, 'DOT')) return { column: { name: first, span: first.span } };
  const name = nameNode(reading);
  if (!name || typeAt(reading) === 'DOT' || typeAt(reading) === 'L_PAREN') return undefined;
  return { column: { name, table: first, span: { start: first.span.start, end: name.span.end } } };
}

function negative(reading: Reading): Ast | undefined {
  reading.at++;
  const node = typeAt(reading) === 'OTHER' && operatorOf(reading, SUMS) !== undefined ? undefined : operand(reading);
  return node && { neg: { this: node } };
}

function literal(reading: Reading): Ast | undefined {
  const text = textOf(reading, reading.tokens[reading.at] as Token);
  reading.at++;
  if (text.startsWith("'")) return { literal: { literal_type: 'string', value: text.slice(1, -1) } };
  return /^\d/.test(text) ? { literal: { literal_type: 'number', value: text } } : undefined;
}

function call(reading: Reading): Ast | undefined {
  const name = textOf(reading, reading.tokens[reading.at] as Token);
  reading.at++;
  return inside(reading, () => {
    if (take(reading, 'STAR')) return reading.words.call(name, '*', []);
    const how = take(reading, 'DISTINCT') ? 'distinct' : '';
    const args = listOf(reading, plainExpr);
    return args && reading.words.call(name, how, args);
  });
}

function caseOf(reading: Reading): Ast | undefined {
  if (reading.depth >= MAX_DEPTH) return undefined;
  reading.depth++;
  reading.at++;
  const operandNode = typeAt(reading) === 'WHEN' ? null : plainExpr(reading);
  const whens = operandNode === undefined ? undefined : whensOf(reading);
  const otherwise = whens && take(reading, 'ELSE') ? plainExpr(reading) : null;
  reading.depth--;
  if (!whens || otherwise === undefined || !take(reading, 'END')) return undefined;
  return { case: { ...(operandNode ? { operand: operandNode } : {}), whens, ...(otherwise ? { else_: otherwise } : {}) } };
}

function whensOf(reading: Reading): [Ast, Ast][] | undefined {
  const whens: [Ast, Ast][] = [];
  while (take(reading, 'WHEN')) {
    const when = plainExpr(reading);
    const then = when && take(reading, 'THEN') ? plainExpr(reading) : undefined;
    if (!when || !then) return undefined;
    whens.push([when, then]);
  }
  return whens.length > 0 ? whens : undefined;
}

function textOf({ sql }: Reading, { span }: Token): string {
  return sql.slice(span.start, span.end);
}
