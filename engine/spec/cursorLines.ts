/** One line of a block document, read on its own. */
export interface Line {
  /** Offset of its first character. */
  start: number;
  /** Column of its first visible character. */
  lead: number;
  /** The dashes that open list items on this line, with the white space after each. */
  dashes: string;
  /** Column of the key or item text behind the dashes. */
  column: number;
  key: string | undefined;
  /** Offset of what follows the key's colon, or of the item's text. */
  valueAt: number;
  /** That text, without a comment. */
  value: string;
  /** Empty, a comment, or part of a value that began on an earlier line. */
  blank: boolean;
}

/** A value that runs on: from `start` to `end`, or to the text's end where it is not closed. */
export interface Open {
  kind: 'flow' | 'quote' | 'block';
  line: Line;
  start: number;
  end: number;
}

/** What ends a line in other formats; the text behind it is no part of a value. */
const ODD = /[\r\u2028\u2029]/;
const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#&*!|>%@`"'[\]{},-][^:#\n]*?|-[^\s:][^:#\n]*?))[ \t]*:(?=[ \t]|$)/;
const PROPERTIES = /^(?:[&!]\S*[ \t]+)*/;

/** Reads a line; `text` has no line end. Tabs count as one column, as people's editors put the cursor. */
export function readLine(text: string, start: number): Line {
  const bare = text.endsWith('\r') ? text.slice(0, -1) : text;
  const flat = bare.includes('\t') ? bare.replace(/^[ \t]+/, (white) => white.replace(/\t/g, ' ')) : bare;
  const readable = !ODD.test(flat);
  const lead = readable ? spacesAt(flat, 0) : 0;
  const column = readable ? behindDashes(flat, lead) : 0;
  const rest = readable ? flat.slice(column) : '';
  const key = rest.includes(':') ? KEY.exec(rest) : null;
  const after = key ? rest.slice(key[0].length) : rest;
  const white = /^[ \t]*/.exec(after)?.[0].length ?? 0;
  const value = (after.includes('#') ? after.slice(white).replace(/(^|[ \t])#.*$/, '') : after.slice(white)).trimEnd();
  const dashes = flat.slice(lead, column);
  return {
    start,
    lead,
    dashes,
    column,
    key: key ? (key[1] ?? key[2] ?? key[3]) : undefined,
    valueAt: start + column + (key?.[0].length ?? 0) + white,
    value,
    blank: dashes === '' && !key && (value === '' || /^(---|\.\.\.)(\s|$)/.test(flat)),
  };
}

function spacesAt(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at++;
  return at - from;
}

/** Where the dashes of list items end that a line starts with, each with the spaces behind it. */
function behindDashes(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 45) {
    const spaces = spacesAt(text, at + 1);
    if (spaces === 0 && at + 1 < text.length) return at;
    at += 1 + spaces;
  }
  return at;
}

/** The lines of a text, as far as they are asked for, with the values that run over several of them. */
export interface Reading {
  lines: Line[];
  open: Open[];
  /** Reads one more line; false at the text's end. */
  more(): boolean;
}

/** Starts reading a text line by line; lines inside a value that runs over several are blank. */
export function readLines(text: string): Reading {
  const lines: Line[] = [];
  const open: Open[] = [];
  let running: Open | undefined;
  let start = 0;
  const more = (): boolean => {
    if (start > text.length) return false;
    const stop = text.indexOf('\n', start);
    const end = stop < 0 ? text.length : stop;
    const line = readLine(text.slice(start, end), start);
    const inBlock = running?.kind === 'block' && (line.blank && line.value === '' ? true : line.lead > blockIndent(running.line));
    if (running && inBlock) running.end = end;
    const inside = inBlock || (running !== undefined && running.kind !== 'block' && start < running.end);
    if (!inside) {
      running = line.blank ? undefined : opening(text, line, end);
      if (running) open.push(running);
    }
    lines.push(inside ? { ...line, blank: true } : line);
    start = end + 1;
    return true;
  };
  return { lines, open, more };
}

function blockIndent(line: Line): number {
  return line.key !== undefined ? line.column : line.lead + Math.max(0, line.dashes.trimEnd().length - 1);
}

/** The value that a line opens, where brackets, quotes or a block header do. */
function opening(text: string, line: Line, lineEnd: number): Open | undefined {
  const body = PROPERTIES.exec(line.value)?.[0].length ?? 0;
  const start = line.valueAt + body;
  const first = text[start];
  if ((first === '|' || first === '>') && /^[|>][0-9+-]*$/.test(line.value.slice(body))) return { kind: 'block', line, start, end: lineEnd };
  if (first === '{' || first === '[') return { kind: 'flow', line, start, end: closing(text, start) };
  if ((first === '"' || first === "'") && start < lineEnd) return { kind: 'quote', line, start, end: quoteEnd(text, start) };
  return undefined;
}

/** Offset after the quote that closes the one at `start`; the text's end where none does. */
export function quoteEnd(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) {
      if (quote === "'" && text[i + 1] === "'") i++;
      else return i + 1;
    }
  }
  return text.length;
}

