import { insertSection, lineEnd } from '../spec/edits';
import { parseSpec } from '../spec/parse';
import { renderEntry, renderItem } from '../spec/render';
import type { SpecDocument } from '../spec/types';
import { applyChanges, type TextChange } from '../text';
import { entries, get, plain, text, type YamlTree } from '../yaml/tree';

/** What a merge would change; nothing a person wrote is among it. */
export interface MergeResult {
  changes: TextChange[];
  /** The file with the changes applied. */
  text: string;
  /** Sections and items that are added. */
  added: string[];
  /** Sections that stay as they are though the proposal has other content. */
  kept: string[];
}

/**
 * Merges a proposed document into an existing one, section by section: missing sections and missing items of lists are
 * added, everything that is there stays to the letter. Every change is an insertion.
 */
export function mergeSpec(existing: SpecDocument, proposedText: string): MergeResult {
  const proposed = parseSpec(existing.path, proposedText);
  const changes: TextChange[] = [];
  const added: string[] = [];
  const kept: string[] = [];
  if (existing.yaml.errors.length > 0 || !existing.kind || existing.kind === 'template' || (existing.tree !== undefined && existing.tree.kind !== 'map')) return { changes, text: existing.text, added, kept: ['everything: the file is not valid YAML'] };
  for (const { key, value } of entries(proposed.tree)) {
    const own = existing.tree?.kind === 'map' ? existing.tree.entries.find((entry) => entry.key === key) : undefined;
    if (!own) {
      changes.push(...insertSection(existing.kind, existing.tree, existing.text, key, renderEntry(key, plain(value), 0).trimEnd()));
      added.push(key);
      continue;
    }
    const items = value.kind === 'seq' ? missingItems(own.value, value) : [];
    const change = items.length > 0 ? appendItems(existing.text, own.value, items) : undefined;
    if (change) {
      changes.push(change);
      added.push(...items.map((item) => `${key}/${nameOf(item) ?? ''}`));
    } else if (JSON.stringify(plain(own.value)) !== JSON.stringify(plain(value))) kept.push(key);
  }
  return { changes, text: applyChanges(existing.text, combine(changes)), added, kept };
}

/** Insertions at one place become one, in the order they were made. */
function combine(changes: readonly TextChange[]): TextChange[] {
  const byPlace = new Map<number, TextChange>();
  for (const change of changes) {
    const before = byPlace.get(change.span.start);
    byPlace.set(change.span.start, before ? { ...before, text: before.text + change.text } : change);
  }
  return [...byPlace.values()];
}

function nameOf(item: YamlTree): string | undefined {
  const keys = ['as', 'ref', 'source', 'to', 'name', 'all_from', 'id', 'business', 'clause'];
  for (const key of keys) {
    const value = get(item, key);
    const word = value?.kind === 'map' ? text(get(value, 'name')) : text(value);
    if (word !== undefined) return word;
  }
  return item.kind === 'scalar' ? text(item) : undefined;
}

/** Every word an item goes by: two items that share one are the same to a person. */
function wordsOf(item: YamlTree): string[] {
  if (item.kind === 'scalar') return [text(item) ?? ''];
  const words = ['ref', 'source', 'to', 'name', 'all_from', 'id', 'business', 'clause', 'expression', 'question'].flatMap((key) => {
    const value = get(item, key);
    const word = value?.kind === 'map' ? text(get(value, 'name')) : text(value);
    return word === undefined ? [] : [`${key}:${word.replace(/\s+/g, ' ').toLowerCase()}`];
  });
  const test = text(get(item, 'test'));
  return test === undefined ? words : [...words, `test:${test}:${text(get(item, 'column')) ?? ''}:${JSON.stringify(plain(get(item, 'covers')) ?? [])}`];
}

function missingItems(own: YamlTree, proposed: Extract<YamlTree, { kind: 'seq' }>): YamlTree[] {
  // An empty list says "none", which is a person's decision; a list of words such as a grain is one decision, too.
  if (own.kind !== 'seq' || own.items.length === 0 || proposed.items.some((item) => item.kind === 'scalar')) return [];
  const known = new Set(own.items.flatMap(wordsOf));
  return proposed.items.filter((item) => !wordsOf(item).some((word) => known.has(word)));
}

function appendItems(source: string, own: YamlTree, items: readonly YamlTree[]): TextChange | undefined {
  if (own.kind !== 'seq' || source[own.span.start] === '[') return undefined;
  const last = own.items[own.items.length - 1];
  if (!last) return undefined;
  const end = lineEnd(source);
  const lineStart = source.lastIndexOf('\n', own.span.start - 1) + 1;
  const indent = /^[ ]*/.exec(source.slice(lineStart))?.[0].length ?? 0;
  const newline = source.indexOf('\n', last.span.end > 0 ? last.span.end - 1 : 0);
  const at = newline < 0 ? source.length : newline + 1;
  const body = items.map((item) => reindent(renderItem(plain(item), 0), indent)).join('').replace(/\n/g, end);
  return { span: { start: at, end: at }, text: newline < 0 ? end + body : body };
}

function reindent(block: string, indent: number): string {
  const pad = ' '.repeat(indent);
  return block.split('\n').map((line) => (line === '' ? '' : pad + line)).join('\n');
}
