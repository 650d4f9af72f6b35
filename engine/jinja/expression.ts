/** An expression of Jinja 2, as its grammar has it. */
export type JinjaExpr =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: JinjaExpr[] }
  | { kind: 'dict'; entries: { key: JinjaExpr; value: JinjaExpr }[] }
  | { kind: 'attribute'; of: JinjaExpr; name: string }
  | { kind: 'item'; of: JinjaExpr; index: JinjaExpr }
  | { kind: 'slice'; of: JinjaExpr; from?: JinjaExpr; to?: JinjaExpr }
  | { kind: 'call'; of: JinjaExpr; args: JinjaArguments }
  | { kind: 'filter'; of: JinjaExpr; name: string; args: JinjaArguments }
  | { kind: 'test'; of: JinjaExpr; name: string; args: JinjaExpr[]; negated: boolean }
  | { kind: 'unary'; op: '-' | '+' | 'not'; of: JinjaExpr }
  | { kind: 'binary'; op: BinaryOperator; left: JinjaExpr; right: JinjaExpr }
  | { kind: 'choice'; test: JinjaExpr; then: JinjaExpr; otherwise?: JinjaExpr };

export interface JinjaArguments {
  positional: JinjaExpr[];
  named: { name: string; value: JinjaExpr }[];
}

export type BinaryOperator = 'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | '+' | '-' | '~' | '*' | '/' | '//' | '%' | '**';

type Token = { kind: 'string' | 'number' | 'name' | 'operator'; text: string };

const TOKEN = /\s+|('(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>()[\]{}.,:|=])/y;
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Words that end a test without an argument. */
const AFTER_TEST: ReadonlySet<string> = new Set(['else', 'or', 'and', 'is', 'if', 'not', 'in']);
const MAX_DEPTH = 100;

/** Reads the body of a `{{ … }}` block, or of a condition; undefined for what is no expression of Jinja. */
export function parseJinja(source: string): JinjaExpr | undefined {
  return readAll(source, (reader) => reader.tuple());
}

/** Reads `name(a, b=1)` of a `{% macro %}` tag: its name and parameters with their defaults. */
export function parseSignature(source: string): { name: string; parameters: { name: string; value?: JinjaExpr }[] } | undefined {
  return readAll(source, (reader) => reader.signature());
}

function readAll<T>(source: string, read: (reader: Reader) => T): T | undefined {
  const tokens = tokensOf(source);
  if (!tokens) return undefined;
  const reader = readerOf(tokens);
  try {
    const found = read(reader);
    return reader.atEnd() ? found : undefined;
  } catch (error) {
    if (error instanceof NotJinja) return undefined;
    throw error;
  }
}

class NotJinja extends Error {}

function tokensOf(source: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match) return undefined;
    const [, string, number, name, operator] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: unescape(string.slice(1, -1)) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, (all, letter: string) => ESCAPES[letter] ?? all);
}

interface Reader {
  tuple(): JinjaExpr;
  signature(): { name: string; parameters: { name: string; value?: JinjaExpr }[] };
  atEnd(): boolean;
}

