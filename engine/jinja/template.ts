import type { Span } from '../text';
import { jinjaBlocks, type JinjaBlock } from '../sql/jinja';
import { parseJinja, parseSignature, type JinjaExpr } from './expression';

/** A part of a template, in order. `span` is the whole part with its tags. */
export type TemplateNode =
  | { kind: 'text'; span: Span }
  | { kind: 'output'; span: Span; expr: JinjaExpr }
  | { kind: 'if'; span: Span; branches: { test: JinjaExpr; tag: Span; body: TemplateNode[] }[]; otherwise?: { tag: Span; body: TemplateNode[] }; end: Span }
  | { kind: 'for'; span: Span; names: string[]; of: JinjaExpr; only?: JinjaExpr; tag: Span; body: TemplateNode[]; otherwise?: TemplateNode[]; end: Span }
  | { kind: 'set'; span: Span; target: JinjaExpr[]; value: JinjaExpr }
  | { kind: 'capture'; span: Span; name: string; body: TemplateNode[] }
  | { kind: 'do'; span: Span; expr: JinjaExpr }
  | { kind: 'macro'; span: Span; name: string; parameters: { name: string; value?: JinjaExpr }[]; body: TemplateNode[] }
  /** Nothing: a comment. */
  | { kind: 'nothing'; span: Span }
  /** A tag that is left as it stands, and names that it may set. */
  | { kind: 'other'; span: Span; sets: string[] };

const WITH_BODY: ReadonlySet<string> = new Set(['call', 'filter', 'materialization', 'test', 'docs', 'raw', 'data_test']);
const MAX_DEPTH = 60;

