import { shortTestName } from '../project/testArguments';
import { freshId } from '../spec/ids';
import { insertSection } from '../spec/edits';
import { parseSpec } from '../spec/parse';
import { renderEntry } from '../spec/render';
import { schemaOf } from '../spec/schema';
import type { SpecDocument } from '../spec/types';
import { applyChanges, type TextChange } from '../text';
import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { appendItems } from '../spec/appendItems';

/** What a merge would change. Every change is an insertion: what a person wrote stays to the letter. */
export interface MergeResult {
  changes: TextChange[];
  /** The file with the changes applied. */
  text: string;
  /** Sections (`tests`) and items (`inputs/payments`, `steps/paid/columns/value`) that are added. */
  added: string[];
  /** Sections and items that are left as they are though the proposal says something else. */
  kept: string[];
  /** Why nothing at all can be added; absent where it could. */
  refused?: string;
}

type Data = Record<string, unknown>;
/** Sections whose items are joined to what is there; every other section is one decision of its author. */
const LISTS: ReadonlySet<string> = new Set(['implements', 'inputs', 'steps', 'joins', 'unnest', 'filters', 'columns', 'opaque', 'tests', 'open_questions', 'population', 'terms', 'measures', 'rules', 'edge_cases', 'correct_when']);
/** Lists of a step that a person named, to which items are added as to those of the last stage. */
const OF_STEP = ['joins', 'filters', 'columns'];

/**
 * Merges a proposed document into an existing one, section by section: missing sections go where the template has them,
 * missing items to the end of their list. A list that is present is closed, so one that would be added only in part is not
 * added. A file whose YAML is broken, or that would not read the same afterwards, is left alone.
 */
export function mergeSpec(existing: SpecDocument, proposedText: string): MergeResult {
  const refused = (why: string): MergeResult => ({ changes: [], text: existing.text, added: [], kept: [], refused: why });
  const { kind, tree } = existing;
  if (!kind) return refused(`${existing.path} is no spec`);
  if (existing.yaml.errors.length > 0) return refused(`${existing.path} is not valid YAML; mend it first`);
  if (tree !== undefined && tree.kind !== 'map' && !(tree.kind === 'scalar' && tree.value === null)) return refused(`${existing.path} is no list of sections`);
  const proposed = parseSpec(existing.path, proposedText, existing.template);
  const changes: TextChange[] = [];
  const added: string[] = [];
  const kept: string[] = [];
  const fitting = fitter(existing, proposed);
  const used = new Set(existing.ids.map(({ id }) => id));
  const append = (name: string, own: YamlTree, missing: readonly Data[]): void => {
    const labels = missing.map((item) => `${name}/${labelOf(item)}`);
    const made = missing.length > 0 ? appendItems(existing.text, own, missing.map((item) => renumbered(item, used))) : undefined;
    if (made) changes.push(...made);
    (made ? added : kept).push(...labels);
  };
  for (const { key, value } of entries(proposed.tree)) {
    const own = get(tree, key);
    const data = plain(value);
    if (own === undefined) {
      const partly = Array.isArray(data) && data.some((item) => !fitting(key, item as Data));
      if (partly || (key === 'from' && !fitting('joins', { to: data }))) {
        kept.push(key);
        continue;
      }
      changes.push(...insertSection(schemaOf(existing), tree, existing.text, key, renderEntry(key, renumbered(data, used), 0).trimEnd()));
      added.push(key);
      continue;
    }
    if (key === 'steps') for (const step of stepLists(own, value, fitting)) append(`steps/${step.name}/${step.section}`, step.own, step.missing);
    const lacking = LISTS.has(key) ? missingItems(key, own, value) : [];
    const missing = lacking.filter((item) => fitting(key, item));
    if (missing.length > 0) append(key, own, missing);
    else if (key !== 'steps' && JSON.stringify(plain(own)) !== JSON.stringify(data)) kept.push(key);
  }
  const combined = combine(changes);
  const merged = applyChanges(existing.text, combined);
  return isSafe(existing, merged, added) ? { changes: combined, text: merged, added, kept } : refused(`${existing.path} is written in a way that cannot be added to`);
}

interface StepList {
  name: string;
  section: string;
  own: YamlTree;
  missing: Data[];
}

