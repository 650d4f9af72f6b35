import type { Span, TextChange } from '../text';
import type { YamlTree } from '../yaml/tree';
import { keysOf, resolved, schemaAt, schemaOf, type SchemaNode } from './schema';
import type { SpecFix, SpecKind } from './types';

/** The line end a text uses. */
export function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Fix that adds the section a problem's message names, in template order. */
export function skeletonFixes(kind: SpecKind | undefined, tree: YamlTree | undefined, text: string, message: string): SpecFix[] {
  const key = /section "(\w+)"/.exec(message)?.[1];
  if (!kind || key === undefined) return [];
  return [{ title: `Add the section "${key}"`, preferred: true, changes: insertSection(kind, tree, text, key, sectionSkeleton(kind, key)) }];
}

/** An empty section to fill in: the key with the shape its schema asks for. */
export function sectionSkeleton(kind: SpecKind, key: string): string {
  const schema = schemaAt(kind, [key]);
  return schema ? `${key}:${valueSkeleton(schemaOf(kind), schema, 1)}` : `${key}:`;
}

function valueSkeleton(root: SchemaNode, schema: SchemaNode, depth: number): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const pad = '  '.repeat(depth);
  if (schema.const !== undefined) return ` ${String(schema.const)}`;
  if (types.includes('array') && schema.items) {
    const item = resolved(root, schema.items);
    if (!item.properties) return ' []';
    const keys = item.required ?? keysOf(item).slice(0, 1);
    return `\n${pad}- { ${keys.map((k) => `${k}: ${leaf(item.properties?.[k])}`).join(', ')} }`;
  }
  if (types.includes('object') && schema.properties) {
    return (schema.required ?? []).map((k) => `\n${pad}${k}:${valueSkeleton(root, resolved(root, schema.properties?.[k] ?? {}), depth + 1)}`).join('');
  }
  return ` ${leaf(schema)}`;
}

function leaf(schema: SchemaNode | undefined): string {
  if (schema?.['x-prefix']) return `${schema['x-prefix']}-1`;
  if (schema?.enum?.[0] != null) return schema.enum[0];
  return schema?.type === 'boolean' ? 'false' : '""';
}

/** Inserts a top-level section before the first present one that follows it in the template, else at the end. */
export function insertSection(kind: SpecKind, tree: YamlTree | undefined, text: string, key: string, body: string): TextChange[] {
  const end = lineEnd(text);
  const order = keysOf(schemaOf(kind));
  const entries = tree?.kind === 'map' ? tree.entries : [];
  const after = entries.find((entry) => order.indexOf(entry.key) > order.indexOf(key));
  const pad = entries[0] ? columnOf(text, entries[0].keySpan.start) : '';
  const block = body
    .split(/\r?\n/)
    .map((line) => (line === '' ? line : pad + line))
    .join(end);
  if (!after) {
    const at = endOfDocument(text, entries);
    const gap = at === 0 || text[at - 1] === '\n' ? '' : end;
    return [{ span: { start: at, end: at }, text: `${gap}${block}${end}` }];
  }
  const at = startOfBlock(text, after.keySpan.start);
  return [{ span: { start: at, end: at }, text: `${block}${end}` }];
}

/** Where the first document ends: before a line `---` or `...` after its last section, else at the end of the text. */
function endOfDocument(text: string, entries: readonly { value: YamlTree }[]): number {
  const last = entries[entries.length - 1];
  const from = last ? last.value.span.end : 0;
  const marker = (last ? /^(?:---|\.\.\.)(?:\s|$)/m : /^\.\.\.(?:\s|$)/m).exec(text.slice(from));
  const at = marker ? from + marker.index : -1;
  // The last section may end on this very line; a marker is one only at the start of a line.
  return at >= 0 && (at === 0 || text[at - 1] === '\n') ? at : text.length;
}

/** The white space before the first section: every section of a document stands as far in. */
function columnOf(text: string, offset: number): string {
  return /^ *$/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';
}

/** Start of the line of an offset, or of the comment lines directly above it, which belong to what follows. */
function startOfBlock(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  for (;;) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (start === 0 || before === start || !/^[ \t]*#/.test(text.slice(before, start))) return start;
    start = before;
  }
}

/** The text of each top-level section with the comments above it: its lines up to the next section. */
function sectionBlocks(tree: YamlTree, text: string): { key: string; span: Span }[] {
  if (tree.kind !== 'map') return [];
  const starts = tree.entries.map((entry) => startOfBlock(text, entry.keySpan.start));
  return tree.entries.map((entry, index) => ({ key: entry.key, span: { start: starts[index] ?? 0, end: starts[index + 1] ?? text.length } }));
}

/** Puts the sections into template order; every line is kept. Empty where they are in order already. */
export function orderSections(kind: SpecKind, tree: YamlTree | undefined, text: string): TextChange[] {
  if (tree?.kind !== 'map') return [];
  const order = keysOf(schemaOf(kind));
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const blocks = sectionBlocks(tree, text);
  const sorted = [...blocks].sort((a, b) => rank(a.key) - rank(b.key));
  const first = blocks[0];
  if (!first || sorted.every((block, index) => block === blocks[index])) return [];
  const end = lineEnd(text);
  const body = sorted.map(({ span }) => {
    const part = text.slice(span.start, span.end);
    return part.endsWith('\n') ? part : part + end;
  });
  return [{ span: { start: first.span.start, end: text.length }, text: body.join('') }];
}