/** Reads a template into its parts; undefined where tags do not match or nest too deeply. White space beside `-` is left out of text. */
export function parseTemplate(text: string): TemplateNode[] | undefined {
  const blocks = jinjaBlocks(text);
  const reader = { text, blocks, next: 0, at: 0 };
  try {
    const { nodes, closer } = bodyOf(reader, () => false, 0);
    return closer === undefined ? nodes : undefined;
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

class Mismatch extends Error {}

interface Reading {
  text: string;
  blocks: readonly JinjaBlock[];
  /** The next block, and the offset up to which text was read. */
  next: number;
  at: number;
}

function bodyOf(reader: Reading, closes: (tag: string) => boolean, depth: number): { nodes: TemplateNode[]; closer: JinjaBlock | undefined } {
  if (depth > MAX_DEPTH) throw new Mismatch();
  const nodes: TemplateNode[] = [];
  for (;;) {
    const block = reader.blocks[reader.next];
    addText(reader, block, nodes);
    if (!block) return { nodes, closer: undefined };
    reader.next++;
    reader.at = block.span.end;
    if (block.kind === 'statement' && closes(tagOf(block))) return { nodes, closer: block };
    nodes.push(nodeOf(reader, block, depth));
  }
}

function addText({ text, blocks, next, at }: Reading, block: JinjaBlock | undefined, nodes: TemplateNode[]): void {
  const before = blocks[next - 1];
  let [start, end] = [at, block?.span.start ?? text.length];
  if (before && /-[}%#]\}$/.test(text.slice(before.span.start, before.span.end))) while (start < end && /\s/.test(text[start] ?? '')) start++;
  if (block && text[block.span.start + 2] === '-') while (end > start && /\s/.test(text[end - 1] ?? '')) end--;
  if (end > start) nodes.push({ kind: 'text', span: { start, end } });
}

function tagOf(block: JinjaBlock): string {
  return /^\w+/.exec(block.body)?.[0] ?? '';
}

function nodeOf(reader: Reading, block: JinjaBlock, depth: number): TemplateNode {
  const { span, body } = block;
  if (block.kind === 'comment') return { kind: 'nothing', span };
  if (block.kind === 'expression') {
    const expr = parseJinja(body);
    return expr ? { kind: 'output', span, expr } : { kind: 'other', span, sets: [] };
  }
  const tag = tagOf(block);
  const rest = body.slice(tag.length).trim();
  if (tag === 'if') return ifOf(reader, block, rest, depth);
  if (tag === 'for') return forOf(reader, block, rest, depth);
  if (tag === 'set') return setOf(reader, block, rest, depth);
  if (tag === 'macro') return macroOf(reader, block, rest, depth);
  if (tag === 'do') {
    const expr = parseJinja(rest);
    return expr ? { kind: 'do', span, expr } : { kind: 'other', span, sets: [] };
  }
  if (WITH_BODY.has(tag)) return { kind: 'other', span: { start: span.start, end: closed(reader, tag, depth).end }, sets: [] };
  return { kind: 'other', span, sets: [] };
}

/** Reads on to the tag that closes a tag; what stands between is read and let go. */
function closed(reader: Reading, tag: string, depth: number): Span {
  const { closer } = bodyOf(reader, (found) => found === `end${tag}`, depth + 1);
  if (!closer) throw new Mismatch();
  return closer.span;
}

function ifOf(reader: Reading, block: JinjaBlock, condition: string, depth: number): TemplateNode {
  const branches: Extract<TemplateNode, { kind: 'if' }>['branches'] = [];
  let otherwise: { tag: Span; body: TemplateNode[] } | undefined;
  let [opener, source] = [block, condition];
  for (;;) {
    const { nodes, closer } = bodyOf(reader, (tag) => tag === 'elif' || tag === 'else' || tag === 'endif', depth + 1);
    if (!closer) throw new Mismatch();
    if (tagOf(opener) === 'else') otherwise = { tag: opener.span, body: nodes };
    else {
      const test = parseJinja(source);
      if (!test) throw new Mismatch();
      branches.push({ test, tag: opener.span, body: nodes });
    }
    if (tagOf(closer) === 'endif') return { kind: 'if', span: { start: block.span.start, end: closer.span.end }, branches, ...(otherwise ? { otherwise } : {}), end: closer.span };
    if (otherwise) throw new Mismatch();
    [opener, source] = [closer, closer.body.slice(tagOf(closer).length).trim()];
  }
}

function forOf(reader: Reading, block: JinjaBlock, source: string, depth: number): TemplateNode {
  const head = /^([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s+in\s+([\s\S]+)$/.exec(source);
  if (!head) throw new Mismatch();
  // `for x in list if condition` filters, which the grammar of expressions would read as a choice without `else`.
  const whole = parseJinja((head[2] ?? '').replace(/\s+recursive$/, ''));
  const filtered = whole?.kind === 'choice' && !whole.otherwise ? whole : undefined;
  const of = filtered ? filtered.then : whole;
  if (!of) throw new Mismatch();
  const first = bodyOf(reader, (tag) => tag === 'else' || tag === 'endfor', depth + 1);
  const second = first.closer && tagOf(first.closer) === 'else' ? bodyOf(reader, (tag) => tag === 'endfor', depth + 1) : undefined;
  const closer = second ? second.closer : first.closer;
  if (!closer) throw new Mismatch();
  return {
    kind: 'for',
    span: { start: block.span.start, end: closer.span.end },
    names: (head[1] ?? '').split(',').map((name) => name.trim()),
    of,
    ...(filtered ? { only: filtered.test } : {}),
    tag: block.span,
    body: first.nodes,
    ...(second ? { otherwise: second.nodes } : {}),
    end: closer.span,
  };
}

function setOf(reader: Reading, block: JinjaBlock, source: string, depth: number): TemplateNode {
  const assigned = /^([\w\s,.]+?)\s*=(?!=)([\s\S]*)$/.exec(source);
  if (!assigned) {
    const name = /^[A-Za-z_]\w*/.exec(source)?.[0] ?? '';
    const { nodes, closer } = bodyOf(reader, (tag) => tag === 'endset', depth + 1);
    if (!closer) throw new Mismatch();
    const span = { start: block.span.start, end: closer.span.end };
    return name === source ? { kind: 'capture', span, name, body: nodes } : { kind: 'other', span, sets: [name] };
  }
  const targets = (assigned[1] ?? '').split(',').map((name) => parseJinja(name.trim()));
  const value = parseJinja((assigned[2] ?? '').trim());
  const names = (assigned[1] ?? '').split(',').map((name) => (name.split('.')[0] ?? '').trim());
  if (!value || targets.includes(undefined)) return { kind: 'other', span: block.span, sets: names };
  return { kind: 'set', span: block.span, target: targets as JinjaExpr[], value };
}

function macroOf(reader: Reading, block: JinjaBlock, source: string, depth: number): TemplateNode {
  const signature = parseSignature(source);
  const { nodes, closer } = bodyOf(reader, (tag) => tag === 'endmacro', depth + 1);
  if (!closer || !signature) throw new Mismatch();
  return { kind: 'macro', span: { start: block.span.start, end: closer.span.end }, ...signature, body: nodes };
}
