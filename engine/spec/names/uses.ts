import { text, type YamlTree } from '../../yaml/tree';
import type { SpecDocument } from '../types';
import { bareSpan, namePart, specUse } from './places';
import { idSymbol, modelNamed } from './symbols';
import { technicalUses } from './technicalUses';
import type { NameContext, NameUse } from './types';

/** Every name of a spec with what it stands for, in the order of the document. Never throws; a broken spec has those that were read. */
export function usesOf(spec: SpecDocument, context: NameContext): NameUse[] {
  if (spec.tree?.kind !== 'map') return [];
  const found = spec.facts?.kind === 'technical' ? technicalUses(spec, spec.facts, context) : spec.kind === 'business' ? businessUses(spec, spec.tree, context) : [];
  // What an anchor is repeated by stands once in the text.
  const seen = new Set<string>();
  const once = found.filter((use) => {
    const key = `${use.span.start}:${use.span.end}:${use.symbol?.key ?? ''}`;
    return use.span.end > use.span.start && !seen.has(key) && seen.add(key) !== undefined;
  });
  return once.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** Uses whose word an offset touches. */
export function usesAt(uses: readonly NameUse[], offset: number): NameUse[] {
  return uses.filter(({ span }) => span.start <= offset && offset <= span.end);
}

function businessUses(spec: SpecDocument, tree: YamlTree, context: NameContext): NameUse[] {
  const uses: NameUse[] = spec.ids.map(({ id, span }): NameUse => ({ kind: 'id', span: bareSpan(spec.text, span), symbol: idSymbol(spec.path, id), defines: true, certain: true }));
  if (tree.kind !== 'map') return uses;
  for (const { key, value } of tree.entries) {
    const written = text(value);
    if (written === undefined || spec.text[value.span.start] === '*') continue;
    const span = bareSpan(spec.text, value.span);
    if (key === 'model') uses.push({ kind: 'model', span: namePart(span, written), symbol: modelNamed(context, written), defines: false, certain: true });
    if (key === 'superseded_by') uses.push(specUse(spec, span, written, context));
  }
  return uses;
}
