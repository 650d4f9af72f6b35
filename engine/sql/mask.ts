import type { Span } from '../text';
import { callOf, jinjaBlocks, literalOf, normaliseJinja, type JinjaBlock } from './jinja';
import { endsWithOperand, sqlScanner, type SqlScanner } from './scan';
import { relationOfCall, thisRelation } from './references';
import type { Relation, SqlAnalysis } from './types';

/** Text the mask put for a Jinja expression, and what that expression is. */
export interface Placeholder {
  /** Number of its Jinja block, which its filler carries. */
  index: number;
  span: Span;
  kind: 'relation' | 'expression' | 'query' | 'string' | 'group_by' | 'star';
  /** The expression's source, white space normalised. */
  text: string;
  relation?: Relation;
  /** `dbt_utils.group_by(n)`: n. */
  count?: number;
  /** `dbt_utils.star(..., except=[...])`: the columns left out. */
  except?: string[];
}

/** A region whose rendering is not known. */
export interface Hidden {
  span: Span;
  effect: 'branch' | 'loop' | 'clause' | 'statement';
  text: string;
}

export interface Masked {
  /** Same length as the template; every offset is an offset of the template. */
  text: string;
  placeholders: Placeholder[];
  hidden: Hidden[];
}

export interface MaskOptions {
  /** What `is_incremental()` is. */
  incremental: boolean;
  /** Take the last instead of the first branch of other conditions. */
  elseBranches: boolean;
}

interface Frame {
  tag: string;
  start: number;
  outer: boolean;
  /** A branch of this `if` was taken already. */
  taken: boolean;
  known: boolean;
}

/** Marks a Jinja expression inside an SQL string; no SQL author writes this private-use character. */
export const STRING_FILLER = '\uE000';
const SILENT = new Set(['do', 'import', 'from', 'raw', 'endraw', 'snapshot', 'endsnapshot', 'autoescape', 'endautoescape']);
const BLANKED = new Set(['macro', 'call', 'filter', 'test', 'materialization', 'docs']);

/** Replaces Jinja by SQL of the same length, as far as it can be known without rendering. Never throws. */
export function maskJinja(template: string, options: MaskOptions, blocks: readonly JinjaBlock[] = jinjaBlocks(template)): Masked {
  const placeholders: Placeholder[] = [];
  const hidden: Hidden[] = [];
  const frames: Frame[] = [];
  const scanner = sqlScanner();
  let active = true;
  let at = 0;
  let out = '';
  const blank = (to: number): void => {
    out += blankText(template.slice(at, to));
    at = to;
  };
  for (const [index, block] of blocks.entries()) {
    if (block.span.start < at) continue;
    const literal = template.slice(at, block.span.start);
    if (active) {
      scanner.feed(literal);
      out += literal;
      at = block.span.start;
    } else blank(block.span.start);
    if (block.kind === 'statement') {
      active = statement(block, frames, active, options, hidden, template);
      blank(block.span.end);
    } else if (block.kind === 'comment' || !active) blank(block.span.end);
    else {
      const masked = expression(template, block, index, scanner, placeholders, hidden);
      scanner.feed(masked);
      out += masked;
      at = block.span.end;
    }
  }
  const rest = template.slice(at);
  out += active ? rest : blankText(rest);
  return { text: out, placeholders, hidden };
}

