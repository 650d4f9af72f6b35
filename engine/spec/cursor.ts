import type { Span } from '../text';

/** Where a cursor stands in a spec, also in one that is half typed and does not parse. */
export interface CursorContext {
  /** Keys from the root; `[]` is an item of a list. The key under the cursor is not part of it. */
  path: string[];
  position: 'key' | 'value';
  /** The word before the cursor. */
  prefix: string;
  /** What a completion replaces: the word around the cursor. */
  replace: Span;
  /** Keys that the map around the cursor has. */
  siblings: string[];
  /** In `{…}` or `[…]` on one line. */
  flow: boolean;
  /** Inside a quoted text. */
  quoted: boolean;
  /** Column at which a key of this map starts. */
  indent: number;
}

interface Line {
  lead: number;
  dashes: string;
  key: string | undefined;
  /** Column of the key or item text. */
  column: number;
  /** Text after the colon. */
  value: string;
  blank: boolean;
}

const LINE = /^( *)((?:- +|-$)*)(.*)$/;

function readLine(text: string): Line {
  const match = LINE.exec(text.replace(/\r$/, ''));
  const [, lead = '', dashes = '', rest = ''] = match ?? [];
  const key = /^(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*:(?:\s|$)/.exec(rest);
  return {
    lead: lead.length,
    dashes,
    key: key ? (key[1] ?? key[2] ?? key[3]) : undefined,
    column: lead.length + dashes.length,
    value: key ? rest.slice(key[0].length).trim() : rest.trim(),
    blank: rest.trim() === '' && dashes === '' ? true : rest.trim().startsWith('#'),
  };
}

/** Finds the cursor's place by indentation, lists and brackets; `offset` is in UTF-16 units. */
export function contextAt(text: string, offset: number): CursorContext {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const lines = text.slice(0, start).split('\n').slice(0, -1).map(readLine);
  const before = text.slice(start, offset);
  const end = endOfWord(text, offset);
  const current = readLine(before);
  const rest = before.slice(Math.min(current.column, before.length));
  const outer = parents(lines, current);
  const key = /^(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*:(?:\s+|$)/.exec(rest);
  const body = key ? rest.slice(key[0].length) : rest;
  const path = key ? [...outer, key[1] ?? key[2] ?? key[3] ?? ''] : outer;
  if (/^[[{]/.test(body)) return inFlow(text, offset, end, path, body, current.column);
  const quoted = /^"(?:[^"\\]|\\.)*$|^'(?:[^']|'')*$/.test(body);
  const prefix = /[\w.#$-]*$/.exec(body)?.[0] ?? '';
  return {
    path,
    position: key ? 'value' : 'key',
    prefix,
    replace: { start: offset - prefix.length, end },
    siblings: key ? [] : siblingsOf(text, start, current.column, lines),
    flow: false,
    quoted,
    indent: current.column,
  };
}

function endOfWord(text: string, offset: number): number {
  return offset + (/^[\w.#$-]*/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0);
}

/** Keys above a line, from the root, with `[]` for each list item around it. */
function parents(lines: readonly Line[], current: Line): string[] {
  const path: string[] = [];
  let need = current.column;
  let item = current.dashes !== '';
  if (item) {
    path.unshift(...dashesOf(current.dashes));
    need = current.lead;
  }
  for (let i = lines.length - 1; i >= 0 && (need > 0 || item); i--) {
    const line = lines[i] as Line;
    if (line.blank || (line.key === undefined && line.dashes === '')) continue;
    const opens = line.key !== undefined && (line.value === '' || line.value.startsWith('#'));
    if (opens && (line.column < need || (item && line.column === need && line.dashes === ''))) {
      path.unshift(line.key ?? '');
      need = line.column;
      item = line.dashes !== '';
      if (item) {
        path.unshift(...dashesOf(line.dashes));
        need = line.lead;
      }
    } else if (!item && line.dashes !== '' && line.column === need) {
      path.unshift(...dashesOf(line.dashes));
      need = line.lead;
      item = true;
    }
  }
  return path;
}

function dashesOf(dashes: string): string[] {
  return (dashes.match(/-/g) ?? []).map(() => '[]');
}

/** Keys of the block map around a line: the lines at its column, up and down to where the map ends. */
function siblingsOf(text: string, start: number, column: number, before: readonly Line[]): string[] {
  const after = text.slice(start).split('\n').slice(1).map(readLine);
  const keys: string[] = [];
  const scan = (lines: readonly Line[], down: boolean): void => {
    for (const line of lines) {
      if (line.blank) continue;
      if (line.column < column) return;
      if (line.column > column) continue;
      if (down && line.dashes !== '') return;
      if (line.key !== undefined) keys.push(line.key);
      if (!down && line.dashes !== '') return;
    }
  };
  scan([...before].reverse(), false);
  scan(after, true);
  return keys;
}

interface Frame {
  kind: 'map' | 'list';
  key: string | undefined;
  keys: string[];
}

/** The place inside brackets: `body` is the text from the first bracket to the cursor. */
function inFlow(text: string, offset: number, end: number, outer: readonly string[], body: string, indent: number): CursorContext {
  const frames: Frame[] = [];
  let token = '';
  let quote = '';
  for (let i = 0; i < body.length; i++) {
    const c = body[i] ?? '';
    const top = frames[frames.length - 1];
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
      token += c;
    } else if ((c === '"' || c === "'") && token.trim() === '') {
      quote = c;
      token += c;
    } else if (c === '{' || c === '[') {
      frames.push({ kind: c === '{' ? 'map' : 'list', key: undefined, keys: [] });
      token = '';
    } else if (c === '}' || c === ']') {
      frames.pop();
      token = '';
    } else if (c === ',') {
      if (top) top.key = undefined;
      token = '';
    } else if (c === ':' && top?.kind === 'map' && top.key === undefined && /[\s]|^$/.test(body[i + 1] ?? '')) {
      top.key = token.trim();
      top.keys.push(top.key);
      token = '';
    } else token += c;
  }
  const path = [...outer, ...frames.flatMap((frame, index) => (frame.kind === 'list' ? ['[]'] : frame.key !== undefined ? [frame.key] : index === frames.length - 1 ? [] : []))];
  const last = frames[frames.length - 1];
  const prefix = /[\w.#$-]*$/.exec(token)?.[0] ?? '';
  const rest = [...text.slice(offset, offset + 500).matchAll(/([\w-]+)\s*:\s/g)].map((match) => match[1] ?? '');
  const stop = text.slice(offset, offset + 500).search(/[}\n]/);
  const later = stop < 0 ? [] : rest.filter((key) => text.slice(offset, offset + stop).includes(`${key}:`));
  return {
    path,
    position: last?.kind === 'map' && last.key === undefined ? 'key' : 'value',
    prefix,
    replace: { start: offset - prefix.length, end },
    siblings: last?.kind === 'map' ? [...last.keys, ...later] : [],
    flow: true,
    quoted: quote !== '',
    indent,
  };
}
