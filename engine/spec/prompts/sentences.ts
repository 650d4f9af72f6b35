import { entries, get, items, text, type YamlTree } from '../../yaml/tree';
import type { Span } from '../../text';
import type { SpecDocument } from '../types';

/** A sentence that a person wrote in a business spec. */
export interface Sentence {
  section: string;
  /** The key it stands under: `question`, `statement`, `when`. */
  key: string;
  text: string;
  span: Span;
  /** The id of its item. */
  id?: string;
}

/** Keys whose values are names, dates or figures rather than sentences. */
const NAMES = new Set(['id', 'spec', 'model', 'owner', 'asked_on', 'unit', 'term', 'name', 'tolerance', 'reference', 'value', 'by', 'date', 'meaning', 'hint', 'about', 'consumers', 'stakeholders', 'sensitivity', 'superseded_by']);
/** Sections that decide what is built; others report on it. */
const SECTIONS = ['question', 'decision', 'grain', 'population', 'terms', 'measures', 'rules', 'edge_cases', 'correct_when', 'late_data'];

/** The sentences of a business spec that decide what is built, in document order. */
export function sentencesOf({ tree }: SpecDocument): Sentence[] {
  return entries(tree).flatMap(({ key, value }) => (SECTIONS.includes(key) ? below(value, key, key, undefined) : []));
}

function below(tree: YamlTree, section: string, key: string, id: string | undefined): Sentence[] {
  if (tree.kind === 'seq') return items(tree).flatMap((item) => below(item, section, key, id));
  if (tree.kind === 'map') {
    const own = text(get(tree, 'id')) ?? id;
    return tree.entries.flatMap(({ key: inner, value }) => (NAMES.has(inner) || inner === 'example' ? [] : below(value, section, inner, own)));
  }
  return typeof tree.value === 'string' ? [{ section, key, text: tree.value, span: tree.span, ...(id === undefined ? {} : { id }) }] : [];
}

/** Where words stand in a sentence's source; the whole sentence where its spelling hides them. */
export function wordSpan(source: string, sentence: Sentence, words: string): Span {
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'), 'i');
  const found = pattern.exec(source.slice(sentence.span.start, sentence.span.end));
  if (!found) return sentence.span;
  const start = sentence.span.start + found.index;
  return { start, end: start + found[0].length };
}
