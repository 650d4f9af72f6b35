import { splitBy, textOf, type JoinText, type SelectText, type SqlText, type TokenRange } from './selects';
import type { Token } from './tokens';

const OPERATOR_WORDS = new Set([
  'select', 'distinct', 'all', 'from', 'where', 'having', 'qualify', 'on', 'and', 'or', 'not', 'in', 'is', 'like', 'ilike', 'between', 'case', 'when', 'then', 'else', 'by', 'as',
  'join', 'union', 'over', 'partition', 'order', 'with', 'limit', 'interval', 'using',
]);

const KEYWORDS = new Set([
  ...OPERATOR_WORDS, 'group', 'end', 'null', 'true', 'false', 'asc', 'desc', 'nulls', 'first', 'last', 'inner', 'left', 'right', 'full', 'outer', 'cross', 'natural', 'exists', 'intersect', 'except',
  'rows', 'range', 'groups', 'unbounded', 'preceding', 'following', 'current', 'row', 'cast', 'similar', 'rlike', 'regexp', 'escape', 'filter', 'within', 'ignore', 'respect', 'any', 'some',
  'current_date', 'current_timestamp', 'extract', 'array', 'struct', 'recursive', 'materialized', 'lateral', 'unnest', 'tablesample', 'window', 'offset', 'fetch', 'at', 'time', 'zone', 'set', 'values',
]);

/** The lower-case text of a token; empty outside the text. */
export const low = ({ tokens }: SqlText, at: number): string => tokens[at]?.low ?? '';

/** Whether a range holds a Jinja statement. */
export const hasStatement = (sql: SqlText, range: TokenRange): boolean => indices(range).some((at) => sql.tokens[at]?.kind === 'statement');

/** The token indices of a range. */
export function indices({ from, to }: TokenRange): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
}

/** Whether a token can end an operand. */
export function endsOperand(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'word') return !OPERATOR_WORDS.has(token.low);
  return token.kind !== 'symbol' ? token.kind !== 'statement' : token.text === ')' || token.text === ']';
}

/** Whether a token can begin an operand. */
export function startsOperand(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'word') return !KEYWORDS.has(token.low) || ['case', 'cast', 'null', 'true', 'false'].includes(token.low);
  return token.kind !== 'symbol' ? token.kind !== 'statement' : token.text === '(';
}

/** Whether a word is a keyword of SQL, so never a name. */
export const isKeyword = (word: string): boolean => KEYWORDS.has(word);

/** Whether a token is a name as written: a word that is no keyword, or quoted. */
export const isName = (token: Token | undefined): boolean => token !== undefined && (token.kind === 'quoted' || (token.kind === 'word' && !KEYWORDS.has(token.low)));

/**
 * Whether a range can be read as SQL alone: it is not empty, holds no Jinja statement, closes what it opens, and no Jinja expression in it
 * stands behind an operand (where it would have to bring its own operator, comma or clause).
 */
export function isWhole(sql: SqlText, range: TokenRange): boolean {
  if (range.to <= range.from || hasStatement(sql, range)) return false;
  const depth = sql.tokens[range.from]?.depth ?? 0;
  for (const at of indices(range)) {
    const token = sql.tokens[at];
    if (!token || token.depth < depth) return false;
    if (token.kind !== 'jinja') continue;
    const before = sql.tokens[at - 1];
    const after = sql.tokens[at + 1];
    if (at > range.from && endsOperand(before) && before?.end !== token.start) return false;
    if (at + 1 < range.to && startsOperand(after) && after?.start !== token.end) return false;
  }
  return sql.tokens[range.to - 1]?.depth === depth;
}

/** The range without Jinja statements at its ends. */
export function trimmed(sql: SqlText, { from, to }: TokenRange): TokenRange {
  while (from < to && sql.tokens[from]?.kind === 'statement') from++;
  while (to > from && sql.tokens[to - 1]?.kind === 'statement') to--;
  return { from, to };
}

/** One entry of a SELECT list. `name` is the output column's name, `alias` the token that gives it when it is not the expression itself. */
export interface Item {
  range: TokenRange;
  expr: TokenRange;
  alias?: number;
  name?: string;
  star: boolean;
}

/** Reads a SELECT list's entry; undefined where Jinja makes part of it. */
export function itemOf(sql: SqlText, range: TokenRange): Item | undefined {
  if (!isWhole(sql, range)) return undefined;
  const { tokens } = sql;
  const last = tokens[range.to - 1];
  const before = tokens[range.to - 2];
  const length = range.to - range.from;
  if (last?.text === '*' && (length === 1 || before?.text === '.')) return { range, expr: range, star: true };
  if (indices(range).some((at) => tokens[at]?.depth === tokens[range.from]?.depth && tokens[at]?.text === '*' && ['except', 'exclude', 'replace', 'rename'].includes(low(sql, at + 1)))) return { range, expr: range, star: true };
  if (!isName(last) || !last) return { range, expr: range, star: false };
  const glued = tokens[range.to - 2]?.end === last.start || tokens[range.to]?.start === last.end;
  if (length > 2 && before?.low === 'as') return { range, expr: { from: range.from, to: range.to - 2 }, alias: range.to - 1, name: last.text, star: false };
  if (length === 1) return glued && tokens[range.to]?.kind === 'jinja' ? { range, expr: range, star: false } : { range, expr: range, name: last.text, star: false };
  if (before?.text === '.') return { range, expr: range, name: last.text, star: false };
  if (length > 1 && endsOperand(before) && !glued) return { range, expr: { from: range.from, to: range.to - 1 }, alias: range.to - 1, name: last.text, star: false };
  return { range, expr: range, star: false };
}

