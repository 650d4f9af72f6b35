import { Composer, isAlias, isMap, isScalar, isSeq, parseDocument, Parser, Scalar, YAMLParseError, type CST, type Document, type Node, type ParsedNode, type ScalarTag, type Tags, type YAMLMap } from 'yaml';
import type { Span } from '../text';
import { plainTree } from './plain';
import { coreScalar, dbtScalar } from './plainScalars';

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
/** dbt projects share blocks of columns and tests by alias a lot more than specs do. */
const MAX_DBT_ALIASES = 20_000;

/** What is left of a document's limits, and the anchors met so far. */
interface Conversion {
  aliases: number;
  nodes: number;
  /** PyYAML's reading: `<<` merges maps and the last of duplicate keys counts. */
  merges: boolean;
  cut: boolean;
  /** Nodes by anchor, as far as the document was walked; `yaml` would search the whole document for every alias. */
  anchors: Map<string, unknown>;
  /** Above 0 inside an alias, whose anchors are older than those of the place it stands at. */
  insideAlias: number;
}

/** What stands behind the end of a document, of a torn text nearly all of it, is named so often as not to be expected there. */
const MOST_BEHIND = 20;

/**
 * Parses YAML 1.2 core for reading; syntax errors, a second document among them, are in `errors` of the document. Of what stands
 * behind its end the first errors only, the last of them with `REST` for a message where there are more.
 */
export function parseYaml(text: string): Document.Parsed {
  return withoutStacks(() => {
    const composer = new Composer<ParsedNode, true>({ version: '1.2', schema: 'core', uniqueKeys: false, keepSourceTokens: true, merge: false, prettyErrors: false, strict: true, logLevel: 'error' });
    const [document, second] = composer.compose(tokensOf(text), true, text.length);
    if (!document) throw new Error('The YAML library gave no document, though it was told to give one.');
    if (second) document.errors.push(new YAMLParseError([second.range[0], second.range[1]], 'MULTIPLE_DOCS', 'Source contains multiple documents'));
    return document;
  });
}

/** The message of the error that stands for all behind it. */
export const REST = 'Nothing from here on is read';

function* tokensOf(text: string): Generator<CST.Token> {
  let behind = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error' && ++behind > MOST_BEHIND) {
      yield { ...token, message: REST, source: '' };
      return;
    }
    yield token;
  }
}

/** Errors of a text have no use for the stack they are made on, which takes longer to note than all else of them. */
function withoutStacks<T>(make: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = before;
  }
}

/** The tree of a spec that is written in the plain part of YAML; undefined where `parseYaml` has to read it. */
export function plainSpecTree(text: string): YamlTree | undefined {
  return plainTree(text, coreScalar);
}

/** The tree of a parsed document; undefined for an empty one. */
export function treeOf(document: Document.Parsed): YamlTree | undefined {
  const state: Conversion = { aliases: MAX_ALIASES, nodes: MAX_NODES, merges: false, cut: false, anchors: new Map<string, unknown>(), insideAlias: 0 };
  return document.contents ? convert(state, document.contents, 0) : undefined;
}

/**
 * A file that dbt reads, as PyYAML reads it: YAML 1.1 with merge keys, where `no` and `off` are false, `y` and `n` are
 * text and the last of duplicate keys counts. `cut` says that the document is past the limits and was not read whole.
 */
export function dbtYaml(text: string): DbtYaml {
  const plainly = plainTree(text, (source) => dbtScalar(source, (rare) => treeValue(dbtYamlByLibrary(rare).tree)));
  return plainly ? { tree: plainly, error: undefined, cut: false } : dbtYamlByLibrary(text);
}

export interface DbtYaml {
  tree: YamlTree | undefined;
  error: { message: string; span: Span } | undefined;
  cut: boolean;
}

function treeValue(tree: YamlTree | undefined): string | number | boolean | null {
  return tree?.kind === 'scalar' ? tree.value : null;
}

/** `dbtYaml` by the library alone, which the plain reader has to agree with. */
export function dbtYamlByLibrary(text: string): DbtYaml {
  const document = parseDocument(text, { version: '1.1', schema: 'yaml-1.1', customTags: pyYamlTags, uniqueKeys: false, keepSourceTokens: true, merge: false, prettyErrors: false, strict: true, logLevel: 'silent' });
  const state: Conversion = { aliases: MAX_DBT_ALIASES, nodes: MAX_NODES, merges: true, cut: false, anchors: new Map<string, unknown>(), insideAlias: 0 };
  const tree = document.contents ? convert(state, document.contents, 0) : undefined;
  const error = document.errors[0];
  return { tree, error: error && { message: error.message, span: { start: error.pos[0], end: error.pos[1] } }, cut: state.cut };
}

/** YAML 1.1's tags but for booleans of one letter and dates, which stay text. */
function pyYamlTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === 'string' || !/:(bool|timestamp|merge)$/.test(tag.tag));
  return [...kept, boolean(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/), boolean(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/)];
}

function boolean(value: boolean, test: RegExp): ScalarTag {
  return { tag: 'tag:yaml.org,2002:bool', default: true, identify: (known) => known === value, test, resolve: () => new Scalar(value) };
}

function convert(state: Conversion, node: unknown, depth: number, at?: Span): YamlTree {
  const span = at ?? spanOf(node);
  if (depth > MAX_DEPTH || state.nodes-- <= 0) return cutAt(state, span);
  if (isAlias(node)) {
    if (state.aliases-- <= 0) return cutAt(state, span);
    state.insideAlias++;
    const tree = convert(state, state.anchors.get(node.source), depth + 1, span);
    state.insideAlias--;
    return tree;
  }
  const anchor = (node as Node & { anchor?: string } | undefined)?.anchor;
  if (anchor !== undefined && state.insideAlias === 0) state.anchors.set(anchor, node);
  if (isMap(node)) return { kind: 'map', span, entries: state.merges ? merged(entriesOf(state, node, depth)) : entriesOf(state, node, depth) };
  if (isSeq(node)) return { kind: 'seq', span, items: node.items.map((item) => convert(state, item, depth + 1)) };
  if (isScalar(node)) {
    const { value } = node;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', span, value: plain, source: node.source ?? '', quoted: node.type !== undefined && node.type !== 'PLAIN' };
  }
  return nothing(span);
}

function cutAt(state: Conversion, span: Span): YamlTree {
  state.cut = true;
  return nothing(span);
}

/** Entries with `<<` maps merged below the map's own keys, and the last of duplicates. */
function merged(list: readonly YamlEntry[]): YamlEntry[] {
  const out = new Map<string, YamlEntry>();
  for (const { key, value } of list) {
    if (key !== '<<') continue;
    const maps = value.kind === 'seq' ? [...value.items].reverse() : [value];
    for (const map of maps) for (const entry of entries(map)) out.set(entry.key, entry);
  }
  for (const entry of list) if (entry.key !== '<<') out.set(entry.key, entry);
  return [...out.values()];
}

function entriesOf(state: Conversion, map: YAMLMap, depth: number): YamlEntry[] {
  return map.items.map((pair) => {
    const keySpan = spanOf(pair.key);
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const after = { start: keySpan.end, end: keySpan.end };
    return { key, keySpan, value: pair.value == null ? nothing(after) : convert(state, pair.value, depth + 1) };
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
  if (tree?.kind !== 'map') return undefined;
  for (const entry of tree.entries) if (entry.key === key) return entry.value;
  return undefined;
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
