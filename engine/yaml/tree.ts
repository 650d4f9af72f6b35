import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';
import type { Span } from '../text';

/** A YAML document as plain nested data with a span for every part; aliases are resolved within limits. */
export type YamlTree =
  | { kind: 'map'; span: Span; entries: YamlEntry[] }
  | { kind: 'seq'; span: Span; items: YamlTree[] }
  | { kind: 'scalar'; span: Span; value: string | number | boolean | null; source: string; quoted: boolean };

export interface YamlEntry {
  key: string;
  keySpan: Span;
  value: YamlTree;
}

/** How many aliases of one document are followed; past it an alias reads as null. */
export const MAX_ALIASES = 100;
/** How deep a document may nest; deeper parts read as null. */
export const MAX_DEPTH = 64;
const MAX_NODES = 500_000;

/** Parses YAML 1.2 core for reading; syntax errors, a second document among them, are in `errors` of the document. */
export function parseYaml(text: string): Document.Parsed {
  return parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, keepSourceTokens: true, merge: false, prettyErrors: false, strict: true, logLevel: 'error' });
}

/** The tree of a parsed document; undefined for an empty one. */
export function treeOf(document: Document.Parsed): YamlTree | undefined {
  const budget = { aliases: MAX_ALIASES, nodes: MAX_NODES };
  return document.contents ? convert(document, document.contents, budget, 0) : undefined;
}

function convert(document: Document.Parsed, node: unknown, budget: { aliases: number; nodes: number }, depth: number, at?: Span): YamlTree {
  const span = at ?? spanOf(node);
  if (depth > MAX_DEPTH || budget.nodes-- <= 0) return nothing(span);
  if (isAlias(node)) {
    if (budget.aliases-- <= 0) return nothing(span);
    return convert(document, node.resolve(document), budget, depth + 1, span);
  }
  if (isMap(node)) return { kind: 'map', span, entries: entriesOf(document, node, budget, depth) };
  if (isSeq(node)) return { kind: 'seq', span, items: node.items.map((item) => convert(document, item, budget, depth + 1)) };
  if (isScalar(node)) {
    const { value } = node;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', span, value: plain, source: node.source ?? '', quoted: node.type !== undefined && node.type !== 'PLAIN' };
  }
  return nothing(span);
}

function entriesOf(document: Document.Parsed, map: YAMLMap, budget: { aliases: number; nodes: number }, depth: number): YamlEntry[] {
  return map.items.map((pair) => {
    const keySpan = spanOf(pair.key);
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const after = { start: keySpan.end, end: keySpan.end };
    return { key, keySpan, value: pair.value == null ? nothing(after) : convert(document, pair.value, budget, depth + 1) };
  });
}

/** Span of a node: from its first to its last character, without trailing white space. */
export function spanOf(node: unknown): Span {
  const range = (node as Node | null)?.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}

function nothing(span: Span): YamlTree {
  return { kind: 'scalar', span, value: null, source: '', quoted: false };
}

/** The value of a key; undefined where the tree is no map or lacks it. The first of duplicates counts. */
export function get(tree: YamlTree | undefined, key: string): YamlTree | undefined {
  return tree?.kind === 'map' ? tree.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** A value below several keys. */
export function getIn(tree: YamlTree | undefined, ...keys: string[]): YamlTree | undefined {
  return keys.reduce<YamlTree | undefined>((at, key) => get(at, key), tree);
}

/** The entries of a map, else none. */
export function entries(tree: YamlTree | undefined): YamlEntry[] {
  return tree?.kind === 'map' ? tree.entries : [];
}

/** The items of a sequence; a single scalar or map counts as one item, null as none. */
export function items(tree: YamlTree | undefined): YamlTree[] {
  if (!tree) return [];
  if (tree.kind === 'seq') return tree.items;
  return tree.kind === 'scalar' && tree.value === null ? [] : [tree];
}

/** A scalar's text; numbers and booleans as written. */
export function text(tree: YamlTree | undefined): string | undefined {
  if (tree?.kind !== 'scalar' || tree.value === null) return undefined;
  return typeof tree.value === 'string' ? tree.value : tree.source || String(tree.value);
}

/** The tree as plain data. Objects have no prototype, so no key of a document can reach one. */
export function plain(tree: YamlTree | undefined): unknown {
  if (!tree) return undefined;
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'seq') return tree.items.map(plain);
  const out = Object.create(null) as Record<string, unknown>;
  for (const entry of tree.entries) if (!Object.hasOwn(out, entry.key)) out[entry.key] = plain(entry.value);
  return out;
}
