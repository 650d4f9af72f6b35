import { tokenize, type Token } from './tokens';

/** Half-open range of token indices. */
export interface TokenRange {
  from: number;
  to: number;
}

export interface JoinText {
  /** From its first keyword to its end. */
  range: TokenRange;
  /** The keywords: `left outer join`; a comma join has `,`. */
  words: TokenRange;
  /** The relation with its alias. */
  target: TokenRange;
  /** What follows ON, without the word. */
  on?: TokenRange;
  /** The names inside USING's parentheses. */
  using?: TokenRange;
}

/** One SELECT with its clauses. Ranges of clauses leave their keywords out. */
export interface SelectText {
  /** Name of the CTE or the alias of the subquery it stands in; absent for the last query. */
  name?: string;
  range: TokenRange;
  /** Parentheses around it. */
  depth: number;
  distinct?: TokenRange;
  items: TokenRange[];
  /** The first relation of FROM with its alias. */
  from?: TokenRange;
  joins: JoinText[];
  where?: TokenRange;
  groupBy?: TokenRange;
  having?: TokenRange;
  qualify?: TokenRange;
  orderBy?: TokenRange;
  limit?: TokenRange;
  /** Index of the set operator's first token that follows it: `union` of `union all`. */
  setOperator?: TokenRange;
}

/** SQL text with its tokens and every SELECT in it, in text order. */
export interface SqlText {
  text: string;
  tokens: Token[];
  selects: SelectText[];
}

const JOIN_WORDS = new Set(['join', 'inner', 'left', 'right', 'full', 'outer', 'cross', 'natural', 'lateral', 'semi', 'anti', 'asof']);
const SET_WORDS = new Set(['union', 'intersect', 'except', 'minus']);

/** Finds the SELECTs of a text. What a branch or loop of Jinja makes of it is not known here: statements are tokens as any other. */
export function readSql(text: string): SqlText {
  const tokens = tokenize(text);
  const selects = tokens.flatMap((token, index) => (token.kind === 'word' && token.low === 'select' ? [readSelect(tokens, index)] : []));
  return { text, tokens, selects };
}

function readSelect(tokens: readonly Token[], start: number): SelectText {
  const depth = tokens[start]?.depth ?? 0;
  const to = endOf(tokens, start, depth);
  const marks = clauseMarks(tokens, start + 1, to, depth);
  const clause = (name: string): TokenRange | undefined => marks.find((mark) => mark.name === name)?.range;
  const distinct = tokens[start + 1]?.low === 'distinct' ? { from: start + 1, to: start + 2 } : undefined;
  const list = { from: distinct?.to ?? start + 1, to: marks[0]?.at ?? to };
  const from = clause('from');
  const name = nameOf(tokens, start, to);
  const optional = { where: clause('where'), groupBy: clause('group'), having: clause('having'), qualify: clause('qualify'), orderBy: clause('order'), limit: clause('limit') };
  const { first, joins } = from ? readFrom(tokens, from, depth) : { first: undefined, joins: [] };
  const next = tokens[to];
  const setOperator = next && next.depth === depth && SET_WORDS.has(next.low) ? { from: to, to: ['all', 'distinct'].includes(tokens[to + 1]?.low ?? '') ? to + 2 : to + 1 } : undefined;
  return {
    ...(name === undefined ? {} : { name }),
    range: { from: start, to },
    depth,
    ...(distinct ? { distinct } : {}),
    items: splitBy(tokens, list, depth, ','),
    ...(first ? { from: first } : {}),
    joins,
    ...Object.fromEntries(Object.entries(optional).filter(([, range]) => range !== undefined)),
    ...(setOperator ? { setOperator } : {}),
  };
}

/** Where a SELECT ends: at the parenthesis that closes around it, a set operator, a semicolon, or the end. */
function endOf(tokens: readonly Token[], start: number, depth: number): number {
  for (let i = start + 1; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) break;
    if (token.depth < depth || token.low === ';') return i;
    if (token.depth === depth && token.kind === 'word' && SET_WORDS.has(token.low) && tokens[i + 1]?.low !== '(') return i;
  }
  return tokens.length;
}

const CLAUSES: Record<string, number> = { from: 1, where: 1, group: 2, having: 1, qualify: 1, order: 2, limit: 1, window: 1 };

