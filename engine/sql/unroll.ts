import type { Span } from '../text';
import { isRecord } from './ast';
import { callOf, jinjaBlocks, literalOf, normaliseJinja, type JinjaBlock } from './jinja';
import { macroExpression } from './knownMacros';
import { relationOfCall } from './references';
import type { Dialect, SqlAnalysis } from './types';

/** A template with its plain loops written out, and the way back to the template. */
export interface Unrolled {
  text: string;
  /** The macros that were written out as the SQL they stand for. */
  macros: { text: string; span: Span }[];
  /** The place in the template of a place in the text. */
  back(span: Span): Span;
}

/** Text that stands for a part of the template; copied where it is that part letter by letter. */
interface Piece {
  text: string;
  from: Span;
  copied: boolean;
}

type Scalar = string | number | boolean | null;

const MAX_ITEMS = 60;
const MAX_LENGTH = 300_000;

/**
 * Writes out loops over lists that stand in the template (`{% set methods = ['card', 'bank'] %}`, `range(3)`), the macros of
 * dbt_utils that are one query over named relations, and macros of dbt that are one expression or type of a dialect. Undefined where there are none, or where a loop does more than put
 * its item into text, names and conditions on the item and on `loop`.
 */
export function unroll(template: string, dialect: Dialect = 'generic'): Unrolled | undefined {
  const blocks = jinjaBlocks(template);
  const pieces = piecesOf(template, blocks, listsOf(blocks), dialect);
  const text = pieces.map((piece) => piece.text).join('');
  if (text === template || text.length > MAX_LENGTH) return undefined;
  const macros = pieces.filter((piece) => isMacro(template, piece, dialect)).map(({ from }) => ({ text: bodyAt(template, from), span: from }));
  return { text, macros, back: wayBack(pieces) };
}

function isMacro(template: string, { copied, from }: Piece, dialect: Dialect): boolean {
  if (copied) return false;
  const body = bodyAt(template, from);
  return macroSql(body) !== undefined || macroExpression(body, dialect) !== undefined;
}

function bodyAt(template: string, span: Span): string {
  const [block] = jinjaBlocks(template.slice(span.start, span.end));
  return block?.kind === 'expression' ? normaliseJinja(block.body) : '';
}

function wayBack(pieces: readonly Piece[]): (span: Span) => Span {
  let at = 0;
  const placed = pieces.filter((piece) => piece.text !== '').map((piece) => {
    const start = at;
    at += piece.text.length;
    return { ...piece, start, end: at };
  });
  const find = (offset: number): (typeof placed)[number] | undefined => placed.find((piece) => piece.start <= offset && offset < piece.end) ?? placed[placed.length - 1];
  return ({ start, end }) => {
    const [first, last] = [find(start), find(Math.max(start, end - 1))];
    if (!first || !last) return { start: 0, end: 0 };
    const from = first.copied ? first.from.start + Math.min(start - first.start, first.text.length) : first.from.start;
    const to = last.copied ? last.from.start + Math.min(end - last.start, last.text.length) : last.from.end;
    return { start: from, end: Math.max(from, to) };
  };
}

/** An analysis of unrolled text with its places in the template. */
export function analysisBack(analysis: SqlAnalysis, unrolled: Unrolled): SqlAnalysis {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isRecord(value)) return value;
    if (typeof value['start'] === 'number' && typeof value['end'] === 'number' && Object.keys(value).length === 2) return unrolled.back({ start: value['start'], end: value['end'] });
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
  };
  const moved = visit(analysis) as SqlAnalysis;
  return { ...moved, jinja: [...moved.jinja, ...unrolled.macros.map((macro) => ({ ...macro, effect: 'expression' as const }))] };
}

/** Lists that are set once, by their literals. */
function listsOf(blocks: readonly JinjaBlock[]): Map<string, Scalar[]> {
  const lists = new Map<string, Scalar[]>();
  const seen = new Set<string>();
  for (const block of blocks) {
    const set = block.kind === 'statement' ? /^set\s+(\w+)\s*=\s*([\s\S]+)$/.exec(block.body) : null;
    const name = set?.[1] ?? (block.kind === 'statement' ? /^set\s+(\w+)/.exec(block.body)?.[1] : undefined);
    if (name === undefined) continue;
    const value = listOf(set?.[2] ?? '');
    if (seen.has(name) || !value) lists.delete(name);
    else lists.set(name, value);
    seen.add(name);
  }
  return lists;
}

function listOf(source: string): Scalar[] | undefined {
  const value = literalOf(source.trim().replace(/^\(([\s\S]*)\)$/, '[$1]'))?.value;
  if (Array.isArray(value)) return value;
  const range = /^range\(\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?\)$/.exec(source.trim());
  if (!range) return undefined;
  const [start, end] = range[2] === undefined ? [0, Number(range[1])] : [Number(range[1]), Number(range[2])];
  return end - start > MAX_ITEMS ? undefined : Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}