/** What a step of the author lacks in the lists it has, where it starts from what the proposed step of that name does. */
function stepLists(own: YamlTree, proposed: YamlTree, fitting: (section: string, item: Data) => boolean): StepList[] {
  return items(own).flatMap((step) => {
    const name = text(get(step, 'name'));
    const twin = items(proposed).find((other) => name !== undefined && word(text(get(other, 'name'))) === word(name));
    if (name === undefined || !twin || text(get(step, 'from')) !== text(get(twin, 'from'))) return [];
    return OF_STEP.flatMap((section) => {
      const [list, other] = [get(step, section), get(twin, section)];
      const missing = list && other ? missingItems(section, list, other).filter((item) => fitting(section, item)) : [];
      return list && missing.length > 0 ? [{ name, section, own: list, missing }] : [];
    });
  });
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

/** True where the merged text is valid YAML that still says all the existing text says, and reads what was added. */
function isSafe(existing: SpecDocument, merged: string, added: readonly string[]): boolean {
  const after = parseSpec(existing.path, merged, existing.template);
  if (after.yaml.errors.length > 0) return false;
  const sections = added.map((name) => name.split('/')[0] ?? '');
  return entries(existing.tree).every(({ key, value }) => isKept(get(after.tree, key), value)) && sections.every((key) => get(after.tree, key) !== undefined);
}

function isKept(after: YamlTree | undefined, before: YamlTree): boolean {
  return after !== undefined && keeps(plain(after), plain(before));
}

/** True where data says what it said; lists may have more at their end. */
function keeps(after: unknown, before: unknown): boolean {
  if (Array.isArray(before)) return Array.isArray(after) && before.every((item, index) => keeps(after[index], item));
  if (isData(before)) return isData(after) && Object.keys(after).length === Object.keys(before).length && Object.entries(before).every(([key, value]) => keeps(after[key], value));
  return JSON.stringify(after) === JSON.stringify(before);
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
  if (!isData(item)) return [word(item)];
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
  return [`test:${shortTestName(word(item['test']))}:${word(item['column'])}:${JSON.stringify(item['arguments'] ?? {})}`];
}

function word(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  return text.replace(/\s+/g, ' ').toLowerCase();
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
  for (const input of dataOf(proposed, 'inputs')) if (open && !wordsOf('inputs', input).some((name) => known.has(name))) names.add(word(labelOf(input)));
  // Names of the proposal that lead nowhere in the merged file.
  const lost = new Set(dataOf(proposed, 'inputs').map((item) => word(labelOf(item))).filter((name) => !names.has(name)));
  const closed = closedColumns(existing, proposed);
  const fits = (item: Data): boolean => namesUsed(item).every((name) => !lost.has(name)) && columnsUsed(item).every(([step, column]) => closed.get(step)?.has(column) ?? true);
  for (const [section, item] of [...dataOf(proposed, 'steps').map((step) => ['steps', step] as const), ...dataOf(proposed, 'joins').map((join) => ['joins', join] as const)]) {
    if (!fits(item) && !names.has(word(labelOf(item)))) lost.add(word(section === 'steps' ? item['name'] : labelOf(item)));
  }
  // What starts from something else is another design; its parts do not fit this one, and an input that nothing reads fits none.
  const [from, wanted] = [existing, proposed].map((spec) => text(get(spec.tree, 'from')));
  const other = from !== undefined && wanted !== undefined && word(from) !== word(wanted);
  const read = new Set([word(wanted), ...[...dataOf(proposed, 'steps'), ...dataOf(proposed, 'joins')].flatMap((item) => namesUsed(item))]);
  return (section, item) => {
    if (section === 'inputs') return inputs === undefined || (!other && (wanted === undefined || read.has(word(labelOf(item)))));
    return !['steps', 'joins', 'filters', 'columns', 'unnest'].includes(section) || (!other && fits(item));
  };
}

/** The columns that each step of the author lists, with those that would be added to it; a step that takes all is open. */
function closedColumns(existing: SpecDocument, proposed: SpecDocument): Map<string, Set<string>> {
  const names = (step: Data): string[] => (Array.isArray(step['columns']) ? step['columns'].filter(isData).map((column) => word(column['name'])) : []);
  const twins = dataOf(proposed, 'steps');
  return new Map(
    dataOf(existing, 'steps').flatMap((step): [string, Set<string>][] => {
      const own = step['columns'];
      if (!Array.isArray(own) || own.length === 0 || own.some((column) => isData(column) && column['all_from'] !== undefined)) return [];
      const twin = twins.find((other) => word(other['name']) === word(step['name']) && word(other['from']) === word(step['from']));
      return [[word(step['name']), new Set([...names(step), ...(twin ? names(twin) : [])])]];
    }),
  );
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

/** Columns an item reads with a qualifier, as [qualifier, column], lower case. */
function columnsUsed(value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(columnsUsed);
  if (isData(value)) return Object.entries(value).flatMap(([key, part]) => (['means', 'question'].includes(key) ? [] : columnsUsed(part)));
  return typeof value === 'string' ? [...value.matchAll(/(\w+)\.(\w+)/g)].map((match) => [word(match[1]), word(match[2])]) : [];
}

/** An item's id made fresh where another item of the file has it already; ids that are given are added to `used`. */
function renumbered<T>(value: T, used: Set<string>): T {
  const change = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(change);
    if (!isData(part)) return part;
    const inner = Object.fromEntries(Object.entries(part).map(([key, child]) => [key, change(child)]));
    const id = inner['id'];
    if (typeof id !== 'string') return inner;
    const fresh = used.has(id) ? freshId(id, used) : id;
    used.add(fresh);
    return { ...inner, id: fresh };
  };
  return change(value) as T;
}

