import { appendItems } from '../spec/appendItems';
import { insertSection } from '../spec/edits';
import { nextId } from '../spec/ids';
import { renderItem } from '../spec/render';
import { schemaOf } from '../spec/schema';
import type { SpecDocument } from '../spec/types';
import { lineStarts, rangeOf, type TextChange } from '../text';
import { get, items, text as textOf } from '../yaml/tree';
import type { Fix } from './types';

/**
 * The fix that asks about unspecced logic in the spec itself: an open question with the finding's words, added in the
 * document's own style. Undefined where the spec asks already, or is written so that nothing can be added to it.
 */
export function askFix(spec: SpecDocument, message: string): Fix | undefined {
  const { tree, text, yaml } = spec;
  if (spec.kind !== 'technical' || tree?.kind !== 'map' || yaml.errors.length > 0) return undefined;
  const question = `${message} Is that wanted, and who decided it?`;
  const list = get(tree, 'open_questions');
  if (items(list).some((item) => textOf(get(item, 'question')) === question)) return undefined;
  const item = { id: nextId('Q', new Set(spec.ids.map(({ id }) => id))), question };
  const changes = list ? appendItems(text, list, [item]) : sectionOf(spec, item);
  if (!changes || changes.length === 0) return undefined;
  const starts = lineStarts(text);
  return { title: 'Ask about it in the spec, as an open question', file: spec.path, edits: changes.map(({ span, text: newText }) => ({ range: rangeOf(starts, span), newText })) };
}

/** A root in braces has no lines that a section could be put between. */
function sectionOf(spec: SpecDocument, item: Readonly<Record<string, unknown>>): TextChange[] | undefined {
  const { tree, text } = spec;
  if (!tree || text[tree.span.start] === '{') return undefined;
  return insertSection(schemaOf(spec), tree, text, 'open_questions', `open_questions:\n${renderItem(item, 1).trimEnd()}`);
}
