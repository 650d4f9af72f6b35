import type { Span } from '../text';

/** A run of SQL text that is one thing to a reader of its layout. */
interface Piece {
  kind: 'space' | 'comment' | 'string' | 'jinja' | 'text';
  span: Span;
}

const CLOSERS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/** Cuts SQL with Jinja into white space, comments, strings, Jinja blocks and single other characters. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const end = endOfPiece(text, at);
    const two = text.slice(at, at + 2);
    const c = text[at] ?? '';
    const kind = CLOSERS[two] ? (two === '{#' ? 'comment' : 'jinja') : two === '--' || two === '/*' ? 'comment' : c === "'" || c === '"' || c === '`' ? 'string' : /\s/.test(c) ? 'space' : 'text';
    pieces.push({ kind, span: { start: at, end } });
    at = end;
  }
  return pieces;
}

function endOfPiece(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  const closer = CLOSERS[two];
  if (closer !== undefined) return after(text, closer, at + 2);
  if (two === '--') return before(text, '\n', at);
  if (two === '/*') return after(text, '*/', at + 2);
  const c = text[at] ?? '';
  if (c === "'" || c === '"' || c === '`') return endOfString(text, at, c);
  if (!/\s/.test(c)) return at + 1;
  let end = at + 1;
  while (end < text.length && /\s/.test(text[end] ?? '')) end++;
  return end;
}

function endOfString(text: string, at: number, quote: string): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === "'") i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return text.length;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function before(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found;
}

/** SQL on one line: comments go, white space outside strings becomes one space, and none inside brackets or before a comma. */
export function squeeze(text: string): string {
  // Looking at the end of a long text that grows takes as long as the text: its parts are joined once.
  const out: string[] = [];
  let gap = false;
  let opened = false;
  for (const { kind, span } of piecesOf(text)) {
    if (kind === 'space' || kind === 'comment') {
      gap = out.length > 0;
      continue;
    }
    const piece = text.slice(span.start, span.end);
    const tight = (kind === 'text' && /^[),]/.test(piece)) || opened;
    out.push(gap && !tight ? ` ${piece}` : piece);
    opened = kind === 'text' && piece.endsWith('(');
    gap = false;
  }
  return out.join('');
}

/** Spans between separators that stand outside brackets, strings, Jinja and CASE; the AND of a BETWEEN does not separate. */
export function splitTop(text: string, separator: ',' | 'and'): Span[] {
  const spans: Span[] = [];
  let betweens = 0;
  let depth = 0;
  let cases = 0;
  let start = 0;
  for (const { text: word, span } of wordsOf(text)) {
    const lower = word.toLowerCase();
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    else if (lower === 'case') cases++;
    else if (lower === 'end' && cases > 0) cases--;
    if (depth > 0 || cases > 0) continue;
    if (lower === 'between') betweens++;
    if (lower !== separator) continue;
    if (lower === 'and' && betweens > 0) {
      betweens--;
      continue;
    }
    spans.push({ start, end: span.start });
    start = span.end;
  }
  return [...spans, { start, end: text.length }];
}

/** Where a keyword stands outside brackets, strings and Jinja; undefined where it does not. */
export function findTop(text: string, keyword: string): Span | undefined {
  let depth = 0;
  for (const { text: word, span } of wordsOf(text)) {
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    else if (depth === 0 && word.toLowerCase() === keyword) return span;
  }
  return undefined;
}

/** Words, numbers and single symbols outside strings, comments and Jinja. */
function wordsOf(text: string): { text: string; span: Span }[] {
  const words: { text: string; span: Span }[] = [];
  let open: { text: string; span: Span } | undefined;
  for (const { kind, span } of piecesOf(text)) {
    const c = text.slice(span.start, span.end);
    if (kind === 'text' && /[\w$]/.test(c)) {
      if (open) {
        open.text += c;
        open.span.end = span.end;
      } else words.push((open = { text: c, span: { ...span } }));
      continue;
    }
    open = undefined;
    if (kind === 'text') words.push({ text: c, span });
  }
  return words;
}

/** Puts texts in the place of bracketed subqueries, in order; the rest stays as it is. */
export function withoutSubqueries(text: string, texts: readonly string[]): string {
  let out = '';
  let at = 0;
  for (const replacement of texts) {
    const open = /\(\s*(?:select|with)\b/gi;
    open.lastIndex = at;
    const found = open.exec(text);
    if (!found) break;
    const close = closingBracket(text, found.index);
    if (close === undefined) break;
    out += `${text.slice(at, found.index)}${replacement}`;
    at = close + 1;
  }
  return out + text.slice(at);
}

function closingBracket(text: string, open: number): number | undefined {
  let depth = 0;
  for (const { text: word, span } of wordsOf(text.slice(open))) {
    if (word === '(') depth++;
    else if (word === ')' && --depth === 0) return open + span.start;
  }
  return undefined;
}

/**
 * A span widened until its brackets close: an opening bracket before it is taken in with the word in front (a function's
 * name), a closing one after it. Spans of expressions cover their columns, not the brackets around them.
 */
export function balanced(text: string, span: Span): Span {
  let { start, end } = span;
  for (let guard = 0; guard < 40; guard++) {
    const lack = lackOf(text.slice(start, end));
    if (lack === 0) break;
    if (lack > 0) {
      const closing = text.indexOf(')', end);
      if (closing < 0) break;
      end = closing + 1;
    } else {
      const opening = text.lastIndexOf('(', start - 1);
      if (opening < 0) break;
      start = opening - (/[\w$]*\s*$/.exec(text.slice(0, opening))?.[0].length ?? 0);
    }
  }
  return { start, end };
}

/** Opening brackets that do not close, or as a negative number closing ones that do not open. */
function lackOf(text: string): number {
  let depth = 0;
  let lowest = 0;
  for (const { text: word } of wordsOf(text)) {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    lowest = Math.min(lowest, depth);
  }
  return lowest < 0 ? lowest : depth;
}

/** Where the bracket closes that was opened before a place; undefined where it does not. */
export function closingOf(text: string, from: number): number | undefined {
  let depth = 0;
  for (const { kind, span } of piecesOf(text.slice(from))) {
    const piece = kind === 'text' ? text[from + span.start] : '';
    if (piece === '(') depth++;
    if (piece === ')' && depth-- === 0) return from + span.start;
  }
  return undefined;
}
