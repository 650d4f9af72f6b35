import type { Token } from './polyglot';

/** White space, comments that are no hints, and what stands alone. */
const SPACE = /(?:[ \t\r\n]+|--[^\r\n]*|\/\*(?!\+)(?:[^*/]|\*(?!\/)|\/(?!\*))*\*\/)*/y;
const NUMBER = /\d+(?:\.\d+)?(?![\w.$@#'"`\\\u0080-\uffff])/y;
/** What after a word makes it more than a word. */
const AFTER_WORD: ReadonlySet<string> = new Set(['$', '@', '#', "'", '"', '`', '\\']);
/** Quoted text without escapes: two quotes side by side, or three, mean something else in each dialect. */
const QUOTED = /(?:'[^'\\]*'|"[^"\\]*"|`[^`\\]*`)(?!['"`])/y;
const OPERATOR = /(?:<>|<=|>=|!=|\|\||::|->>|[-+/=<>])(?![-+/*=<>!|:@#&~^?])/y;
const MARKS: Readonly<Record<string, string>> = { '(': 'L_PAREN', ')': 'R_PAREN', '[': 'L_BRACKET', ']': 'R_BRACKET', ',': 'COMMA', '.': 'DOT', '*': 'STAR', ';': 'SEMICOLON' };
/** A type that the library has for none of its own. */
const OTHER = 'OTHER';

/**
 * The tokens of SQL that is written plainly, as the library finds them: the same spans and, of words, brackets and marks, the same types;
 * undefined where a character means something else by dialect, which the library then decides. `typeOf` gives the type of a word that
 * stands alone, or undefined where the library takes it for no single token.
 */
export function plainTokens(sql: string, typeOf: (word: string) => string | undefined): Token[] | undefined {
  if (/\r(?!\n)/.test(sql)) return undefined;
  const tokens: Token[] = [];
  for (let at = pastSpace(sql, 0); at < sql.length; ) {
    const mark = MARKS[sql[at] as string];
    let type: string | undefined = mark;
    let stop = at + 1;
    if (mark === undefined) {
      stop = wordEnd(sql, at);
      if (stop > at) type = typeOf(sql.slice(at, stop));
      else {
        stop = end(otherAt(sql.charCodeAt(at)), sql, at);
        type = stop > at ? OTHER : undefined;
      }
    } else if (means(mark, sql, stop)) return undefined;
    if (type === undefined) return undefined;
    tokens.push({ type, span: { start: at, end: stop } });
    at = pastSpace(sql, stop);
  }
  return tokens;
}

/** Where white space and comments end. Nearly all of it is blanks, which need no pattern. */
function pastSpace(sql: string, from: number): number {
  let at = from;
  for (let code = sql.charCodeAt(at); code === 32 || code === 9 || code === 10 || code === 13; code = sql.charCodeAt(at)) at++;
  return sql[at] === '-' || sql[at] === '/' ? end(SPACE, sql, at) : at;
}

/** Where a word ends that begins at a place; the place itself where there is none, or a character after it makes it something else. */
function wordEnd(sql: string, from: number): number {
  if (isDigit(sql.charCodeAt(from))) return from;
  let at = from;
  while (isWordPart(sql.charCodeAt(at))) at++;
  return AFTER_WORD.has(sql[at] ?? '') || sql.charCodeAt(at) >= 0x80 ? from : at;
}

function isWordPart(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95 || (code >= 65 && code <= 90) || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What stands at a character that begins no word. */
function otherAt(code: number): RegExp {
  if (isDigit(code)) return NUMBER;
  return code === 39 || code === 34 || code === 96 ? QUOTED : OPERATOR;
}

/** Whether a mark is, by what follows it, a part of something else: a number, a power, or the end of a statement that is not the last. */
function means(mark: string, sql: string, stop: number): boolean {
  const next = sql[stop] ?? '';
  return (mark === 'DOT' && /[\d:]/.test(next)) || (mark === 'STAR' && next === '*') || (mark === 'SEMICOLON' && sql.slice(stop).trim() !== '');
}

/** Where a sticky pattern ends that begins at a place; the place itself where there is nothing of it. */
function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