function piecesOf(template: string, own: readonly JinjaBlock[], lists: ReadonlyMap<string, Scalar[]>, dialect: Dialect): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const copy = (end: number): void => {
    if (end > at) pieces.push({ text: template.slice(at, end), from: { start: at, end }, copied: true });
    at = Math.max(at, end);
  };
  for (const [index, block] of own.entries()) {
    if (block.span.start < at) continue;
    const loop = block.kind === 'statement' ? /^for\s+(\w+)\s+in\s+([\s\S]+)$/.exec(block.body) : null;
    const items = loop ? (listOf(loop[2] ?? '') ?? lists.get((loop[2] ?? '').trim())) : undefined;
    const end = loop && items ? closing(own, index) : undefined;
    if (loop?.[1] !== undefined && items && items.length <= MAX_ITEMS && end) {
      const body = { start: block.span.end, end: end.span.start };
      const written = items.map((item, number) => bodyPieces(template, body, own, new Map<string, Scalar>([[loop[1] as string, item], ['loop.index', number + 1], ['loop.index0', number], ['loop.first', number === 0], ['loop.last', number === items.length - 1]])));
      if (written.every((item) => item !== undefined)) {
        copy(block.span.start);
        pieces.push(...(written as Piece[][]).flat());
        at = end.span.end;
      }
      continue;
    }
    const sql = block.kind === 'expression' ? ((isQuery(template, block.span) ? macroSql(block.body) : undefined) ?? (isQuoted(template, block.span) ? undefined : macroExpression(block.body, dialect))) : undefined;
    if (sql === undefined) continue;
    copy(block.span.start);
    pieces.push({ text: sql, from: block.span, copied: false });
    at = block.span.end;
  }
  copy(template.length);
  return pieces;
}

function closing(blocks: readonly JinjaBlock[], from: number): JinjaBlock | undefined {
  let depth = 0;
  for (const block of blocks.slice(from)) {
    if (block.kind !== 'statement') continue;
    if (/^for\b/.test(block.body)) depth++;
    if (/^endfor\b/.test(block.body) && --depth === 0) return block;
  }
  return undefined;
}

/** One turn of a loop; undefined where it does more than its item, text and conditions on them say. */
function bodyPieces(template: string, body: Span, blocks: readonly JinjaBlock[], values: ReadonlyMap<string, Scalar>): Piece[] | undefined {
  const pieces: Piece[] = [];
  const taken: boolean[] = [];
  let at = body.start;
  const copy = (end: number): void => {
    if (end > at && !taken.includes(false)) pieces.push({ text: template.slice(at, end), from: { start: at, end }, copied: true });
    at = Math.max(at, end);
  };
  const own = blocks.filter((block) => block.span.start >= body.start && block.span.end <= body.end);
  for (const block of own) {
    if (block.span.start < at) continue;
    copy(block.span.start);
    at = block.span.end;
    if (block.kind === 'comment') continue;
    if (block.kind === 'expression') {
      if (taken.includes(false)) continue;
      const text = written(block, values);
      if (text === undefined) return undefined;
      pieces.push({ text, from: block.span, copied: false });
      continue;
    }
    if (/^if\b/.test(block.body)) {
      const value = truthOf(block.body.slice(2).trim(), values);
      if (value === undefined) return undefined;
      taken.push(value);
    } else if (/^else$/.test(block.body) && taken.length > 0) taken.push(!taken.pop());
    else if (/^endif$/.test(block.body) && taken.length > 0) taken.pop();
    else return undefined;
  }
  copy(body.end);
  return pieces;
}

function truthOf(condition: string, values: ReadonlyMap<string, Scalar>): boolean | undefined {
  const negated = /^not\s+(.+)$/.exec(condition);
  if (negated) {
    const inner = truthOf((negated[1] ?? '').trim(), values);
    return inner === undefined ? undefined : !inner;
  }
  const known = values.get(condition);
  if (typeof known === 'boolean') return known;
  const compared = /^([\w.]+)\s*(==|!=)\s*(.+)$/.exec(condition);
  const [left, right] = [compared ? values.get(compared[1] ?? '') : undefined, compared ? literalOf(compared[3] ?? '') : undefined];
  if (!compared || left === undefined || !right || Array.isArray(right.value)) return undefined;
  return (left === right.value) === (compared[2] === '==');
}