/** White space of the same length that keeps line ends. */
function blankText(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

function statement(block: JinjaBlock, frames: Frame[], active: boolean, options: MaskOptions, hidden: Hidden[], template: string): boolean {
  const tag = /^\w+/.exec(block.body)?.[0] ?? '';
  const condition = block.body.slice(tag.length).trim();
  const { start, end } = block.span;
  if (tag === 'if') {
    const value = truthOf(condition, options);
    const known = value !== undefined && !isPartly(condition);
    const taken = value ?? !(options.elseBranches && hasElse(template, end));
    frames.push({ tag, start, outer: active, taken, known });
    return active && taken;
  }
  const frame = frames[frames.length - 1];
  if ((tag === 'elif' || tag === 'else') && frame && (frame.tag === 'if' || frame.tag === 'for')) {
    if (frame.tag === 'for') return false;
    const value = tag === 'else' ? true : truthOf(condition, options);
    if (value === undefined) frame.known = false;
    const take = !frame.taken && (value ?? !options.elseBranches);
    frame.taken ||= take;
    return frame.outer && take;
  }
  if (tag === 'for') {
    frames.push({ tag, start, outer: active, taken: true, known: false });
    return active;
  }
  if (BLANKED.has(tag) || (tag === 'set' && !/^[\w\s,.[\]'"]+=/.test(condition))) {
    frames.push({ tag, start, outer: active, taken: false, known: true });
    return false;
  }
  if (tag.startsWith('end') && frame && frame.tag === tag.slice(3)) {
    frames.pop();
    if (frame.outer && !frame.known) hidden.push({ span: { start: frame.start, end }, effect: frame.tag === 'for' ? 'loop' : 'branch', text: template.slice(frame.start, end) });
    return frame.outer;
  }
  if (active && tag !== 'set' && !SILENT.has(tag)) hidden.push({ span: block.span, effect: 'statement', text: normaliseJinja(block.body) });
  return active;
}

/** True where the condition only starts from what is known (`is_incremental() and …`). */
function isPartly(condition: string): boolean {
  return /\b(and|or)\b/.test(condition);
}

function truthOf(condition: string, options: MaskOptions): boolean | undefined {
  const text = condition.replace(/^\((.*)\)$/s, '$1').trim();
  if (/^is_incremental\(\)$/.test(text)) return options.incremental;
  if (/^not\s+is_incremental\(\)$/.test(text)) return !options.incremental;
  if (/\bis_incremental\(\)\s+and\b/.test(text) && !/\bor\b|\bnot\s+is_incremental/.test(text)) return options.incremental ? undefined : false;
  if (/^not\s+loop\.last$/.test(text)) return false;
  if (/^loop\.(first|last)$/.test(text)) return true;
  if (/^not\s+loop\.first$/.test(text)) return false;
  if (/^(execute|true)$/.test(text)) return true;
  if (text === 'false') return false;
  return undefined;
}

/** True where an `else` or `elif` of the same `if` follows before its `endif`. */
function hasElse(template: string, from: number): boolean {
  let depth = 0;
  for (const match of template.slice(from).matchAll(/\{%[-+]?\s*(if|endif|else|elif)\b/g)) {
    const tag = match[1];
    if (tag === 'if') depth++;
    else if (tag === 'endif' && depth-- === 0) return false;
    else if (depth === 0 && (tag === 'else' || tag === 'elif')) return true;
  }
  return false;
}

function expression(template: string, block: JinjaBlock, index: number, scanner: SqlScanner, placeholders: Placeholder[], hidden: Hidden[]): string {
  const { span, body } = block;
  const length = span.end - span.start;
  const text = normaliseJinja(body);
  const call = callOf(body);
  if (scanner.inComment()) return blankText(template.slice(span.start, span.end));
  if (scanner.inString()) {
    placeholders.push({ index, span, kind: 'string', text });
    return (STRING_FILLER + String(index)).padEnd(length, STRING_FILLER).slice(0, length);
  }
  if (call?.name === 'config') return ' '.repeat(length);
  if (call && WRITES_NOTHING.test(call.name)) return blankText(template.slice(span.start, span.end));
  const relation = (call && call.rest === '' ? relationOfCall(call, text, span) : undefined) ?? thisRelation(body, span);
  const name = `j${index}`.padEnd(length, '_');
  if (relation) {
    placeholders.push({ index, span, kind: 'relation', text, relation });
    return name;
  }
  const short = call?.name.replace(/^(dbt_utils|dbt)\./, '') ?? '';
  const operandBefore = endsWithOperand(scanner.tail());
  if (short === 'group_by' && call && operandBefore) {
    const count = Number(call.args[0] ?? call.kwargs['n']);
    if (Number.isInteger(count) && count > 0 && length >= 12) {
      placeholders.push({ index, span, kind: 'group_by', text, count });
      return `group by j${index}`.padEnd(length, '_');
    }
  }
  if (short === 'star' && call) {
    const from = call.args[0] ?? call.kwargs['from'] ?? '';
    const inner = callOf(from);
    const starOf = inner && relationOfCall(inner, normaliseJinja(from), span);
    const except = call.kwargs['except'] === undefined ? [] : literalOf(call.kwargs['except'])?.value;
    const plain = Object.keys(call.kwargs).every((key) => key === 'from' || key === 'except');
    if (starOf && plain && Array.isArray(except)) {
      placeholders.push({ index, span, kind: 'star', text, relation: starOf, except: except.map(String) });
      return name;
    }
  }
  if (isQueryPosition(scanner.tail(), template.slice(span.end)) && call) {
    if (length >= 13 + String(index).length) {
      placeholders.push({ index, span, kind: 'query', text });
      return `select*from j${index}`.padEnd(length, '_');
    }
  }
  if (operandBefore && !scanner.touchesWord()) {
    hidden.push({ span, effect: 'clause', text });
    return blankText(template.slice(span.start, span.end));
  }
  if (scanner.tail().trim() === '' && !isQueryPosition('', template.slice(span.end))) {
    hidden.push({ span, effect: 'statement', text });
    return blankText(template.slice(span.start, span.end));
  }
  placeholders.push({ index, span, kind: 'expression', text });
  return name;
}

/** Calls that stop or tell dbt something and put no text into the query. */
const WRITES_NOTHING = /^(exceptions\.(raise_compiler_error|warn)|log|print)$/;

function isQueryPosition(tail: string, after: string): boolean {
  const before = tail.trimEnd().toLowerCase();
  const opens = before === '' || /\b(as|from|join|exists)\s*\($/.test(before) || /\b(union|union\s+all|union\s+distinct|except|intersect)$/.test(before);
  return opens && /^\s*(\)|$|union\b|except\b|intersect\b|\{%|\{#|--|;)/i.test(after);
}

/** What of a template the mask could not follow, for `SqlAnalysis.jinja`. */
export function jinjaEffects(masked: Masked): SqlAnalysis['jinja'] {
  return [
    ...masked.placeholders
      .filter((p) => p.kind === 'expression' || p.kind === 'query' || p.kind === 'string')
      .map((p) => ({ text: p.text, span: p.span, effect: p.kind === 'query' ? ('query' as const) : ('expression' as const) })),
    ...masked.hidden.map((h) => ({ text: h.text, span: h.span, effect: h.effect === 'clause' ? ('query' as const) : h.effect })),
  ].sort((a, b) => a.span.start - b.span.start);
}
