import type { Span, TextChange } from '../../text';
import { get, items, text } from '../../yaml/tree';
import { appendItems } from '../appendItems';
import { insertSection } from '../edits';
import { freshId } from '../ids';
import { pathAt } from '../pathAt';
import { renderItem } from '../render';
import { schemaOf } from '../schema';
import type { SpecDocument } from '../types';

/** Keys of a business spec whose text is prose that a term can stand in. */
const PROSE: ReadonlySet<string> = new Set(['question', 'decision', 'statement', 'when', 'then', 'means', 'not', 'name', 'reference']);
const LONGEST = 60;

/**
 * The changes that make the words of a selection a term of the business spec, whose meaning is left for a person to write.
 * Undefined where the selection is not in prose, is no short run of words, or is a term already.
 */
export function extractTerm(spec: SpecDocument, selection: Span): { term: string; changes: TextChange[] } | undefined {
  if (spec.kind !== 'business' || spec.yaml.errors.length > 0 || spec.tree?.kind !== 'map') return undefined;
  const term = spec.text.slice(selection.start, selection.end).trim();
  if (term === '' || term.length > LONGEST || !/^[\p{L}\p{N}][\p{L}\p{N} '’/&-]*$/u.test(term)) return undefined;
  const at = pathAt(spec.tree, selection.start);
  const key = at?.path.findLast((step) => typeof step === 'string');
  if (at?.on !== 'value' || selection.end > at.span.end || key === undefined || !PROSE.has(key)) return undefined;
  const terms = get(spec.tree, 'terms');
  if (items(terms).some((one) => text(get(one, 'term'))?.toLowerCase() === term.toLowerCase())) return undefined;
  const item = { id: idOf(term, new Set(spec.ids.map(({ id }) => id))), term, means: '' };
  const changes = terms ? appendItems(spec.text, terms, [item]) : insertSection(schemaOf(spec), spec.tree, spec.text, 'terms', `terms:\n${renderItem(item, 1).trimEnd()}`);
  return changes && changes.length > 0 ? { term, changes } : undefined;
}

function idOf(term: string, used: ReadonlySet<string>): string {
  const slug = term.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const id = `TERM-${slug === '' ? '1' : slug}`;
  return used.has(id) ? freshId(id, used) : id;
}
