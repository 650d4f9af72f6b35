import type { Span } from '../../engine/text';
import { tokenize } from './sql/tokens';
import type { Edit } from './types';

/** The text after all edits. Throws where two of them overlap, which is a mistake of the operator. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) throw new Error(`The edit of [${edit.start}, ${edit.end}) overlaps another or leaves the text.`);
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** Where each edit's new text stands in the text after all of them, in text order. */
export function editedSpans(edits: readonly Edit[]): Span[] {
  let shift = 0;
  return inOrder(edits).map((edit) => {
    const start = edit.start + shift;
    shift += edit.text.length - (edit.end - edit.start);
    return { start, end: start + edit.text.length };
  });
}

/** Edits in text order; insertions at one offset keep the order of the list. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** True where two texts have the same tokens: they differ in white space and comments at most. */
export function sameTokens(one: string, other: string): boolean {
  const words = (text: string): string => tokenize(text).map((token) => token.text).join('\u0000');
  return words(one) === words(other);
}

/** True where two half-open spans share a character; an empty one also touches what it stands in or beside. */
export function overlaps(one: Span, other: Span): boolean {
  if (one.start === one.end || other.start === other.end) return one.start <= other.end && other.start <= one.end;
  return one.start < other.end && other.start < one.end;
}
