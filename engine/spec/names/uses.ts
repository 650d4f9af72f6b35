import { text, type YamlTree } from '../../yaml/tree';
import type { SpecDocument } from '../types';
import { sharing } from './lookups';
import { bareSpan, namePart, specUse } from './places';
import { idSymbol, modelNamed } from './symbols';
import { technicalUses } from './technicalUses';
import type { NameContext, NameUse } from './types';

/** Every name of a spec with what it stands for, in the order of the document. Never throws; a broken spec has those that were read. */
export function usesOf(spec: SpecDocument, given: NameContext): NameUse[] {
  if (spec.tree?.kind !== 'map') return [];
  const context = sharing(given);
  const found = spec.facts?.kind === 'technical' ? technicalUses(spec, spec.facts, context) : spec.kind === 'business' ? businessUses(spec, spec.tree, context) : [];
  const sorted = found.filter(({ span }) => span.end > span.start).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  // What an anchor is repeated by stands once in the text.
  return sorted.filter((use, index) => !repeats(use, sorted, index));
}

function repeats(use: NameUse, sorted: readonly NameUse[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const before = sorted[at];
    if (!before || before.span.start !== use.span.start || before.span.end !== use.span.end) return false;
    if (before.symbol?.key === use.symbol?.key) return true;
  }
  return false;
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
