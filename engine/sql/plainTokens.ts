import type { Token } from './polyglot';

/** White space, comments that are no hints, and what stands alone. */
const SPACE = /(?:[ \t\r\n]+|--[^\r\n]*|\/\*(?!\+)(?:[^*/]|\*(?!\/)|\/(?!\*))*\*\/)*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?![\w$@#'"`\\\u0080-\uffff])/y;
const NUMBER = /\d+(?:\.\d+)?(?![\w.$@#'"`\\\u0080-\uffff])/y;
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
  for (let at = end(SPACE, sql, 0); at < sql.length; ) {
    const mark = MARKS[sql[at] as string];
    let type: string | undefined = mark;
    let stop = at + 1;
    if (mark === undefined) {
      stop = end(WORD, sql, at);
      if (stop > at) type = typeOf(sql.slice(at, stop));
      else {
        stop = Math.max(end(QUOTED, sql, at), end(NUMBER, sql, at), end(OPERATOR, sql, at));
        type = stop > at ? OTHER : undefined;
      }
    } else if (means(mark, sql, stop)) return undefined;
    if (type === undefined) return undefined;
    tokens.push({ type, span: { start: at, end: stop } });
    at = end(SPACE, sql, stop);
  }
  return tokens;
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