/** What an expression of a loop renders to, or the expression with the item in place of its name. */
function written(block: JinjaBlock, values: ReadonlyMap<string, Scalar>): string | undefined {
  const choice = /^('[^']*'|"[^"]*")\s+if\s+(.+?)(?:\s+else\s+('[^']*'|"[^"]*"))?$/.exec(block.body.trim());
  if (choice) {
    const value = truthOf((choice[2] ?? '').trim(), values);
    return value === undefined ? undefined : (value ? (choice[1] ?? '') : (choice[3] ?? '""')).slice(1, -1);
  }
  const parts = block.body.split(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/);
  let body = parts.map((part, index) => (index % 2 === 1 ? part : part.replace(/(?<![\w.])(loop\.\w+|\w+)(?![\w(=])/g, (name: string) => (values.has(name) ? asLiteral(values.get(name) ?? null) : name)))).join('');
  if (/\bloop\b/.test(body)) return undefined;
  for (let before = ''; before !== body; ) {
    before = body;
    body = body.replace(/(['"])((?:(?!\1)[^\\])*)\1\s*~\s*(['"])((?:(?!\3)[^\\])*)\3/, (_, __, a: string, ___, b: string) => asLiteral(a + b)).replace(/(['"])((?:(?!\1)[^\\])*)\1\s*\|\s*(lower|upper|trim)\b(?!\()/, (_, __, text: string, filter: string) => asLiteral(filter === 'lower' ? text.toLowerCase() : filter === 'upper' ? text.toUpperCase() : text.trim()));
    body = body.replace(/(['"])((?:(?!\1)[^\\])*)\1\s*\|\s*replace\(\s*(['"])(.*?)\3\s*,\s*(['"])(.*?)\5\s*\)/, (_, __, text: string, ___, from: string, ____, to: string) => asLiteral(from === '' ? text : text.split(from).join(to)));
  }
  const literal = literalOf(body);
  if (literal && !Array.isArray(literal.value)) return String(literal.value ?? '');
  return `{{ ${body.trim()} }}`;
}

function asLiteral(value: Scalar): string {
  return typeof value === 'string' ? (value.includes("'") ? JSON.stringify(value) : `'${value}'`) : String(value);
}

/** True where a block is a query of its own: alone in brackets, or the whole text. */
function isQuery(template: string, span: Span): boolean {
  const before = template.slice(0, span.start).replace(/\{#[\s\S]*?#\}|\{\{\s*config\([\s\S]*?\)\s*\}\}/g, '').trimEnd();
  return (before === '' || /(\bas|\bfrom|\bjoin)\s*\($/i.test(before)) && /^\s*(\)|$)/.test(template.slice(span.end));
}

/** True where a block is a part of a quoted text. */
function isQuoted(template: string, span: Span): boolean {
  return /['"`]\s*$/.test(template.slice(0, span.start)) && /^\s*['"`]/.test(template.slice(span.end));
}

/** The SQL of a macro of dbt_utils over relations that are named by literals; undefined for any other. */
function macroSql(body: string): string | undefined {
  const call = callOf(body);
  if (!call || call.rest !== '') return undefined;
  if (call.name === 'dbt_utils.deduplicate') {
    const [relation, by, order] = ['relation', 'partition_by', 'order_by'].map((key, index) => call.kwargs[key] ?? call.args[index]);
    const [from, partition, ordered] = [relationText(relation), textOf(by), textOf(order)];
    return from !== undefined && partition !== undefined && ordered !== undefined ? `select * from ${from} qualify row_number() over (partition by ${partition} order by ${ordered}) = 1` : undefined;
  }
  if (call.name !== 'dbt_utils.union_relations') return undefined;
  const list = /^\[([\s\S]*)\]$/.exec((call.kwargs['relations'] ?? call.args[0] ?? '').trim())?.[1];
  const relations = list === undefined ? undefined : callOf(`list(${list})`)?.args.map(relationText);
  const named = call.kwargs['source_column_name'];
  if (!relations || relations.length === 0 || relations.includes(undefined) || call.args.length > 1 || Object.keys(call.kwargs).some((key) => key !== 'relations' && key !== 'source_column_name')) return undefined;
  const column = named === undefined ? '_dbt_source_relation' : literalOf(named)?.value;
  if (column !== null && typeof column !== 'string') return undefined;
  return (relations as string[]).map((from) => `select *${column === null ? '' : `, '${from.replace(/'/g, '"')}' as ${column}`} from ${from}`).join(' union all ');
}

function relationText(source: string | undefined): string | undefined {
  const call = source === undefined ? undefined : callOf(source);
  const relation = call && call.rest === '' && source !== undefined ? relationOfCall(call, source, { start: 0, end: 0 }) : undefined;
  return relation && source !== undefined ? `{{ ${source.replace(/"/g, "'")} }}` : undefined;
}

function textOf(source: string | undefined): string | undefined {
  const value = source === undefined ? undefined : literalOf(source)?.value;
  return typeof value === 'string' ? value : undefined;
}
