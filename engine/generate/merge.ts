import { freshId } from '../spec/check';
import { insertSection } from '../spec/edits';
import { parseSpec } from '../spec/parse';
import { renderEntry } from '../spec/render';
import type { SpecDocument } from '../spec/types';
import { applyChanges, type TextChange } from '../text';
import { entries, get, items, plain, type YamlTree } from '../yaml/tree';
import { appendItems } from './mergeItems';

/** What a merge would change. Every change is an insertion: what a person wrote stays to the letter. */
export interface MergeResult {
  changes: TextChange[];
  /** The file with the changes applied. */
  text: string;
  /** Sections (`tests`) and items (`inputs/payments`) that are added. */
  added: string[];
  /** Sections and items that are left as they are though the proposal says something else. */
  kept: string[];
}

type Data = Record<string, unknown>;
/** Sections whose items are joined to what is there; every other section is one decision of its author. */
const LISTS: ReadonlySet<string> = new Set(['implements', 'inputs', 'steps', 'joins', 'unnest', 'filters', 'columns', 'opaque', 'tests', 'open_questions', 'population', 'terms', 'measures', 'rules', 'edge_cases', 'correct_when']);

/**
 * Merges a proposed document into an existing one, section by section: missing sections go where the template has them,
 * missing items to the end of their list. A file whose YAML is broken, or that would not read the same afterwards, is
 * left alone.
 */
export function mergeSpec(existing: SpecDocument, proposedText: string): MergeResult {
  const untouched = (why: string): MergeResult => ({ changes: [], text: existing.text, added: [], kept: [why] });
  const { kind, tree } = existing;
  if (!kind || kind === 'template') return untouched(`${existing.path} is no spec`);
  if (existing.yaml.errors.length > 0) return untouched(`${existing.path} is not valid YAML; mend it first`);
  if (tree !== undefined && tree.kind !== 'map' && !(tree.kind === 'scalar' && tree.value === null)) return untouched(`${existing.path} is no list of sections`);
  const proposed = parseSpec(existing.path, proposedText);
  const changes: TextChange[] = [];
  const added: string[] = [];
  const kept: string[] = [];
  const fitting = fitter(existing, proposed);
  for (const { key, value } of entries(proposed.tree)) {
    const own = get(tree, key);
    const data = plain(value);
    if (own === undefined) {
      if (key === 'from' && !fitting('joins', { to: data })) continue;
      const body = Array.isArray(data) ? data.filter((item) => fitting(key, item as Data)) : data;
      if (Array.isArray(data) && data.length > 0 && (body as unknown[]).length === 0) continue;
      changes.push(...insertSection(kind, tree, existing.text, key, renderEntry(key, renumbered(body, existing), 0).trimEnd()));
      added.push(key);
      continue;
    }
    const missing = LISTS.has(key) ? missingItems(key, own, value).filter((item) => fitting(key, item)) : [];
    const change = missing.length > 0 ? appendItems(existing.text, own, missing.map((item) => renumbered(item, existing))) : undefined;
    if (change) {
      changes.push(change);
      added.push(...missing.map((item) => `${key}/${labelOf(item)}`));
    } else if (missing.length > 0) kept.push(...missing.map((item) => `${key}/${labelOf(item)}`));
    else if (JSON.stringify(plain(own)) !== JSON.stringify(data)) kept.push(key);
  }
  const combined = combine(changes);
  const merged = applyChanges(existing.text, combined);
  return isSafe(existing, merged) ? { changes: combined, text: merged, added, kept } : untouched(`${existing.path} is written in a way that cannot be added to`);
}

/** Insertions at one place become one, in the order they were made; a text without a last line end gets one first. */
function combine(changes: readonly TextChange[]): TextChange[] {
  const byPlace = new Map<number, TextChange>();
  for (const change of changes) {
    const before = byPlace.get(change.span.start);
    byPlace.set(change.span.start, before ? { ...before, text: before.text + change.text.replace(/^\r?\n/, '') } : change);
  }
  return [...byPlace.values()];
}

/** True where the merged text is valid YAML that still says all the existing text says. */
function isSafe(existing: SpecDocument, merged: string): boolean {
  const after = parseSpec(existing.path, merged);
  if (after.yaml.errors.length > 0) return false;
  return entries(existing.tree).every(({ key, value }) => keeps(get(after.tree, key), value));
}

function keeps(after: YamlTree | undefined, before: YamlTree): boolean {
  if (before.kind === 'seq' && after?.kind === 'seq') return before.items.every((item, index) => JSON.stringify(plain(item)) === JSON.stringify(plain(after.items[index])));
  return JSON.stringify(plain(before)) === JSON.stringify(plain(after));
}

/** The word a reader knows an item by. */
function labelOf(item: Data): string {
  for (const key of ['as', 'ref', 'source', 'to', 'name', 'all_from', 'id', 'business']) {
    const value = item[key];
    if (typeof value === 'string') return value;
    if (isData(value) && typeof value['name'] === 'string') return value['name'];
  }
  return item['this'] === true ? 'this' : '…';
}

