import { blockScalar, plainScalar, quotedScalar, type ScalarOf, type ScalarTree } from './plainScalars';
import type { YamlEntry, YamlTree } from './tree';

/**
 * Reads the YAML that nearly all files are written in: block maps and lists, flow maps and lists of one line, scalars, comments.
 * Gives the very tree that the library gives for it, many times faster; undefined for anything else, right or wrong, which the
 * library then reads. A text it reads has no syntax error, no duplicate key and no key without a value in braces.
 */
export function plainTree(text: string, scalarOf: ScalarOf): YamlTree | undefined {
  if (/[\t\r\uFEFF\u0000-\u0008\u000b-\u001f\u007f\u0085]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  const reader: Reader = { text, scalarOf, quotedKey: new RegExp(QUOTED_KEY), names: new Map(), name: '', end: 0, line: 0, indent: 0, commented: false, nodes: 0 };
  const tree = nextLine(reader, 0) ? blockMap(reader, 0, 1) : undefined;
  return reader.indent === END ? tree : undefined;
}

/**
 * Where the reader stands: at the first character of a line that is neither blank nor a comment, and how far that is indented. What
 * it read last stands here, too, and is not handed on in objects of its own, which would be half of all that are made.
 */
interface Reader {
  text: string;
  scalarOf: ScalarOf;
  quotedKey: RegExp;
  /** The bare keys met so far, each once. */
  names: Map<string, string>;
  /** The key that was read last. */
  name: string;
  /** Where the library takes what was read last to end: behind the line end, for a parent's span. */
  end: number;
  line: number;
  indent: number;
  /** A comment line was passed on the way to this line. */
  commented: boolean;
  nodes: number;
}

/** The indent of the line behind the last one. */
const END = -1;
const MAX_DEPTH = 40;
const MAX_NODES = 400_000;

/** Goes to the first line from an offset that has content; false where a comment stands so that the library takes it into a span. */
function nextLine(reader: Reader, from: number): boolean {
  const { text } = reader;
  let deepest = END;
  for (let start = from; ; ) {
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (code === HASH) deepest = Math.max(deepest, at - start);
    else if (code !== NEWLINE) {
      const ended = at >= text.length;
      reader.line = at;
      reader.indent = ended ? END : at - start;
      reader.commented = deepest !== END;
      return deepest <= (ended ? 0 : at - start);
    }
    const stop = text.indexOf('\n', at);
    if (stop < 0) {
      reader.line = text.length;
      reader.indent = END;
      reader.commented = deepest !== END;
      return deepest <= 0;
    }
    start = stop + 1;
  }
}

/** A key in quotes, of simple text, with its colon. */
const QUOTED_KEY = /("[^"\\\n]*"|'[^'\n]*'):(?=[ \n]|$)/y;

/** A block map whose keys stand at a column; the reader is at its first key. */
function blockMap(reader: Reader, indent: number, depth: number): YamlTree | undefined {
  const { text } = reader;
  const entries: YamlEntry[] = [];
  const start = reader.line;
  let end = start;
  if (depth > MAX_DEPTH) return undefined;
  while (reader.indent === indent) {
    const { line } = reader;
    const after = keyAt(reader, line, text.length);
    const key = reader.name;
    if (after < 0 || isDouble(entries, key)) return undefined;
    const at = skipSpaces(text, after);
    const code = text.charCodeAt(at);
    const inline = at < text.length && code !== NEWLINE && code !== HASH;
    if (code === HASH && at === after) return undefined;
    const value = inline ? lineValue(reader, at, indent, depth) : valueBelow(reader, at, indent, depth);
    if (!value || reader.indent > indent || ++reader.nodes > MAX_NODES) return undefined;
    entries.push({ key, keySpan: { start: line, end: after - 1 }, value });
    ({ end } = reader);
  }
  reader.end = end;
  return entries.length === 0 ? undefined : { kind: 'map', span: { start, end }, entries };
}

/** Reads a key, whose text is the reader's `name` then; where it goes on behind the colon, or -1 where there is none before a limit. */
function keyAt(reader: Reader, at: number, limit: number): number {
  const { text } = reader;
  const first = text.charCodeAt(at);
  if (first === DOUBLE || first === SINGLE) {
    reader.quotedKey.lastIndex = at;
    const written = reader.quotedKey.exec(text)?.[1];
    if (written === undefined || at + written.length >= limit || written.length > 200) return -1;
    reader.name = written.slice(1, -1);
    return at + written.length + 1;
  }
  if (!isLetter(first)) return -1;
  let end = at + 1;
  while (isOfKey(text.charCodeAt(end))) end++;
  if (end >= limit || end - at > 200 || text.charCodeAt(end) !== COLON) return -1;
  const next = text.charCodeAt(end + 1);
  if (next !== SPACE && next !== NEWLINE && end + 1 < text.length) return -1;
  const written = text.slice(at, end);
  const known = reader.names.get(written);
  // A word such as `yes` may be read as something else than itself.
  if (known === undefined && typeof reader.scalarOf(written) !== 'string') return -1;
  if (known === undefined) reader.names.set(written, written);
  reader.name = known ?? written;
  return end + 1;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isOfKey(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57) || code === DASH || code === 46 || code === 43;
}

/** Whether a key stands twice, or merges. */
function isDouble(entries: readonly YamlEntry[], key: string): boolean {
  if (key === '<<') return true;
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

/** What stands on the lines below a key: a block, a list at the key's own column, or nothing. */
function valueBelow(reader: Reader, at: number, indent: number, depth: number): YamlTree | undefined {
  const { text } = reader;
  const stop = lineStop(text, at);
  if (!nextLine(reader, stop + 1)) return undefined;
  const list = isListItem(reader);
  if (reader.indent > indent) return list ? blockList(reader, reader.indent, depth + 1) : blockMap(reader, reader.indent, depth + 1);
  if (reader.indent === indent && list) return blockList(reader, indent, depth + 1);
  // A comment beside a value that is not there moves the value's place.
  if (reader.commented || text.charCodeAt(at) === HASH) return undefined;
  reader.end = at;
  return { kind: 'scalar', span: { start: at, end: at }, value: null, source: '', quoted: false };
}

function isListItem({ text, line }: Reader): boolean {
  const next = text.charCodeAt(line + 1);
  return text.charCodeAt(line) === DASH && (next === SPACE || next === NEWLINE || line + 1 === text.length);
}

/** A block list whose dashes stand at a column; the reader is at the first dash. */
function blockList(reader: Reader, indent: number, depth: number): YamlTree | undefined {
  const { text } = reader;
  const items: YamlTree[] = [];
  const start = reader.line;
  let end = start;
  if (depth > MAX_DEPTH) return undefined;
  while (reader.indent === indent && isListItem(reader)) {
    const at = skipSpaces(text, reader.line + 1);
    const column = indent + at - reader.line;
    if (at >= text.length || text.charCodeAt(at) === NEWLINE || text.charCodeAt(at) === HASH) return undefined;
    reader.line = at;
    const map = keyAt(reader, at, text.length) >= 0;
    if (map) reader.indent = column;
    const item = map ? blockMap(reader, column, depth + 1) : lineValue(reader, at, indent, depth);
    if (!item || reader.indent > indent || ++reader.nodes > MAX_NODES) return undefined;
    items.push(item);
    ({ end } = reader);
  }
  reader.end = end;
  return { kind: 'seq', span: { start, end }, items };
}

/** A value on the line of its key or dash; the reader goes to the next line. */
function lineValue(reader: Reader, at: number, indent: number, depth: number): YamlTree | undefined {
  const { text } = reader;
  const code = text.charCodeAt(at);
  if (code === PIPE || code === GREATER) {
    const block = blockScalar(text, at, indent);
    if (!block || !nextLine(reader, block.span.end) || reader.indent > indent) return undefined;
    reader.end = block.span.end;
    return block;
  }
  const stop = lineStop(text, at);
  const tree = code === BRACE || code === BRACKET ? flow(reader, at, stop, depth) : scalarAt(reader, at, stop, false);
  if (!tree) return undefined;
  const rest = skipSpaces(text, tree.span.end);
  const next = text.charCodeAt(rest);
  const ended = rest >= text.length || next === NEWLINE || (next === HASH && rest > tree.span.end);
  // A deeper line would go on with this value.
  if (!ended || !nextLine(reader, stop + 1) || reader.indent > indent) return undefined;
  reader.end = Math.min(stop + 1, text.length);
  return tree;
}

function scalarAt(reader: Reader, at: number, limit: number, inFlow: boolean): ScalarTree | undefined {
  const code = reader.text.charCodeAt(at);
  return code === DOUBLE || code === SINGLE ? quotedScalar(reader.text, at, limit) : plainScalar(reader.text, at, limit, inFlow, reader.scalarOf);
}

/** A flow map or list that ends before a limit. */
function flow(reader: Reader, at: number, limit: number, depth: number): YamlTree | undefined {
  const { text } = reader;
  const isMap = text.charCodeAt(at) === BRACE;
  const closing = isMap ? CLOSING_BRACE : CLOSING_BRACKET;
  const entries: YamlEntry[] = [];
  const items: YamlTree[] = [];
  if (depth > MAX_DEPTH) return undefined;
  let here = skipSpaces(text, at + 1);
  if (text.charCodeAt(here) !== closing) {
    for (;;) {
      const start = here;
      const after = isMap ? keyAt(reader, start, limit) : start;
      const key = reader.name;
      if (isMap && (after < 0 || isDouble(entries, key))) return undefined;
      const from = isMap ? skipSpaces(text, after) : start;
      if (isMap && from === after) return undefined;
      const code = text.charCodeAt(from);
      const value = code === BRACE || code === BRACKET ? flow(reader, from, limit, depth + 1) : scalarAt(reader, from, limit, true);
      if (!value || ++reader.nodes > MAX_NODES) return undefined;
      if (isMap) entries.push({ key, keySpan: { start, end: after - 1 }, value });
      else items.push(value);
      here = skipSpaces(text, value.span.end);
      const next = text.charCodeAt(here);
      if (here >= limit || (next !== COMMA && next !== closing)) return undefined;
      if (next === closing) break;
      const behind = skipSpaces(text, here + 1);
      if (behind === here + 1 || behind >= limit) return undefined;
      here = behind;
    }
  }
  if (here >= limit) return undefined;
  const span = { start: at, end: here + 1 };
  return isMap ? { kind: 'map', span, entries } : { kind: 'seq', span, items };
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

function lineStop(text: string, from: number): number {
  const stop = text.indexOf('\n', from);
  return stop < 0 ? text.length : stop;
}

const SPACE = 32;
const NEWLINE = 10;
const HASH = 35;
const DASH = 45;
const COLON = 58;
const PIPE = 124;
const GREATER = 62;
const BRACE = 123;
const CLOSING_BRACE = 125;
const BRACKET = 91;
const CLOSING_BRACKET = 93;
const DOUBLE = 34;
const SINGLE = 39;
const COMMA = 44;
