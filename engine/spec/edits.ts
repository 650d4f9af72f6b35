import { applyChanges, type Span, type TextChange } from '../text';
import { plain, type YamlTree } from '../yaml/tree';
import { nextId } from './ids';
import { readYaml } from './readYaml';
import { keysOf, resolved, schemaAt, typesOf, type SchemaNode } from './schema';
import type { SpecFix } from './types';

/** The line end a text uses. */
export function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Fix that adds a section, in template order. */
export function skeletonFixes(root: SchemaNode, tree: YamlTree | undefined, text: string, key: string): SpecFix[] {
  const inBraces = tree?.kind === 'map' && text[tree.span.start] === '{';
  const changes = inBraces ? insertKey(tree, text, key, flowSkeleton(root, schemaAt(root, [key]) ?? {}, PLAIN), keysOf(root)) : insertSection(root, tree, text, key, sectionSkeleton(root, key));
  return [{ title: `Add the section "${key}"`, preferred: true, changes }];
}

/** How a skeleton shows what a person fills in; `choices` are the words to choose from. */
export type Hole = (text: string, choices?: readonly string[]) => string;

/** A skeleton that is YAML as it stands: empty texts, and the first of several choices. */
export const plainHole: Hole = (text) => text;

/** What a skeleton is made with: how holes look, and the ids the document uses already. */
export interface SkeletonOptions {
  hole: Hole;
  used: ReadonlySet<string>;
  end: string;
}

export const PLAIN: SkeletonOptions = { hole: plainHole, used: new Set(), end: '\n' };

/** An empty section to fill in: the key with the shape its schema asks for. */
export function sectionSkeleton(root: SchemaNode, key: string, options: SkeletonOptions = PLAIN): string {
  const schema = schemaAt(root, [key]);
  return schema ? `${key}:${valueSkeleton(root, schema, 2, options)}` : `${key}:`;
}

/** What follows a key's colon, in block style; `indent` is the column of what stands below it. */
export function valueSkeleton(root: SchemaNode, schema: SchemaNode, indent: number, options: SkeletonOptions): string {
  const types = typesOf(schema);
  const pad = options.end + ' '.repeat(indent);
  if (schema.const !== undefined) return ` ${String(schema.const)}`;
  if (types.includes('array') && schema.items) {
    const item = resolved(root, schema.items);
    return item.properties && !typesOf(item).includes('string') ? `${pad}- ${flowSkeleton(root, item, options, schema['x-prefix'])}` : ` [${options.hole('')}]`;
  }
  if (types.includes('object') && schema.properties) {
    return (schema.required ?? []).map((key) => `${pad}${key}:${valueSkeleton(root, resolved(root, schema.properties?.[key] ?? {}), indent + 2, options)}`).join('') || ' ';
  }
  const value = leaf(schema, options);
  return value === '' ? '' : ` ${value}`;
}

/** A value in one line, as it stands in braces or behind a colon. */
export function flowSkeleton(root: SchemaNode, schema: SchemaNode, options: SkeletonOptions, prefix?: string): string {
  const types = typesOf(schema);
  if (types.includes('string') || schema.const !== undefined) return leaf(schema, options, prefix);
  if (types.includes('object') && schema.properties) {
    const first = schema.oneOf?.[0]?.required ?? [];
    const keys = [...new Set([...first, ...(schema.required ?? [])])];
    const body = keys.map((key) => `${key}: ${flowSkeleton(root, resolved(root, schema.properties?.[key] ?? {}), options, prefix)}`);
    return body.length > 0 ? `{ ${body.join(', ')} }` : '{}';
  }
  if (types.includes('array')) return `[${options.hole('')}]`;
  return leaf(schema, options, prefix);
}

function leaf(schema: SchemaNode, { hole, used }: SkeletonOptions, prefix?: string): string {
  const own = schema['x-prefix'] === '' ? prefix : schema['x-prefix'];
  if (schema.const !== undefined) return String(schema.const);
  if (own) return hole(nextId(own, used));
  const choices = (schema.enum ?? []).filter((value): value is string => typeof value === 'string');
  if (choices[0] !== undefined) return hole(choices[0], choices);
  if (schema.type === 'boolean') return hole('false', ['true', 'false']);
  if (schema.type === 'number' || schema.type === 'integer') return hole('');
  return `"${hole('')}"`;
}

/** Inserts a top-level section before the first present one that follows it in the template, else at the end. */
export function insertSection(root: SchemaNode, tree: YamlTree | undefined, text: string, key: string, body: string): TextChange[] {
  const end = lineEnd(text);
  const order = keysOf(root);
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

/** Inserts a key into a map in the map's own style, in front of the first key that follows it in `order`. */
export function insertKey(tree: YamlTree, text: string, key: string, value: string, order: readonly string[]): TextChange[] {
  // What an alias stands for is written elsewhere.
  if (tree.kind !== 'map' || text[tree.span.start] === '*') return [];
  const next = tree.entries.find((entry) => order.indexOf(entry.key) > order.indexOf(key));
  const last = tree.entries[tree.entries.length - 1];
  const insert = (at: number, body: string): TextChange[] => [{ span: { start: at, end: at }, text: body }];
  if (text[tree.span.start] === '{') {
    if (!last) return insert(tree.span.start + 1, ` ${key}: ${value} `);
    if (next) return insert(next.keySpan.start, `${key}: ${value}, `);
    return insert(Math.max(last.value.span.end, colonAfter(text, last.keySpan.end)), `, ${key}: ${value}`);
  }
  const first = tree.entries[0];
  if (!first || !last) return [];
  const indent = ' '.repeat(first.keySpan.start - (text.lastIndexOf('\n', first.keySpan.start - 1) + 1));
  const stop = text.slice(last.keySpan.start).search(/\r?\n|$/) + last.keySpan.start;
  // A value that ends on its key's line can be followed; what runs over several lines is not looked into.
  const simple = last.value.kind !== 'map' && last.value.span.end <= stop && !/[|>][0-9+-]*\s*(#.*)?$/.test(text.slice(last.keySpan.end, stop));
  if (!next && simple) return insert(stop, `${lineEnd(text)}${indent}${key}: ${value}`);
  return insert((next ?? first).keySpan.start, `${key}: ${value}${lineEnd(text)}${indent}`);
}

/** Offset after the colon that follows a key, where one does. */
function colonAfter(text: string, at: number): number {
  const colon = /^["']?[ \t]*:/.exec(text.slice(at, at + 50));
  return colon ? at + colon[0].length : at;
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
export function orderSections(root: SchemaNode, tree: YamlTree | undefined, text: string): TextChange[] {
  if (tree?.kind !== 'map' || text[tree.span.start] === '{') return [];
  const order = keysOf(root);
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
  const changes = [{ span: { start: first.span.start, end: text.length }, text: body.join('') }];
  return sameSections(tree, readYaml(applyChanges(text, changes)).tree) ? changes : [];
}

/** Whether a text with its sections moved says the same: an anchor, a document's end or an odd layout may forbid it. */
function sameSections(before: YamlTree, after: YamlTree | undefined): boolean {
  const data = (tree: YamlTree | undefined): string => JSON.stringify(tree?.kind === 'map' ? tree.entries.map((entry) => [entry.key, plain(entry.value)]).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : String(a[0]) > String(b[0]) ? 1 : 0)) : undefined);
  return data(before) === data(after);
}