function isData(value: unknown): value is Data {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Every word an item goes by: two items that share one are the same to their author. */
function wordsOf(section: string, item: unknown): string[] {
  if (!isData(item)) return [String(item)];
  if (section === 'joins') return [`to:${word(item['as'] ?? item['to'])}`];
  const words = ['id', 'ref', 'source', 'this', 'name', 'all_from', 'business', 'expression', 'question', 'text'].flatMap((key) => {
    if (key === 'expression' && section === 'columns') return [];
    const value = isData(item[key]) ? item[key]['name'] : item[key];
    return value === undefined || value === null ? [] : [`${key}:${word(value)}`];
  });
  const linked = ['implements', 'covers'].flatMap((key) => (Array.isArray(item[key]) && (section === 'tests' || section === 'filters') ? item[key].map((id) => `${key}:${word(id).replace(/^.*#/, '')}`) : []));
  return [...words, ...linked, ...(section === 'tests' && item['covers'] === undefined ? testWords(item) : [])];
}

/** A test by what it runs. One that covers lines is proposed for their sake, also where another runs the same. */
function testWords(item: Data): string[] {
  return [`test:${word(item['test']).split('.').pop() ?? ''}:${word(item['column'])}:${JSON.stringify(item['arguments'] ?? {})}`];
}

function word(value: unknown): string {
  return String(value ?? '').replace(/\s+/g, ' ').toLowerCase();
}

/** Items of the proposal that the existing list has under no name. An empty list says "none", which is a decision. */
function missingItems(section: string, own: YamlTree, proposed: YamlTree): Data[] {
  if (own.kind !== 'seq' || own.items.length === 0 || proposed.kind !== 'seq') return [];
  const known = new Set(own.items.map(plain).flatMap((item) => [...wordsOf(section, item), ...(section === 'tests' && isData(item) ? testWords(item) : [])]));
  return proposed.items.map(plain).filter((item): item is Data => isData(item) && !wordsOf(section, item).some((name) => known.has(name)));
}

/** Keeps out what would point to nothing: items that use names for the inputs and steps that are not the author's. */
function fitter(existing: SpecDocument, proposed: SpecDocument): (section: string, item: Data) => boolean {
  const names = new Set([...dataOf(existing, 'inputs'), ...dataOf(existing, 'steps'), ...dataOf(existing, 'joins')].map((item) => word(labelOf(item))));
  const inputs = get(existing.tree, 'inputs');
  const known = new Set(dataOf(existing, 'inputs').flatMap((item) => wordsOf('inputs', item)));
  const open = inputs === undefined || items(inputs).length > 0;
  const bracketed = inputs?.kind === 'seq' && existing.text[inputs.span.start] === '[';
  for (const input of dataOf(proposed, 'inputs')) if (open && !bracketed && !wordsOf('inputs', input).some((name) => known.has(name))) names.add(word(labelOf(input)));
  // Names of the proposal that lead nowhere in the merged file.
  const lost = new Set(dataOf(proposed, 'inputs').map((item) => word(labelOf(item))).filter((name) => !names.has(name)));
  const fits = (item: Data): boolean => namesUsed(item).every((name) => !lost.has(name));
  for (const [section, item] of [...dataOf(proposed, 'steps').map((step) => ['steps', step] as const), ...dataOf(proposed, 'joins').map((join) => ['joins', join] as const)]) {
    if (!fits(item) && !names.has(word(labelOf(item)))) lost.add(word(section === 'steps' ? item['name'] : labelOf(item)));
  }
  return (section, item) => !['steps', 'joins', 'filters', 'columns', 'unnest'].includes(section) || fits(item);
}

/** Items of a section as plain data. */
function dataOf(spec: SpecDocument, section: string): Data[] {
  return items(get(spec.tree, section)).map(plain).filter(isData);
}

/** Names an item attaches or qualifies columns with, lower case. */
function namesUsed(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => namesUsed(part, key));
  if (isData(value)) return Object.entries(value).flatMap(([k, part]) => namesUsed(part, k));
  if (typeof value !== 'string') return [];
  if (key === 'to' || key === 'all_from') return [word(value)];
  if (key === 'from') return [word(value.split('.')[0])];
  return ['expression', 'condition', 'left', 'right', 'by', 'order_by'].includes(key) ? [...value.matchAll(/(\w+)\s*\.\s*\w/g)].map((match) => word(match[1])) : [];
}

/** An item's id made fresh where another item of the file has it already. */
function renumbered<T>(value: T, existing: SpecDocument): T {
  const used = new Set(existing.ids.map(({ id }) => id));
  const change = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(change);
    if (!isData(part)) return part;
    const inner = Object.fromEntries(Object.entries(part).map(([key, child]) => [key, change(child)]));
    const id = inner['id'];
    return typeof id === 'string' && used.has(id) ? { ...inner, id: freshId(id, used) } : inner;
  };
  return change(value) as T;
}

