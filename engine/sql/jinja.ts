import type { Span } from '../text';

/** One Jinja block of a template. */
export interface JinjaBlock {
  kind: 'expression' | 'statement' | 'comment';
  /** The whole block with its delimiters. */
  span: Span;
  /** What is between the delimiters, trimmed of `-` and white space. */
  body: string;
  bodyStart: number;
}

const CLOSERS = { '{{': '}}', '{%': '%}', '{#': '#}' } as const;

/**
 * The Jinja blocks of a template in order; text inside `{% raw %}` has none. A block that is never closed ends with
 * the text. Strings inside expressions and statements may hold closers.
 */
export function jinjaBlocks(text: string): JinjaBlock[] {
  const blocks: JinjaBlock[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('{', at);
    if (start < 0) break;
    const opener = text.slice(start, start + 2);
    if (opener !== '{{' && opener !== '{%' && opener !== '{#') {
      at = start + 1;
      continue;
    }
    const end = opener === '{#' ? endOfComment(text, start) : endOfBlock(text, start + 2, CLOSERS[opener]);
    const block = blockOf(text, start, end, opener);
    blocks.push(block);
    at = block.kind === 'statement' && /^raw\b/.test(block.body) ? endOfRaw(text, end) : end;
  }
  return blocks;
}

function blockOf(text: string, start: number, end: number, opener: keyof typeof CLOSERS): JinjaBlock {
  const closed = text.slice(end - 2, end) === CLOSERS[opener] && end - 2 >= start + 2;
  const inner = text.slice(start + 2, closed ? end - 2 : end);
  const lead = /^[-+]?\s*/.exec(inner)?.[0].length ?? 0;
  return {
    kind: opener === '{{' ? 'expression' : opener === '{%' ? 'statement' : 'comment',
    span: { start, end },
    body: inner.slice(lead).replace(/\s*[-+]?$/, ''),
    bodyStart: start + 2 + lead,
  };
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf('#}', start + 2);
  return end < 0 ? text.length : end + 2;
}

function endOfBlock(text: string, from: number, closer: string): number {
  let quote = '';
  let braces = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === "'" || c === '"') quote = c;
    else if (c === '{') braces++;
    else if (braces > 0 && c === '}') braces--;
    else if (text.startsWith(closer, i)) return i + 2;
  }
  return text.length;
}

function endOfRaw(text: string, from: number): number {
  const match = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
  match.lastIndex = from;
  const found = match.exec(text);
  return found ? found.index : text.length;
}

/** A call as Jinja writes it: `ref('a', v=2)` → name, positional and keyword arguments as source text. */
export interface JinjaCall {
  name: string;
  args: string[];
  kwargs: Record<string, string>;
  /** What follows the closing parenthesis (a filter or attribute), trimmed. */
  rest: string;
}

/** Reads a body that is one call; undefined for anything else. */
export function callOf(body: string): JinjaCall | undefined {
  const head = /^([A-Za-z_][\w.]*)\s*\(/.exec(body);
  if (!head) return undefined;
  const parts = argumentsOf(body, head[0].length);
  if (!parts) return undefined;
  const kwargs: Record<string, string> = Object.create(null) as Record<string, string>;
  const args: string[] = [];
  for (const part of parts.items) {
    const keyword = /^([A-Za-z_]\w*)\s*=(?!=)\s*([\s\S]*)$/.exec(part);
    if (keyword?.[1] !== undefined) kwargs[keyword[1]] = keyword[2] ?? '';
    else args.push(part);
  }
  return { name: head[1] ?? '', args, kwargs, rest: body.slice(parts.end).trim() };
}

/** Splits the text after an opening bracket at its commas, up to the closing bracket; `end` is after it. */
function argumentsOf(text: string, from: number): { items: string[]; end: number } | undefined {
  const items: string[] = [];
  let depth = 0;
  let quote = '';
  let start = from;
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === "'" || c === '"') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c) && depth > 0) depth--;
    else if (c === ')' || (c === ',' && depth === 0)) {
      const item = text.slice(start, i).trim();
      if (item !== '') items.push(item);
      start = i + 1;
      if (c === ')') return { items, end: i + 1 };
    }
  }
  return undefined;
}

/** The value of a Jinja literal: string, number, boolean, none, or a list of those. */
export function literalOf(source: string): { value: string | number | boolean | null | (string | number | boolean | null)[] } | undefined {
  const text = source.trim();
  const quoted = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")$/.exec(text);
  if (quoted) return { value: (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1') };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { value: Number(text) };
  if (/^(true|True)$/.test(text)) return { value: true };
  if (/^(false|False)$/.test(text)) return { value: false };
  if (/^(none|None|null)$/.test(text)) return { value: null };
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const parts = argumentsOf(`${text.slice(1, -1)})`, 0);
  if (!parts) return undefined;
  const values = parts.items.map(literalOf);
  const flat = values.flatMap((v) => (v && !Array.isArray(v.value) ? [v.value] : []));
  return flat.length === parts.items.length ? { value: flat } : undefined;
}

/** A Jinja literal as data: as `literalOf`, with lists and dicts of literals in any depth; undefined where any part is computed. */
export function dataOf(source: string): { value: Data } | undefined {
  const text = source.trim();
  const simple = literalOf(text);
  if (simple) return simple;
  const list = text.startsWith('[') && text.endsWith(']');
  if (!list && !(text.startsWith('{') && text.endsWith('}'))) return undefined;
  const parts = argumentsOf(`${text.slice(1, -1)})`, 0);
  if (!parts) return undefined;
  if (list) {
    const values = parts.items.map(dataOf);
    return values.includes(undefined) ? undefined : { value: values.map((item) => item?.value ?? null) };
  }
  const out: { [key: string]: Data } = Object.create(null) as { [key: string]: Data };
  for (const part of parts.items) {
    const pair = /^('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*:([\s\S]*)$/.exec(part);
    const value = pair && dataOf(pair[2] ?? '');
    if (!value) return undefined;
    out[String(literalOf(pair?.[1] ?? '')?.value)] = value.value;
  }
  return { value: out };
}

type Data = string | number | boolean | null | Data[] | { [key: string]: Data };

/** A Jinja body with white space runs outside strings folded to nothing or one blank, for comparison. */
export function normaliseJinja(body: string): string {
  const parts = body.split(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/);
  return parts
    .map((part, index) =>
      index % 2 === 1 ? (part.slice(1, -1).includes("'") ? part : `'${part.slice(1, -1)}'`) : part.replace(/\s+/g, ' ').replace(/\s*([()[\]{},=|~.:])\s*/g, '$1'),
    )
    .join('')
    .trim();
}
