import type { Span } from '../text';
import { flowAt } from './cursorFlow';
import { containersAfter, pathOfValue, quoteEnd, readLine, readLines, type Container, type Line, type Open, type Reading } from './cursorLines';

/** Where a cursor stands in a spec, also in one that is half typed and does not parse. */
export interface CursorContext {
  /** Keys from the root; `[]` is an item of a list. The key under the cursor is not part of it. */
  path: string[];
  /** `none` where nothing can be written: in comments, behind a closed value, in white space before other text. */
  position: 'key' | 'value' | 'none';
  /** The word before the cursor. */
  prefix: string;
  /** The word around the cursor. */
  word: Span;
  /** The whole key or value around the cursor, without quotes. */
  whole: Span;
  /** Keys that the map around the cursor has. */
  siblings: string[];
  /** In `{…}` or `[…]`. */
  flow: boolean;
  /** The quote the cursor is in; empty where it is in none. */
  quote: '' | '"' | "'";
  /** A quote that its own line does not close. */
  unclosed: boolean;
  /** In a `|` or `>` text. */
  block: boolean;
  /** Column at which a key of this map starts. */
  indent: number;
  /** White space at the line's start that has to change first. */
  reindent: { span: Span; text: string } | undefined;
  /** What has to stand before the text that is written: a dash, or the space after a colon. */
  before: string;
  /** What has to follow it: a comma where another entry comes. */
  after: string;
  /** The key has its colon already. */
  colon: boolean;
  /** Nothing but a comment follows on the line. */
  lineEnds: boolean;
}