function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  let depth = 0;
  const is = (text: string, kind: Token['kind'] = 'operator', ahead = 0): boolean => tokens[at + ahead]?.kind === kind && tokens[at + ahead]?.text === text;
  const isWord = (text: string, ahead = 0): boolean => is(text, 'name', ahead);
  const take = (text: string, kind: Token['kind'] = 'operator'): boolean => {
    if (!is(text, kind)) return false;
    at++;
    return true;
  };
  const expect = (text: string): void => {
    if (!take(text)) throw new NotJinja();
  };
  const word = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'name') throw new NotJinja();
    return token.text;
  };

  const tuple = (): JinjaExpr => {
    const first = expression();
    if (!is(',')) return first;
    const items = [first];
    while (take(',')) if (at < tokens.length && !is(')')) items.push(expression());
    return { kind: 'list', items };
  };
  const expression = (): JinjaExpr => {
    if (++depth > MAX_DEPTH) throw new NotJinja();
    let value = or();
    while (take('if', 'name')) {
      const test = or();
      value = take('else', 'name') ? { kind: 'choice', test, then: value, otherwise: expression() } : { kind: 'choice', test, then: value };
    }
    depth--;
    return value;
  };
  const chain = (next: () => JinjaExpr, operator: () => BinaryOperator | undefined): JinjaExpr => {
    let left = next();
    for (let op = operator(); op !== undefined; op = operator()) left = { kind: 'binary', op, left, right: next() };
    return left;
  };
  const symbol = (...ops: BinaryOperator[]) => (): BinaryOperator | undefined => ops.find((op) => take(op));
  const or = (): JinjaExpr => chain(and, () => (take('or', 'name') ? 'or' : undefined));
  const and = (): JinjaExpr => chain(not, () => (take('and', 'name') ? 'and' : undefined));
  const not = (): JinjaExpr => {
    if (isWord('not') && !isWord('in', 1)) {
      at++;
      return { kind: 'unary', op: 'not', of: not() };
    }
    return comparison();
  };
  const comparison = (): JinjaExpr => {
    let left = sum();
    let before: JinjaExpr | undefined;
    for (let op = comparator(); op !== undefined; op = comparator()) {
      const right = sum();
      const compared: JinjaExpr = { kind: 'binary', op, left: before ?? left, right };
      left = before ? { kind: 'binary', op: 'and', left, right: compared } : compared;
      before = right;
    }
    return left;
  };
  const comparator = (): BinaryOperator | undefined => {
    const token = tokens[at];
    if (token?.kind === 'operator' && COMPARISONS.has(token.text)) {
      at++;
      return token.text as BinaryOperator;
    }
    if (take('in', 'name')) return 'in';
    if (isWord('not') && isWord('in', 1)) {
      at += 2;
      return 'not in';
    }
    return undefined;
  };
  const sum = (): JinjaExpr => chain(concatenation, symbol('+', '-'));
  const concatenation = (): JinjaExpr => chain(product, symbol('~'));
  const product = (): JinjaExpr => chain(power, symbol('*', '//', '/', '%'));
  const power = (): JinjaExpr => chain(() => unary(true), symbol('**'));
  const unary = (filtered: boolean): JinjaExpr => {
    const op = (['-', '+'] as const).find((sign) => take(sign));
    const inner: JinjaExpr = op ? { kind: 'unary', op, of: unary(false) } : postfix(primary());
    return filtered ? filters(inner) : inner;
  };
  const primary = (): JinjaExpr => {
    const token = tokens[at++];
    if (!token) throw new NotJinja();
    if (token.kind === 'string') {
      let value = token.text;
      while (tokens[at]?.kind === 'string') value += tokens[at++]?.text ?? '';
      return { kind: 'literal', value };
    }
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'name') return named(token.text);
    if (token.text === '(') {
      if (take(')')) return { kind: 'list', items: [] };
      const inner = tuple();
      expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: items(']') };
    if (token.text === '{') return dict();
    throw new NotJinja();
  };
  const items = (closer: string): JinjaExpr[] => {
    const found: JinjaExpr[] = [];
    while (!take(closer)) {
      found.push(expression());
      if (!is(closer)) expect(',');
    }
    return found;
  };
  const dict = (): JinjaExpr => {
    const entries: { key: JinjaExpr; value: JinjaExpr }[] = [];
    while (!take('}')) {
      const key = expression();
      expect(':');
      entries.push({ key, value: expression() });
      if (!is('}')) expect(',');
    }
    return { kind: 'dict', entries };
  };
  const postfix = (start: JinjaExpr): JinjaExpr => {
    let value = start;
    for (;;) {
      if (take('.')) value = tokens[at]?.kind === 'number' ? { kind: 'item', of: value, index: { kind: 'literal', value: Number(tokens[at++]?.text) } } : { kind: 'attribute', of: value, name: word() };
      else if (take('[')) value = subscript(value);
      else if (take('(')) value = { kind: 'call', of: value, args: args() };
      else return value;
    }
  };
  const subscript = (of: JinjaExpr): JinjaExpr => {
    const from = is(':') ? undefined : expression();
    if (from && take(']')) return { kind: 'item', of, index: from };
    expect(':');
    const to = is(']') ? undefined : expression();
    expect(']');
    return { kind: 'slice', of, ...(from ? { from } : {}), ...(to ? { to } : {}) };
  };
  const args = (): JinjaArguments => {
    const found: JinjaArguments = { positional: [], named: [] };
    while (!take(')')) {
      if (tokens[at]?.kind === 'name' && is('=', 'operator', 1)) {
        const name = word();
        at++;
        found.named.push({ name, value: expression() });
      } else found.positional.push(expression());
      if (!is(')')) expect(',');
    }
    return found;
  };
  const filters = (start: JinjaExpr): JinjaExpr => {
    let value = start;
    for (;;) {
      if (take('|')) {
        const name = dotted();
        value = { kind: 'filter', of: value, name, args: take('(') ? args() : { positional: [], named: [] } };
      } else if (take('is', 'name')) value = test(value);
      else if (is('(') && value.kind === 'filter') {
        at++;
        value = { kind: 'call', of: value, args: args() };
      } else return value;
    }
  };
  const dotted = (): string => {
    let name = word();
    while (take('.')) name += `.${word()}`;
    return name;
  };
  const test = (of: JinjaExpr): JinjaExpr => {
    const negated = take('not', 'name');
    const name = dotted();
    const next = tokens[at];
    const plain = next !== undefined && (next.kind === 'name' ? !AFTER_TEST.has(next.text) : next.kind !== 'operator' || next.text === '[' || next.text === '{');
    const own = take('(') ? args().positional : plain ? [postfix(primary())] : [];
    return { kind: 'test', of, name, args: own, negated };
  };
  const signature: Reader['signature'] = () => {
    const name = word();
    const parameters: { name: string; value?: JinjaExpr }[] = [];
    expect('(');
    while (!take(')')) {
      const own = word();
      parameters.push(take('=') ? { name: own, value: expression() } : { name: own });
      if (!is(')')) expect(',');
    }
    return { name, parameters };
  };
  return { tuple, signature, atEnd: () => at >= tokens.length };
}

const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, True: true, false: false, False: false, none: null, None: null };

function named(name: string): JinjaExpr {
  return Object.hasOwn(CONSTANTS, name) ? { kind: 'literal', value: CONSTANTS[name] ?? null } : { kind: 'name', name };
}
