import { blockScalar, plainScalar, quotedScalar, type ScalarOf, type ScalarTree } from './plainScalars';
import type { YamlEntry, YamlTree } from './tree';

/**
 * Reads the YAML that nearly all files are written in: block maps and lists, flow maps and lists of one line, scalars, comments.
 * Gives the very tree that the library gives for it, many times faster; undefined for anything else, right or wrong, which the
 * library then reads. A text it reads has no syntax error, no duplicate key and no key without a value in braces.
 */
export function plainTree(text: string, scalarOf: ScalarOf): YamlTree | undefined {
  if (/[\t\r\uFEFF\u0000-\u0008\u000b-\u001f\u007f\u0085]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  const reader: Reader = { text, scalarOf, key: new RegExp(KEY), line: 0, indent: 0, commented: false, nodes: 0 };
  const read = nextLine(reader, 0) ? blockMap(reader, 0, 1) : undefined;
  return read && reader.indent === END ? read.tree : undefined;
}

/** Where the reader stands: at the first character of a line that is neither blank nor a comment, and how far that is indented. */
interface Reader {
  text: string;
  scalarOf: ScalarOf;
  key: RegExp;
  line: number;
  indent: number;
  /** A comment line was passed on the way to this line. */
  commented: boolean;
  nodes: number;
}

/** A part of the document, and where the library takes it to end: behind the line end, for a parent's span. */
interface Read {
  tree: YamlTree;
  end: number;
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

/** A key with its colon: a word, or simple text in quotes. */
const KEY = /([A-Za-z_][\w.+-]*|"[^"\\\n]*"|'[^'\n]*'):(?=[ \n]|$)/y;

/** A block map whose keys stand at a column; the reader is at its first key. */
function blockMap(reader: Reader, indent: number, depth: number): Read | undefined {
  const { text } = reader;
  const entries: YamlEntry[] = [];
  const start = reader.line;
  let end = start;
  if (depth > MAX_DEPTH) return undefined;
  while (reader.indent === indent) {
    const found = keyAt(reader, reader.line, text.length);
    if (!found || isDouble(entries, found.key)) return undefined;
    const { key, keySpan } = found;
    const at = skipSpaces(text, found.after);
    const code = text.charCodeAt(at);
    const inline = at < text.length && code !== NEWLINE && code !== HASH;
    if (code === HASH && at === found.after) return undefined;
    const read = inline ? lineValue(reader, at, indent, depth) : valueBelow(reader, at, indent, depth);
    if (!read || reader.indent > indent || ++reader.nodes > MAX_NODES) return undefined;
    entries.push({ key, keySpan, value: read.tree });
    end = read.end;
  }
  return entries.length === 0 ? undefined : { tree: { kind: 'map', span: { start, end }, entries }, end };
}

function keyAt(reader: Reader, at: number, limit: number): (Omit<YamlEntry, 'value'> & { after: number }) | undefined {
  reader.key.lastIndex = at;
  const written = reader.key.exec(reader.text)?.[1];
  if (written === undefined || at + written.length >= limit || written.length > 200) return undefined;
  const quoted = written.startsWith('"') || written.startsWith("'");
  const key = quoted ? written.slice(1, -1) : written;
  // A word such as `yes` may be read as something else than itself; `<<` merges.
  if (!quoted && typeof reader.scalarOf(written) !== 'string') return undefined;
  return { key, keySpan: { start: at, end: at + written.length }, after: at + written.length + 1 };
}

function isDouble(entries: readonly YamlEntry[], key: string): boolean {
  return key === '<<' || entries.some((entry) => entry.key === key);
}

/** What stands on the lines below a key: a block, a list at the key's own column, or nothing. */
function valueBelow(reader: Reader, at: number, indent: number, depth: number): Read | undefined {
  const { text } = reader;
  const stop = lineStop(text, at);
  if (!nextLine(reader, stop + 1)) return undefined;
  const list = isListItem(reader);
  if (reader.indent > indent) return list ? blockList(reader, reader.indent, depth + 1) : blockMap(reader, reader.indent, depth + 1);
  if (reader.indent === indent && list) return blockList(reader, indent, depth + 1);
  // A comment beside a value that is not there moves the value's place.
  if (reader.commented || text.charCodeAt(at) === HASH) return undefined;
  return { tree: { kind: 'scalar', span: { start: at, end: at }, value: null, source: '', quoted: false }, end: at };
}

function isListItem({ text, line }: Reader): boolean {
  const next = text.charCodeAt(line + 1);
  return text.charCodeAt(line) === DASH && (next === SPACE || next === NEWLINE || line + 1 === text.length);
}

/** A block list whose dashes stand at a column; the reader is at the first dash. */
function blockList(reader: Reader, indent: number, depth: number): Read | undefined {
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
    const map = keyAt(reader, at, text.length) !== undefined;
    if (map) reader.indent = column;
    const read = map ? blockMap(reader, column, depth + 1) : lineValue(reader, at, indent, depth);
    if (!read || reader.indent > indent || ++reader.nodes > MAX_NODES) return undefined;
    items.push(read.tree);
    end = read.end;
  }
  return { tree: { kind: 'seq', span: { start, end }, items }, end };
}

/** A value on the line of its key or dash; the reader goes to the next line. */
function lineValue(reader: Reader, at: number, indent: number, depth: number): Read | undefined {
  const { text } = reader;
  const code = text.charCodeAt(at);
  if (code === PIPE || code === GREATER) {
    const block = blockScalar(text, at, indent);
    return block && nextLine(reader, block.span.end) && reader.indent <= indent ? { tree: block, end: block.span.end } : undefined;
  }
  const tree = code === BRACE || code === BRACKET ? flow(reader, at, lineStop(text, at), depth) : scalarAt(reader, at, lineStop(text, at), false);
  if (!tree) return undefined;
  const rest = skipSpaces(text, tree.span.end);
  const next = text.charCodeAt(rest);
  const ended = rest >= text.length || next === NEWLINE || (next === HASH && rest > tree.span.end);
  if (!ended) return undefined;
  const stop = lineStop(text, rest);
  // A deeper line would go on with this value.
  if (!nextLine(reader, stop + 1) || reader.indent > indent) return undefined;
  return { tree, end: Math.min(stop + 1, text.length) };
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
      const found = isMap ? keyAt(reader, here, limit) : undefined;
      if (isMap && (!found || isDouble(entries, found.key))) return undefined;
      const from = found ? skipSpaces(text, found.after) : here;
      if (found && from === found.after) return undefined;
      const code = text.charCodeAt(from);
      const value = code === BRACE || code === BRACKET ? flow(reader, from, limit, depth + 1) : scalarAt(reader, from, limit, true);
      if (!value || ++reader.nodes > MAX_NODES) return undefined;
      if (found) entries.push({ key: found.key, keySpan: found.keySpan, value });
      else items.push(value);
      here = skipSpaces(text, value.span.end);
      const next = text.charCodeAt(here);
      if (here >= limit || (next !== COMMA && next !== closing)) return undefined;
      if (next === closing) break;
      const after = skipSpaces(text, here + 1);
      if (after === here + 1 || after >= limit) return undefined;
      here = after;
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
const PIPE = 124;
const GREATER = 62;
const BRACE = 123;
const CLOSING_BRACE = 125;
const BRACKET = 91;
const CLOSING_BRACKET = 93;
const DOUBLE = 34;
const SINGLE = 39;
const COMMA = 44;