const WORD = /[\p{L}\p{N}_.#$-]*$/u;
const WORD_AFTER = /^[\p{L}\p{N}_.#$-]*/u;

/** Finds the cursor's place by indentation, lists and brackets; `offset` is in UTF-16 units. */
export function contextAt(text: string, offset: number): CursorContext {
  const reading = readLines(text);
  const { lines, open, more } = reading;
  while ((lines.at(-1)?.start ?? 0) <= offset && more());
  const index = Math.max(0, lines.findLastIndex((line) => line.start <= offset));
  const holder = open.find((value) => value.start < offset && offset <= value.end && !(value.kind === 'block' && offset <= lineEndAt(text, value.start)));
  if (!holder) return onLine(text, offset, reading, index);
  // A block text ends where the next key or item stands.
  while (holder.kind === 'block' && lines.at(-1)?.blank === true && more());
  return insideValue(text, offset, lines, holder);
}

/** The lines below one, read as far as they are looked at. */
function* below({ lines, more }: Reading, index: number): Generator<Line> {
  for (let at = index + 1; at < lines.length || more(); at++) yield lines[at] as Line;
}

function firstOf(lines: Iterable<Line>, wanted: (line: Line) => boolean): Line | undefined {
  for (const line of lines) if (wanted(line)) return line;
  return undefined;
}

function lineEndAt(text: string, at: number): number {
  const stop = text.indexOf('\n', at);
  return stop < 0 ? text.length : stop;
}

function base(text: string, offset: number, path: string[], from = 0): CursorContext {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const prefix = WORD.exec(line.slice(Math.max(0, from)))?.[0] ?? '';
  const word = { start: offset - prefix.length, end: offset + (WORD_AFTER.exec(text.slice(offset, offset + 200))?.[0].length ?? 0) };
  return { path, position: 'none', prefix, word, whole: word, siblings: [], flow: false, quote: '', unclosed: false, block: false, indent: 0, reindent: undefined, before: '', after: '', colon: false, lineEnds: /^[ \t]*(?:[ \t]#[^\n]*)?\r?(?:\n|$)/.test(text.slice(word.end)) };
}

/** In brackets, quotes or a block text. */
function insideValue(text: string, offset: number, lines: readonly Line[], open: Open): CursorContext {
  const path = pathOfValue(lines.slice(0, lines.findIndex((line) => line.start === open.line.start)), open.line);
  const common = base(text, offset, path);
  if (open.kind === 'block') return inBlock(text, offset, open) ? { ...common, position: 'value', block: true, whole: common.word } : common;
  const ended = offset === open.end && closedAt(text, open);
  if (open.kind === 'quote') {
    const quote = text[open.start] === "'" ? "'" : '"';
    const end = closedAt(text, open) ? open.end - 1 : lineTextEnd(text, open.start);
    return { ...common, position: ended ? 'none' : 'value', quote, unclosed: !closedAt(text, open) || end > lineEndAt(text, offset), whole: { start: open.start + 1, end: Math.max(offset, Math.min(end, lineTextEnd(text, offset))) } };
  }
  if (ended) return common;
  const place = flowAt(text, open.start, offset, open.end);
  const lineEnd = lineEndAt(text, offset);
  const whole = { start: place.start, end: Math.max(offset, Math.min(place.end, lineTextEnd(text, offset))) };
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const fresh = lineStart > open.start && text.slice(lineStart, offset).trim() === '';
  // White space in front of what stands on the line.
  if (fresh && /^[ \t]+[^\s]/.test(text.slice(offset, lineEnd))) return common;
  const pad = fresh && whole.start === offset ? Math.max(0, open.line.column + 2 - (offset - lineStart)) : 0;
  const colon = place.position === 'key' && /^["']?[ \t]*:/.test(text.slice(whole.end, lineEnd));
  return {
    ...common,
    path: [...path, ...place.path],
    position: place.position,
    // A text that began on another line is no name.
    ...(whole.start < lineStart ? { position: 'none' as const } : {}),
    whole,
    siblings: place.siblings,
    flow: true,
    quote: place.quote,
    unclosed: place.quote !== '' && (text[place.end] !== place.quote || place.end > lineEnd),
    indent: open.line.column,
    before: place.quote === '' && text[whole.start - 1] === ':' ? ' ' : ' '.repeat(pad),
    after: place.quote === '' && !colon && /^(?:\s|(?<=\s)#[^\n]*)*(?:["'[{]|[^\s,\]}#])/.test(text.slice(whole.end, open.end)) ? ', ' : '',
    colon,
  };
}

/** Whether a word can be written at an offset of a block text: not left of its lines, nor right of them before the first. */
function inBlock(text: string, offset: number, open: Open): boolean {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  if (text.slice(start, offset).trim() !== '') return true;
  const first = /^[^\n]*\n(?:[ \t\r]*\n)*( *)[^\s]/.exec(text.slice(open.start, open.end));
  const column = offset - start;
  if (!first) return column > open.line.lead;
  const indent = first[1]?.length ?? 0;
  return offset <= open.start + first[0].length - 1 ? column === indent : column >= indent;
}

function closedAt(text: string, open: Open): boolean {
  if (open.kind === 'quote') return text[open.end - 1] === text[open.start] && open.end > open.start + 1 && quoteEnd(text, open.start) === open.end;
  return open.kind === 'flow' && /[\]}]/.test(text[open.end - 1] ?? '') && open.end > open.start + 1;
}

function lineTextEnd(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start + text.slice(start, lineEndAt(text, offset)).trimEnd().length;
}

/** On a line of its own: at a key, behind one, or behind a dash. */
function onLine(text: string, offset: number, reading: Reading, index: number): CursorContext {
  const { lines } = reading;
  const line = lines[index] as Line;
  // Behind the document's end nothing is read.
  if (/^\.\.\.(?:\s|$)/m.test(text.slice(0, line.start))) return base(text, offset, []);
  const before = text.slice(line.start, offset);
  const rest = text.slice(offset, lineEndAt(text, offset)).replace(/\r$/, '');
  if (/(^|[ \t])#/.test(before.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, ''))) return base(text, offset, []);
  const upTo = readLine(before, line.start);
  if (upTo.key !== undefined) return behindKey(text, offset, reading, index, upTo);
  const token = before.slice(upTo.column);
  const emptyBefore = token.trim() === '';
  // White space in front of what stands on the line, or a bracket, quote, alias or marker: nothing fits in between.
  if (emptyBefore && (/^[ \t]+[^\s#]/.test(rest) || /^["'{[&*!|>%@`?-]/.test(rest))) return base(text, offset, []);
  if (/^["'{[&*!|>%@`?]|^---|^\.\.\./.test(token) || /^-\S/.test(token)) return base(text, offset, []);
  return atKey(text, offset, reading, index, upTo, rest);
}

/** Behind a key's colon. */
function behindKey(text: string, offset: number, reading: Reading, index: number, upTo: Line): CursorContext {
  const { lines } = reading;
  const line = lines[index] as Line;
  const common = base(text, offset, pathOfValue(lines.slice(0, index), upTo), upTo.column);
  const written = text.slice(upTo.valueAt, offset);
  const rest = text.slice(offset, lineEndAt(text, offset)).replace(/\r$/, '');
  if (/^["'{[&*!|>%@`]/.test(written.trimStart())) return common;
  if (written.trim() === '' && /^[ \t]*["'{[&*!|>%@`]/.test(rest)) return common;
  if (written.trim() === '' && line.value === '' && childBelow(reading, index)) return common;
  const tail = /^(?:(?![ \t]#)[^\n])*/.exec(rest)?.[0].trimEnd().length ?? 0;
  const start = written.trim() === '' ? offset : upTo.valueAt;
  return { ...common, position: 'value', whole: { start, end: offset + tail }, indent: upTo.column, before: text[start - 1] === ':' ? ' ' : '', lineEnds: true };
}

/** Whether the value of a key stands on the lines below it. */
function childBelow(reading: Reading, index: number): boolean {
  const line = reading.lines[index] as Line;
  const next = firstOf(below(reading, index), (l) => !l.blank || (l.value !== '' && !l.value.startsWith('#')));
  return next !== undefined && (next.lead > line.column || (next.dashes !== '' && next.lead === line.column));
}

/** At a key or list item, or on an empty line. */
function atKey(text: string, offset: number, reading: Reading, index: number, upTo: Line, rest: string): CursorContext {
  const { lines } = reading;
  const line = lines[index] as Line;
  const alone = line.blank;
  const { stack, pending } = containersAfter(lines.slice(0, index));
  const next = firstOf(below(reading, index), (l) => !l.blank);
  const place = upTo.dashes !== '' ? { path: pathOfValue(lines.slice(0, index), upTo), column: upTo.column, dash: false } : placeOf(stack, pending, upTo.column, alone || line.key === undefined ? next : undefined);
  const common = base(text, offset, place.path, upTo.column);
  const start = line.start + upTo.column;
  const tail = /^(?:(?!:(?:[ \t]|$)|[ \t]#)[^\n])*/.exec(rest)?.[0] ?? '';
  const colon = /^[ \t]*:(?:[ \t]|$)/.test(rest.slice(tail.length));
  const whole = { start, end: offset + (colon ? tail : (/^[^\s:,]*/.exec(tail)?.[0] ?? '')).trimEnd().length };
  const white = text.slice(line.start, start);
  const wanted = ' '.repeat(place.column);
  const fix = upTo.dashes === '' && white !== wanted;
  const movable = fix && white !== '';
  return {
    ...common,
    position: 'key',
    whole,
    colon,
    siblings: siblingsOf(reading, index, place.column, upTo.dashes !== '', place.dash),
    indent: place.column + (place.dash ? 2 : 0),
    reindent: movable ? { span: { start: line.start, end: start }, text: wanted } : undefined,
    before: (fix && !movable ? wanted : '') + (place.dash ? '- ' : '') + (upTo.dashes.endsWith('-') ? ' ' : ''),
    lineEnds: /^[ \t]*(?:#.*)?$/.test(rest.slice(whole.end - offset)),
  };
}

/** The map or list a line of that column belongs to, and the column it should have. */
function placeOf(stack: readonly Container[], pending: { column: number; path: string[] } | undefined, written: number, next: Line | undefined): { path: string[]; column: number; dash: boolean } {
  // A line between two deeper ones is inside their block, wherever the cursor stands.
  const column = next !== undefined && next.lead > written ? next.lead : written;
  if (pending && column === pending.column && next && next.dashes !== '' && next.lead === column) return { path: [...pending.path, '[]'], column, dash: true };
  if (pending && column > pending.column) {
    const below = next && next.lead > pending.column ? next : undefined;
    const dash = below !== undefined && below.dashes !== '';
    return { path: dash ? [...pending.path, '[]'] : pending.path, column: below?.lead ?? column, dash };
  }
  const open = stack.filter((container) => container.column <= column);
  const top = open[open.length - 1];
  const map = open.findLast((container) => container.kind === 'map');
  if (!top) return { path: [], column: stack[0]?.column ?? 0, dash: false };
  if (top.column === column && top.kind === 'list' && map?.column === column && !(next && next.dashes !== '' && next.lead === column)) return { path: map.path, column, dash: false };
  if (top.column === column) return inside(top);
  const deeper = stack[open.length];
  return inside(deeper && deeper.column - column <= column - top.column ? deeper : top);
}

function inside(container: Container): { path: string[]; column: number; dash: boolean } {
  const dash = container.kind === 'list';
  return { path: dash ? [...container.path, '[]'] : container.path, column: container.column, dash };
}

/** Keys of the block map at a column around a line, up and down to where it ends. */
function siblingsOf(reading: Reading, index: number, column: number, opensItem: boolean, dash: boolean): string[] {
  if (dash) return [];
  const keys: string[] = [];
  const scan = (part: Iterable<Line>, down: boolean): void => {
    for (const line of part) {
      if (line.blank) continue;
      if (line.column < column || (down && line.dashes !== '' && line.lead < column)) return;
      if (line.column === column && line.key !== undefined) keys.push(line.key);
      if (!down && line.dashes !== '' && line.lead < column) return;
    }
  };
  if (!opensItem) scan(reading.lines.slice(0, index).reverse(), false);
  scan(below(reading, index), true);
  return keys;
}