function clauseMarks(tokens: readonly Token[], from: number, to: number, depth: number): { name: string; at: number; range: TokenRange }[] {
  const found: { name: string; at: number; length: number }[] = [];
  for (let i = from; i < to; i++) {
    const token = tokens[i];
    if (token?.kind === 'jinja' && token.depth === depth && /^\{\{-?\s*(dbt_utils\.)?group_by\s*\(/.test(token.low)) found.push({ name: 'group', at: i, length: 1 });
    if (token?.kind !== 'word' || token.depth !== depth || tokens[i - 1]?.low === '.') continue;
    const length = CLAUSES[token.low];
    if (length === undefined || (length === 2 && tokens[i + 1]?.low !== 'by')) continue;
    if (token.low === 'from' && tokens[i - 1]?.low === 'distinct') continue;
    found.push({ name: token.low, at: i, length });
  }
  return found.map(({ name, at, length }, index) => ({ name, at, range: { from: at + length, to: found[index + 1]?.at ?? to } }));
}

/** The word before `as (` of a CTE, or the alias behind a subquery's parenthesis. */
function nameOf(tokens: readonly Token[], start: number, to: number): string | undefined {
  const open = start - 1;
  if (tokens[open]?.low !== '(') return undefined;
  if (tokens[open - 1]?.low === 'as') return tokens[open - 2]?.text;
  if (tokens[to]?.low !== ')') return undefined;
  const after = tokens[to + 1]?.low === 'as' ? tokens[to + 2] : tokens[to + 1];
  return after?.kind === 'word' || after?.kind === 'quoted' ? after.text : undefined;
}

function readFrom(tokens: readonly Token[], range: TokenRange, depth: number): { first: TokenRange; joins: JoinText[] } {
  const starts: number[] = [];
  for (let i = range.from; i < range.to; i++) {
    const token = tokens[i];
    if (!token || token.depth !== depth) continue;
    if (token.low === ',' && !insideUsing(tokens, i)) starts.push(i);
    else if (token.kind === 'word' && JOIN_WORDS.has(token.low) && tokens[i + 1]?.low !== '(' && !JOIN_WORDS.has(tokens[i - 1]?.low ?? '')) starts.push(i);
  }
  const joins = starts.map((start, index) => readJoin(tokens, { from: start, to: starts[index + 1] ?? range.to }, depth));
  return { first: { from: range.from, to: starts[0] ?? range.to }, joins };
}

function insideUsing(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.kind === 'statement';
}

function readJoin(tokens: readonly Token[], range: TokenRange, depth: number): JoinText {
  let words = range.from + 1;
  while (words < range.to && JOIN_WORDS.has(tokens[words]?.low ?? '')) words++;
  let split = words;
  while (split < range.to && !(tokens[split]?.depth === depth && ['on', 'using'].includes(tokens[split]?.low ?? ''))) split++;
  const base = { range, words: { from: range.from, to: words }, target: { from: words, to: split } };
  if (split >= range.to) return base;
  if (tokens[split]?.low === 'on') return { ...base, on: { from: split + 1, to: range.to } };
  let close = split + 1;
  while (close < range.to && tokens[close]?.low !== ')') close++;
  return { ...base, using: { from: split + 2, to: close } };
}

/** Parts of a range between separators at a depth: select items by `,`, conjuncts by `and` (the `and` of BETWEEN does not split). */
export function splitBy(tokens: readonly Token[], range: TokenRange, depth: number, separator: ',' | 'and'): TokenRange[] {
  const parts: TokenRange[] = [];
  let from = range.from;
  let between = 0;
  let cases = 0;
  for (let i = range.from; i < range.to; i++) {
    const token = tokens[i];
    if (!token || token.depth !== depth) continue;
    if (token.low === 'case') cases++;
    else if (token.low === 'end' && cases > 0) cases--;
    else if (token.low === 'between') between++;
    if (token.low !== separator || cases > 0) continue;
    if (separator === 'and' && between > 0) {
      between--;
      continue;
    }
    parts.push({ from, to: i });
    from = i + 1;
  }
  if (from < range.to) parts.push({ from, to: range.to });
  return parts;
}

/** Conjuncts of a condition; one part where an OR stands at its top. */
export function conjuncts(tokens: readonly Token[], range: TokenRange, depth: number): TokenRange[] {
  for (let i = range.from; i < range.to; i++) if (tokens[i]?.depth === depth && tokens[i]?.low === 'or') return [range];
  return splitBy(tokens, range, depth, 'and');
}

/** The text of a token range, as written. */
export function textOf({ text, tokens }: SqlText, range: TokenRange): string {
  return text.slice(tokens[range.from]?.start ?? 0, tokens[range.to - 1]?.end ?? 0);
}

/** Offsets of a token range. */
export function spanOf({ tokens }: SqlText, range: TokenRange): { start: number; end: number } {
  return { start: tokens[range.from]?.start ?? 0, end: tokens[range.to - 1]?.end ?? 0 };
}
