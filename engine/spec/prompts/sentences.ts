import { entries, get, text, type YamlTree } from '../../yaml/tree';
import type { Span } from '../../text';
import type { Sentence, SpecDocument } from '../types';

/** Keys whose values are names, dates or figures rather than sentences. */
const NAMES = new Set(['id', 'spec', 'model', 'owner', 'asked_on', 'unit', 'term', 'name', 'tolerance', 'reference', 'value', 'by', 'date', 'meaning', 'hint', 'about', 'consumers', 'stakeholders', 'sensitivity', 'superseded_by', 'example']);
/** Sections that decide what is built; others report on it. */
const SECTIONS = new Set(['question', 'decision', 'grain', 'population', 'terms', 'measures', 'rules', 'edge_cases', 'correct_when', 'late_data']);

/** The sentences of a business spec that decide what is built, in document order. */
export function sentencesOf(tree: YamlTree | undefined): Sentence[] {
  const found: Sentence[] = [];
  for (const { key, value } of entries(tree)) if (SECTIONS.has(key)) below(value, key, key, undefined, found);
  return found;
}

function below(tree: YamlTree, section: string, key: string, id: string | undefined, found: Sentence[]): void {
  if (tree.kind === 'seq') {
    for (const item of tree.items) below(item, section, key, id, found);
    return;
  }
  if (tree.kind === 'map') {
    const own = text(get(tree, 'id')) ?? id;
    for (const { key: inner, value } of tree.entries) if (!NAMES.has(inner)) below(value, section, inner, own, found);
    return;
  }
  if (typeof tree.value === 'string') found.push({ section, key, text: tree.value, span: tree.span, ...(id === undefined ? {} : { id }) });
}

/** The sentences of a spec, which are found once; none of a technical one. */
export function sentencesIn({ facts }: SpecDocument): readonly Sentence[] {
  return facts?.kind === 'business' ? facts.sentences : [];
}

/** Where words stand in a sentence's source; the whole sentence where its spelling hides them. */
export function wordSpan(source: string, sentence: Sentence, words: string): Span {
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'), 'i');
  const found = pattern.exec(source.slice(sentence.span.start, sentence.span.end));
  if (!found) return sentence.span;
  const start = sentence.span.start + found.index;
  return { start, end: start + found[0].length };
}
