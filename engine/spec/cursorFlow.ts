import { quoteEnd } from './cursorLines';

/** Where an offset stands inside brackets. */
export interface FlowPlace {
  /** Keys and `[]` from the first bracket on. */
  path: string[];
  position: 'key' | 'value' | 'none';
  /** Where the word or text under the cursor starts and ends. */
  start: number;
  end: number;
  quote: '' | '"' | "'";
  /** Keys of the map around the cursor. */
  siblings: string[];
}

interface Frame {
  kind: 'map' | 'list';
  key: string | undefined;
  keys: string[];
  /** Where the entry after the last comma or colon starts. */
  from: number;
  /** The entry has a value in brackets or quotes that is complete. */
  done: boolean;
}

/** Finds the place of `offset` in the brackets that open at `start` and end at `end`. */
export function flowAt(text: string, start: number, offset: number, end: number): FlowPlace {
  const frames: Frame[] = [];
  let at = start;
  while (at < offset) {
    const inside = advance(text, at, frames, offset);
    if (typeof inside === 'string') return { path: pathOf(frames), position: inside === 'quote' ? position(frames) : 'none', ...quoted(text, at), siblings: siblings(text, offset, end, frames) };
    at = inside;
  }
  const top = frames[frames.length - 1];
  const token = tokenAround(text, top?.from ?? offset, offset, end);
  const ends = !top || top.done || /^[&*!]/.test(text.slice(token.start, token.end));
  return { path: pathOf(frames), position: ends ? 'none' : position(frames), ...token, quote: '', siblings: siblings(text, offset, end, frames) };
}

/** Moves over one character, quoted text or comment; says what it is where the cursor stands inside. */
function advance(text: string, at: number, frames: Frame[], offset: number): number | 'quote' | 'comment' {
  const c = text[at] ?? '';
  const top = frames[frames.length - 1];
  const fresh = top !== undefined && text.slice(top.from, at).trim() === '';
  if ((c === '"' || c === "'") && fresh) {
    const stop = quoteEnd(text, at);
    if (offset < stop || (stop === text.length && text[stop - 1] !== c)) return 'quote';
    top.done = true;
    return stop;
  }
  if (c === '#' && /\s/.test(text[at - 1] ?? '')) {
    const stop = text.indexOf('\n', at);
    return stop < 0 || offset <= stop ? 'comment' : stop;
  }
  if (c === '{' || c === '[') frames.push({ kind: c === '{' ? 'map' : 'list', key: undefined, keys: [], from: at + 1, done: false });
  else if (c === '}' || c === ']') {
    frames.pop();
    const outer = frames[frames.length - 1];
    if (outer) outer.done = true;
  } else if (top && c === ',') Object.assign(top, { key: undefined, from: at + 1, done: false });
  else if (top?.kind === 'map' && c === ':' && top.key === undefined && (top.done || /[\s,[\]{}]|^$/.test(text[at + 1] ?? ''))) {
    const key = unquoted(text.slice(top.from, at).trim());
    Object.assign(top, { key, from: at + 1, done: false });
    top.keys.push(key);
  }
  return at + 1;
}

function unquoted(key: string): string {
  return key.replace(/^(["'])(.*)\1$/, '$2');
}

function pathOf(frames: readonly Frame[]): string[] {
  return frames.flatMap((frame) => (frame.kind === 'list' ? ['[]'] : frame.key !== undefined ? [frame.key] : []));
}

function position(frames: readonly Frame[]): 'key' | 'value' {
  const top = frames[frames.length - 1];
  return top?.kind === 'map' && top.key === undefined ? 'key' : 'value';
}

function quoted(text: string, at: number): { start: number; end: number; quote: '"' | "'" } {
  const quote = text[at] === "'" ? "'" : '"';
  const stop = quoteEnd(text, at);
  return { start: at + 1, end: text[stop - 1] === quote && stop > at + 1 ? stop - 1 : stop, quote };
}

/** The bare text around the cursor, between commas, colons and brackets. */
function tokenAround(text: string, from: number, offset: number, end: number): { start: number; end: number } {
  const before = text.slice(from, offset);
  const start = Math.min(offset, from + (/^\s*/.exec(before)?.[0].length ?? 0));
  // White space before the next entry: nothing of that entry is replaced.
  if (before.trim() === '' && /^\s/.test(text.slice(offset))) return { start: offset, end: offset };
  const after = text.slice(offset, Math.max(offset, end));
  const stop = after.search(/[,[\]{}\n\r"']|:(?=[\s,[\]{}]|$)|\s#/);
  const body = stop < 0 ? after : after.slice(0, stop);
  return { start, end: offset + body.trimEnd().length };
}

/** Keys of the map around the cursor, before and after it. */
function siblings(text: string, offset: number, end: number, frames: readonly Frame[]): string[] {
  const top = frames[frames.length - 1];
  if (top?.kind !== 'map') return [];
  const rest = frames.map((frame) => ({ ...frame, keys: [...frame.keys] }));
  const own = rest[rest.length - 1];
  const found = [...top.keys];
  const stop = text.slice(offset, end).search(/[,}\n]/);
  for (let at = stop < 0 ? end : offset + stop; at < end && own && rest.includes(own); ) {
    const next = advance(text, at, rest, end);
    if (typeof next === 'string') break;
    at = next;
  }
  return [...new Set([...found, ...(own?.keys ?? [])])];
}
