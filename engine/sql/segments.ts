import type { Span } from '../text';
import type { Token } from './polyglot';

/** Where the clauses of one SELECT stand; every span is in UTF-16 offsets of the parsed text. */
export interface SelectSegment {
  span: Span;
  items: Span[];
  /** The keyword DISTINCT, with its ON list. */
  distinct?: Span;
  /** FROM items and joins in order; a join starts at its first keyword. */
  from?: Span;
  attachments: Attached[];
  where?: Clause;
  groupBy?: Clause;
  having?: Clause;
  qualify?: Clause;
  orderBy?: Clause;
  limit?: Clause;
}

/** One FROM item or join, with the conjuncts of a join's ON. */
export interface Attached {
  kind: 'from' | 'comma' | 'join';
  span: Span;
  on: Span[];
}

/** One clause: the whole, and its parts (conjuncts, or items of a list). */
export interface Clause {
  span: Span;
  parts: Span[];
}

const SET_OPERATORS = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS']);
const OPENERS = new Set(['L_PAREN', 'L_BRACKET', 'L_BRACE']);
const CLOSERS = new Set(['R_PAREN', 'R_BRACKET', 'R_BRACE']);
const JOIN_WORDS = new Set(['LEFT', 'RIGHT', 'FULL', 'INNER', 'OUTER', 'CROSS', 'NATURAL', 'SEMI', 'ANTI', 'AS_OF', 'ASOF', 'JOIN', 'STRAIGHT_JOIN']);

type Section = 'items' | 'from' | 'where' | 'groupBy' | 'having' | 'qualify' | 'orderBy' | 'limit' | 'other';
const SECTIONS: Record<string, Section> = {
  FROM: 'from',
  WHERE: 'where',
  GROUP: 'groupBy',
  HAVING: 'having',
  QUALIFY: 'qualify',
  ORDER: 'orderBy',
  LIMIT: 'limit',
  OFFSET: 'limit',
  FETCH: 'limit',
  WINDOW: 'other',
};
const CONJUNCTIONS = new Set<Section>(['where', 'having', 'qualify']);

/** The SELECTs of a token list in the order their keyword stands. */
export function segmentsOf(tokens: readonly Token[]): SelectSegment[] {
  return tokens.flatMap((token, index) => (token.type === 'SELECT' ? [segmentAt(tokens, index)] : []));
}

function segmentAt(tokens: readonly Token[], start: number): SelectSegment {
  const first = tokens[start] as Token;
  const segment: SelectSegment = { span: { ...first.span }, items: [], attachments: [] };
  let depth = 0;
  let section: Section = 'items';
  let sectionStart = start + 1;
  let index = start + 1;
  const close = (): void => {
    finish(segment, section, tokens.slice(sectionStart, index));
  };
  for (; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (OPENERS.has(token.type)) depth++;
    else if (CLOSERS.has(token.type)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0) {
      if (token.type === 'SEMICOLON' || (SET_OPERATORS.has(token.type) && !isStarExcept(tokens, index))) break;
      const next = nextSection(tokens, index, section);
      if (next) {
        close();
        section = next;
        sectionStart = index;
      }
    }
    segment.span.end = token.span.end;
  }
  close();
  return segment;
}

function isStarExcept(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.type === 'EXCEPT' && tokens[index + 1]?.type === 'L_PAREN' && tokens[index - 1]?.type === 'STAR';
}

function nextSection(tokens: readonly Token[], index: number, current: Section): Section | undefined {
  const type = tokens[index]?.type ?? '';
  const section = SECTIONS[type];
  if (!section || tokens[index - 1]?.type === 'DOT') return undefined;
  if (type === 'GROUP' || type === 'ORDER') return tokens[index + 1]?.type === 'BY' ? section : undefined;
  // `is distinct from` and offsets of unnest are no clauses.
  if (type === 'FROM') return current === 'items' && tokens[index - 1]?.type !== 'DISTINCT' ? section : undefined;
  if (type === 'OFFSET' && tokens[index - 1]?.type === 'WITH') return undefined;
  return section;
}

function finish(segment: SelectSegment, section: Section, tokens: readonly Token[]): void {
  const span = spanOf(tokens);
  if (!span) return;
  if (section === 'items') items(segment, tokens);
  else if (section === 'from') {
    segment.from = span;
    segment.attachments = attachmentsOf(tokens.slice(1));
  } else if (section === 'limit' && segment.limit) segment.limit.span.end = span.end;
  else if (section !== 'other') {
    const skip = section === 'groupBy' || section === 'orderBy' ? 2 : 1;
    const parts = splitAt(tokens.slice(skip), CONJUNCTIONS.has(section) ? 'AND' : 'COMMA');
    segment[section] = { span, parts };
  }
}

