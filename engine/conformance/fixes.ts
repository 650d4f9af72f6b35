import { lineStarts, rangeOf } from '../text';
import { insertSection, lineEnd } from '../spec/edits';
import { renderEntry } from '../spec/render';
import type { Judging, RawFinding } from './rules/rule';
import type { Fix } from './types';

/** Quick fix that adds what the model does to the spec as an open question, so that a person decides about it. */
export function fixOf(judging: Judging, suggestion: NonNullable<RawFinding['suggestion']>): Fix[] {
  const { spec } = judging;
  if (spec.kind !== 'technical' || spec.tree?.kind !== 'map') return [];
  const what = Object.values(suggestion.item).map(String).join(' ');
  const used = new Set(spec.ids.map(({ id }) => id));
  let number = 1;
  while (used.has(`Q-${number}`)) number++;
  const question = { id: `Q-${number}`, question: `The model has ${suggestion.section}: ${what}. Is that wanted?` };
  const entry = spec.tree.entries.find((e) => e.key === 'open_questions');
  const starts = lineStarts(spec.text);
  const end = lineEnd(spec.text);
  const body = renderEntry('open_questions', [question], 0);
  if (!entry) {
    const edits = insertSection('technical', spec.tree, spec.text, 'open_questions', body.trimEnd());
    return [{ title: 'Ask about it in the spec', file: spec.path, edits: edits.map((e) => ({ range: rangeOf(starts, e.span), newText: e.text })) }];
  }
  if (entry.value.kind !== 'seq' || spec.text[entry.value.span.start] === '[') return [];
  const last = entry.value.items[entry.value.items.length - 1];
  if (!last) return [];
  const at = spec.text.indexOf('\n', last.span.end - 1);
  const position = at < 0 ? spec.text.length : at;
  const line = spec.text.slice(spec.text.lastIndexOf('\n', entry.value.span.start) + 1, entry.value.span.start);
  const item = body.split('\n').slice(1).filter((l) => l !== '').map((l) => line.replace(/\S.*$/, '') + l.trim()).join(end);
  return [{ title: 'Ask about it in the spec', file: spec.path, edits: [{ range: rangeOf(starts, { start: position, end: position }), newText: end + item }] }];
}
