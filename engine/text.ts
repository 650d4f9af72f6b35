/** Zero-based line and UTF-16 character, as in LSP 3.17 `Position`. */
export interface Position {
  line: number;
  character: number;
}

/** Half-open range of positions, as in LSP 3.17 `Range`. */
export interface Range {
  start: Position;
  end: Position;
}

/** Half-open UTF-16 offsets `[start, end)` into one text. */
export interface Span {
  start: number;
  end: number;
}

/** Replace `span` of the old text by `text`. Edits of one list never overlap. */
export interface TextChange {
  span: Span;
  text: string;
}

/** A value a person wrote, with where it stands in its file. */
export interface Located<T> {
  value: T;
  span: Span;
}

/** Offsets of the first character of each line; `\n`, `\r\n` and `\r` end lines, as in LSP. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 13 && text.charCodeAt(i + 1) === 10) continue;
    if (code === 13 || code === 10) starts.push(i + 1);
  }
  return starts;
}

/** Position of an offset; offsets outside the text are clamped. `starts` is `lineStarts(text)`. */
export function positionAt(starts: readonly number[], offset: number): Position {
  const wanted = Math.max(0, offset);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: wanted - (starts[low] ?? 0) };
}

/** Offset of a position; a character past its line's end gives that end, a line past the last the text's length, as in LSP. */
export function offsetAt(text: string, starts: readonly number[], position: Position): number {
  const start = starts[position.line];
  if (start === undefined) return text.length;
  let end = starts[position.line + 1] ?? text.length;
  while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
  return Math.min(start + Math.max(0, position.character), end);
}

/** Range of a span. */
export function rangeOf(starts: readonly number[], span: Span): Range {
  return { start: positionAt(starts, span.start), end: positionAt(starts, span.end) };
}

/** What may change where white space becomes single blanks: blanks beside one another, and all but plain letters, signs, dashes and quotes. */
const UNEVEN = / {2}|[^ -~\u2010-\u2027\u2030-\u203a]/;

/** The text on one line: white space is single blanks, and none stands at the ends. */
export function oneLine(text: string): string {
  // Most texts are so already, and to look is cheaper than to write each blank anew.
  return (UNEVEN.test(text) ? text.replace(/\s+/g, ' ') : text).trim();
}

/** The text after all changes; changes may come in any order but must not overlap. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  const ordered = [...changes].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end);
  return ordered.reduce((out, c) => out.slice(0, c.span.start) + c.text + out.slice(c.span.end), text);
}