function items(segment: SelectSegment, tokens: readonly Token[]): void {
  const rest = [...tokens];
  if (rest[0]?.type === 'ALL') rest.shift();
  if (rest[0]?.type === 'DISTINCT') {
    let end = 1;
    if (rest[1]?.type === 'ON' && rest[2]?.type === 'L_PAREN') end = closing(rest, 2) + 1;
    segment.distinct = spanOf(rest.slice(0, end)) as Span;
    rest.splice(0, end);
  }
  if (rest[rest.length - 1]?.type === 'COMMA') rest.pop();
  segment.items = splitAt(rest, 'COMMA');
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (OPENERS.has(tokens[i]?.type ?? '')) depth++;
    else if (CLOSERS.has(tokens[i]?.type ?? '') && --depth === 0) return i;
  }
  return tokens.length - 1;
}

function attachmentsOf(tokens: readonly Token[]): Attached[] {
  const found: { kind: Attached['kind']; start: number }[] = [{ kind: 'from', start: 0 }];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (OPENERS.has(token.type)) depth++;
    else if (CLOSERS.has(token.type)) depth--;
    if (depth > 0) continue;
    const before = tokens[index - 1]?.type ?? '';
    if (token.type === 'COMMA') found.push({ kind: 'comma', start: index + 1 });
    else if (JOIN_WORDS.has(token.type) && !JOIN_WORDS.has(before) && leadsToJoin(tokens, index)) found.push({ kind: 'join', start: index });
  }
  return found.flatMap(({ kind, start }, index) => {
    const next = found[index + 1];
    const end = next ? (next.kind === 'comma' ? next.start - 1 : next.start) : tokens.length;
    const own = tokens.slice(start, end);
    const span = spanOf(own);
    return span ? [{ kind, span, on: kind === 'join' ? conjunctsOf(own) : [] }] : [];
  });
}

/** The conjuncts after ON, outside brackets. */
function conjunctsOf(join: readonly Token[]): Span[] {
  let depth = 0;
  const on = join.findIndex(({ type }) => {
    if (OPENERS.has(type)) depth++;
    else if (CLOSERS.has(type)) depth--;
    return depth === 0 && type === 'ON';
  });
  return on < 0 ? [] : splitAt(join.slice(on + 1), 'AND');
}

function leadsToJoin(tokens: readonly Token[], index: number): boolean {
  for (let i = index; i < Math.min(index + 5, tokens.length); i++) {
    const type = tokens[i]?.type ?? '';
    if (type === 'JOIN' || type === 'STRAIGHT_JOIN') return true;
    if (!JOIN_WORDS.has(type) && type !== 'ANY' && type !== 'ALL' && type !== 'LATERAL') return false;
  }
  return false;
}

/** Splits at a token type outside brackets and CASE; an AND that belongs to BETWEEN does not split. */
function splitAt(tokens: readonly Token[], separator: 'AND' | 'COMMA'): Span[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  let cases = 0;
  let betweens = 0;
  let or = false;
  for (const token of tokens) {
    if (OPENERS.has(token.type)) depth++;
    else if (CLOSERS.has(token.type)) depth--;
    else if (token.type === 'CASE') cases++;
    else if (token.type === 'END' && cases > 0) cases--;
    const outside = depth === 0 && cases === 0;
    if (outside && token.type === 'BETWEEN') betweens++;
    if (outside && token.type === 'OR') or = true;
    if (outside && token.type === separator && !(separator === 'AND' && betweens > 0)) {
      parts.push([]);
      continue;
    }
    if (outside && token.type === 'AND' && betweens > 0) betweens--;
    (parts[parts.length - 1] as Token[]).push(token);
  }
  const spans = parts.map(spanOf).filter((span): span is Span => span !== undefined);
  // a OR b AND c is one conjunct.
  return separator === 'AND' && or && spans.length > 0 ? [{ start: (spans[0] as Span).start, end: (spans[spans.length - 1] as Span).end }] : spans;
}

function spanOf(tokens: readonly Token[]): Span | undefined {
  const first = tokens[0];
  const last = tokens[tokens.length - 1];
  return first && last ? { start: first.span.start, end: last.span.end } : undefined;
}