/** Offset after the bracket that closes the one at `start`; where none does, the end of its line or of the lines that are plainly part of it. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i] ?? '';
    if ((c === '"' || c === "'") && /[\s[{,:]/.test(text[i - 1] ?? ' ')) i = quoteEnd(text, i) - 1;
    else if (c === '#' && /\s/.test(text[i - 1] ?? '')) i = lineStop(text, i) - 1;
    else if (c === '{' || c === '[') depth++;
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1;
    // A key or list item at a line's start of a lower column than the bracket belongs to the block again.
    else if (c === '\n' && /^(?:[ \t]*- |[A-Za-z_]\w*:(?:\s|$))/.test(text.slice(i + 1, i + 80))) return i;
  }
  return text.length;
}

function lineStop(text: string, at: number): number {
  const stop = text.indexOf('\n', at);
  return stop < 0 ? text.length : stop;
}

/** A map or list that a line may belong to. */
export interface Container {
  kind: 'map' | 'list';
  column: number;
  path: string[];
}

/** A key or dash that waits for its value, which would stand deeper. */
export interface Pending {
  column: number;
  path: string[];
}

/** The containers that are open after some lines, outermost first, and what waits for a value. */
export function containersAfter(lines: readonly Line[]): { stack: Container[]; pending: Pending | undefined } {
  let stack: Container[] = [];
  let pending: Pending | undefined;
  for (let index = firstThatCounts(lines); index < lines.length; index++) {
    const line = lines[index] as Line;
    if (!line.blank) ({ stack, pending } = step(stack, pending, line));
  }
  return { stack, pending };
}

/** In a document of sections, the key of the last one: it closes all that is open before it. */
function firstThatCounts(lines: readonly Line[]): number {
  const first = lines.find((line) => !line.blank);
  return first && isSection(first) ? lines.findLastIndex(isSection) : 0;
}

function isSection({ blank, lead, dashes, key }: Line): boolean {
  return !blank && lead === 0 && dashes === '' && key !== undefined;
}

function step(before: readonly Container[], waiting: Pending | undefined, line: Line): { stack: Container[]; pending: Pending | undefined } {
  if (line.key === undefined && line.dashes === '') return { stack: [...before], pending: undefined };
  const stack = before.filter((container) => container.column <= line.lead);
  let pending = waiting;
  let path: string[] = [];
  const enter = (kind: Container['kind'], column: number): void => {
    if (kind === 'map') while (stack[stack.length - 1]?.kind === 'list' && stack[stack.length - 1]?.column === column) stack.pop();
    const top = stack[stack.length - 1];
    if (top?.kind === kind && top.column === column) path = top.path;
    else {
      // Deeper than what waits: its value. Deeper than its neighbours without a reason: theirs, wrongly indented.
      path = pending && pending.column <= column ? pending.path : (top?.path ?? []);
      stack.push({ kind, column, path });
    }
  };
  let column = line.lead;
  for (const dash of line.dashes.match(/- */g) ?? []) {
    enter('list', column);
    path = [...path, '[]'];
    pending = { column, path };
    column += dash.length;
  }
  if (line.key !== undefined) {
    enter('map', line.column);
    return { stack, pending: isOpen(line) ? { column: line.column, path: [...path, line.key] } : undefined };
  }
  return { stack, pending: isOpen(line) ? pending : undefined };
}

/** Whether the value of a line stands below it: nothing, or only an anchor or a tag, stands behind its key or dash. */
function isOpen({ value }: Line): boolean {
  return value.replace(PROPERTIES, '') === '' || /^[&!]\S*$/.test(value);
}

/** Path of the value a line opens. */
export function pathOfValue(lines: readonly Line[], line: Line): string[] {
  const { stack } = step(...after(lines), line);
  const top = stack[stack.length - 1];
  if (line.key !== undefined) return [...(top?.path ?? []), line.key];
  return line.dashes === '' ? (after(lines)[1]?.path ?? []) : [...(top?.path ?? []), '[]'];
}

function after(lines: readonly Line[]): [Container[], Pending | undefined] {
  const { stack, pending } = containersAfter(lines);
  return [stack, pending];
}
