import type { Edit } from '../types';
import { spanOf, type SqlText, type TokenRange } from './selects';
import { tokenize } from './tokens';

/** An edit that puts text in the place of a range of tokens. */
export function replaceRange(sql: SqlText, range: TokenRange, text: string): Edit {
  return { ...spanOf(sql, range), text };
}

/** An edit that removes a range of tokens with the space before it. */
export function removeRange(sql: SqlText, range: TokenRange): Edit {
  const { start, end } = spanOf(sql, range);
  const before = sql.tokens[range.from - 1]?.end ?? 0;
  const gap = sql.text.slice(before, start);
  return { start: /^\s*$/.test(gap) && range.from > 0 ? before : start, end, text: '' };
}

/** An edit that puts text behind a token. */
export function insertAfter(sql: SqlText, at: number, text: string): Edit {
  const place = sql.tokens[at]?.end ?? 0;
  return { start: place, end: place, text };
}

/** An edit that puts text before a token. */
export function insertBefore(sql: SqlText, at: number, text: string): Edit {
  const place = sql.tokens[at]?.start ?? 0;
  return { start: place, end: place, text };
}

/** An edit that removes one part of a list with the separator beside it; `parts` are the list's parts in order. */
export function removePart(sql: SqlText, parts: readonly TokenRange[], index: number): Edit | undefined {
  const part = parts[index];
  if (!part || parts.length < 2) return undefined;
  if (index > 0) return removeRange(sql, { from: part.from - 1, to: part.to });
  const { start } = spanOf(sql, part);
  return { start, end: sql.tokens[part.to + 1]?.start ?? start, text: '' };
}

/** The text after edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits].sort((a, b) => b.start - a.start || b.end - a.end).reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}

/** Whether edits stay inside the text, never overlap, and leave Jinja's statements and the parentheses as they were. */
export function isSound(sql: SqlText, edits: readonly Edit[]): boolean {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const placed = sorted.every((edit, index) => edit.start >= (sorted[index - 1]?.end ?? 0) && edit.end >= edit.start && edit.end <= sql.text.length);
  if (!placed || edits.length === 0 || edits.some((edit) => gluesWords(sql.text, edit))) return false;
  const after = tokenize(applyEdits(sql.text, edits));
  const statements = (tokens: typeof after): string => tokens.filter((token) => token.kind === 'statement').map((token) => token.text).join('\n');
  const balance = (tokens: typeof after): number => tokens.reduce((sum, token) => sum + (token.text === '(' ? 1 : token.text === ')' ? -1 : 0), 0);
  return statements(after) === statements(sql.tokens) && balance(after) === balance(sql.tokens);
}

/** Whether an edit puts two words side by side that nothing then parts. */
function gluesWords(text: string, { start, end, text: put }: Edit): boolean {
  const glued = (a: string, b: string): boolean => /[\p{L}\p{N}_]/u.test(a) && /[\p{L}\p{N}_]/u.test(b);
  const [before, after] = [text[start - 1] ?? '', text[end] ?? ''];
  return put === '' ? glued(before, after) : glued(before, put[0] ?? '') || glued(put.at(-1) ?? '', after);
}

/** Whether edits change the sequence of tokens, compared in lower case. */
export function changesTokens(sql: SqlText, edits: readonly Edit[]): boolean {
  const sequence = (tokens: typeof sql.tokens): string => tokens.map((token) => (token.kind === 'word' ? token.low : token.text)).join('\n');
  return sequence(tokenize(applyEdits(sql.text, edits))) !== sequence(sql.tokens);
}

/** Whether edits change the text at all. */
export function changesText(sql: SqlText, edits: readonly Edit[]): boolean {
  return applyEdits(sql.text, edits) !== sql.text;
}