/** A relation of FROM or a join. `name` qualifies its columns; absent where only Jinja knows it, or where quotes leave open how it is written. */
export interface Relation {
  range: TokenRange;
  source: TokenRange;
  alias?: number;
  name?: string;
  join?: JoinText;
}

/** The relations of a SELECT in order; undefined where one of them cannot be read. */
export function relationsOf(sql: SqlText, select: SelectText): Relation[] | undefined {
  const first = select.from && relationOf(sql, select.from);
  if (!first) return undefined;
  const joined = select.joins.map((join) => {
    const relation = relationOf(sql, join.target);
    return relation && { ...relation, join };
  });
  return joined.every((relation) => relation !== undefined) ? [first, ...joined] : undefined;
}

/** Reads a relation with its alias: a name, a `{{ … }}` or a subquery; undefined for anything else. */
export function relationOf(sql: SqlText, target: TokenRange): Relation | undefined {
  const range = trimmed(sql, target);
  if (!isWhole(sql, range)) return undefined;
  const { tokens } = sql;
  let end = range.from + 1;
  if (tokens[range.from]?.text === '(') while (end < range.to && (tokens[end]?.depth ?? 0) > (tokens[range.from]?.depth ?? 0)) end++;
  if (tokens[range.from]?.text === '(') end++;
  else while (low(sql, end) === '.' && end + 1 < range.to) end += 2;
  const first = tokens[range.from];
  if (!(isName(first) || first?.kind === 'jinja' || first?.text === '(')) return undefined;
  const source = { from: range.from, to: Math.min(end, range.to) };
  const rest = indices({ from: end, to: range.to }).filter((at) => low(sql, at) !== 'as');
  if (rest.length > 1) return undefined;
  const alias = rest[0];
  if (alias !== undefined) return isName(tokens[alias]) ? { range, source, alias, name: tokens[alias]?.text ?? '' } : undefined;
  const lastName = tokens[source.to - 1];
  return isName(lastName) && lastName?.kind === 'word' ? { range, source, name: lastName.text } : { range, source };
}

/** The key a text that names an input has in `columnsOf`: whitespace collapsed. */
export const inputKey = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Position of the column references in a range: names that are not called, not aliases, not types; qualified ones as `[qualifier, name]` indices. */
export interface ColumnRef {
  at: number;
  qualifier?: number;
  range: TokenRange;
}

/** Column references of a range, in order. Words after AS are none. */
export function columnRefs(sql: SqlText, range: TokenRange): ColumnRef[] {
  const { tokens } = sql;
  return indices(range).flatMap((at): ColumnRef[] => {
    const token = tokens[at];
    if (!isName(token) || ['.', '('].includes(low(sql, at + 1)) || low(sql, at - 1) === 'as') return [];
    const glued = [tokens[at - 1], tokens[at + 1]].some((other) => other?.kind === 'jinja' && (other.end === token?.start || other.start === token?.end));
    if (glued) return [];
    if (low(sql, at - 1) !== '.') return [{ at, range: { from: at, to: at + 1 } }];
    if (low(sql, at - 3) === '.' || !isName(tokens[at - 2])) return [];
    return [{ at, qualifier: at - 2, range: { from: at - 2, to: at + 1 } }];
  });
}

/** The parts of a condition between its ANDs that can be read alone, each without Jinja statements at its ends. */
export function wholeConjuncts(sql: SqlText, range: TokenRange | undefined): TokenRange[] {
  if (!range) return [];
  const depth = sql.tokens[range.from]?.depth ?? 0;
  if (indices(range).some((at) => sql.tokens[at]?.depth === depth && sql.tokens[at]?.low === 'or')) {
    const all = trimmed(sql, range);
    return isWhole(sql, all) ? [all] : [];
  }
  return splitBy(sql.tokens, range, depth, 'and').map((part) => trimmed(sql, part)).filter((part) => isWhole(sql, part));
}

/** Whether a name stands as a word inside any Jinja of the text. */
export function inJinja(sql: SqlText, name: string): boolean {
  const word = new RegExp(`(?<![\\p{L}\\p{N}_])${name.replace(/["`]/g, '').replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'iu');
  return sql.tokens.some((token) => (token.kind === 'jinja' || token.kind === 'statement') && word.test(token.text));
}

/** The name of the call whose parentheses stand directly around a token; empty where there is none. */
export function callAround(sql: SqlText, at: number): { name: string; open: number } {
  const depth = sql.tokens[at]?.depth ?? 0;
  for (let i = at - 1; i >= 0; i--) {
    if (sql.tokens[i]?.depth === depth - 1 && sql.tokens[i]?.text === '(') return { name: sql.tokens[i - 1]?.kind === 'word' ? low(sql, i - 1) : '', open: i };
    if ((sql.tokens[i]?.depth ?? 0) < depth) break;
  }
  return { name: '', open: -1 };
}

/** The index of the parenthesis that closes the one at `open`; the number of tokens where none does. */
export function closeOf({ tokens }: SqlText, open: number): number {
  let at = open + 1;
  while (at < tokens.length && (tokens[at]?.depth ?? 0) > (tokens[open]?.depth ?? 0)) at++;
  return at;
}

/** Arguments of a call between its parentheses. */
export function argumentsOf(sql: SqlText, open: number): TokenRange[] {
  return splitBy(sql.tokens, { from: open + 1, to: closeOf(sql, open) }, (sql.tokens[open]?.depth ?? 0) + 1, ',');
}

/** Text of a range with whitespace collapsed and in lower case, for comparing. */
export const plain = (sql: SqlText, range: TokenRange): string => sql.tokens.slice(range.from, range.to).map((token) => token.low).join(' ');

export { textOf };
