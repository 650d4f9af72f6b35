/** One token of SQL that may hold Jinja. `start` and `end` are half-open UTF-16 offsets. Comments and whitespace give none. */
export interface Token {
  /** `jinja` is a `{{ … }}`, `statement` a `{% … %}`; `word` is a keyword or an unquoted name. */
  kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'jinja' | 'statement';
  text: string;
  /** Lower-case text, for comparing. */
  low: string;
  start: number;
  end: number;
  /** Parentheses open around it; a parenthesis itself has the depth outside. */
  depth: number;
}

const SYMBOLS = ['<=>', '->>', '<>', '!=', '<=', '>=', '||', '::', '->', '=>', '!~', '~*'];

/** Splits SQL into tokens. Never throws: what it does not know is a symbol of one character. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const { kind, end } = read(text, at);
    const raw = text.slice(at, end);
    if (raw === ')') depth = Math.max(0, depth - 1);
    tokens.push({ kind, text: raw, low: raw.toLowerCase(), start: at, end, depth });
    if (raw === '(') depth++;
    at = end;
  }
  return tokens;
}

/** The offset behind whitespace or a comment that starts here; the same offset where there is none. */
function skip(text: string, at: number): number {
  if (/\s/.test(text[at] ?? '')) return at + 1;
  if (text.startsWith('--', at)) return indexOrEnd(text, '\n', at);
  if (text.startsWith('/*', at)) return behind(text, '*/', at + 2);
  if (text.startsWith('{#', at)) return behind(text, '#}', at + 2);
  return at;
}

function read(text: string, at: number): { kind: Token['kind']; end: number } {
  const char = text[at] ?? '';
  if (text.startsWith('{{', at)) return { kind: 'jinja', end: behind(text, '}}', at + 2) };
  if (text.startsWith('{%', at)) return { kind: 'statement', end: behind(text, '%}', at + 2) };
  if (char === "'") return { kind: 'string', end: closing(text, at, "'") };
  if (char === '"' || char === '`') return { kind: 'quoted', end: closing(text, at, char) };
  const word = /^[\p{L}_][\p{L}\p{N}_$]*/u.exec(text.slice(at, at + 256));
  if (word) return { kind: 'word', end: at + word[0].length };
  const number = /^(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?/i.exec(text.slice(at, at + 64));
  if (number) return { kind: 'number', end: at + number[0].length };
  const symbol = SYMBOLS.find((item) => text.startsWith(item, at));
  return { kind: 'symbol', end: at + (symbol?.length ?? 1) };
}

/** The offset behind a quoted text; a doubled quote and a backslash stay inside, and so does Jinja. */
function closing(text: string, at: number, quote: string): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text.startsWith('{{', i)) i = behind(text, '}}', i + 2) - 1;
    else if (text[i] === '\\') i++;
    else if (text[i] === quote && text[i + 1] === quote) i++;
    else if (text[i] === quote) return i + 1;
  }
  return text.length;
}

function behind(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  return found < 0 ? text.length : found + end.length;
}

function indexOrEnd(text: string, part: string, from: number): number {
  const found = text.indexOf(part, from);
  return found < 0 ? text.length : found;
}
