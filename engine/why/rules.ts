import type { ServedRule } from '../conformance/types';
import { meaningOf, type ImplementedSpec, type SpecDocument } from '../spec';
import { lineStarts, rangeOf, type Located } from '../text';

export type BusinessRule = ServedRule;
export type Approval = ServedRule['approvals'][number];

/** The business rules behind a line of a technical spec, by the ids it names; of the grain, what one row is in business terms. */
export function rulesServed(address: string, ids: readonly Located<string>[], business: readonly ImplementedSpec[], specs: readonly SpecDocument[]): BusinessRule[] {
  const document = (path: string): SpecDocument | undefined => specs.find((spec) => spec.path === path);
  if (address === 'grain') {
    return business.filter(({ own }) => own).flatMap(({ path, facts }) => {
      const [grain, spec] = [facts.grain, document(path)];
      return grain && spec ? [{ id: 'grain', sentence: `one row per ${grain.oneRowPer.map(({ value }) => value).join(' and ')}`, file: path, range: rangeOf(lineStarts(spec.text), grain.span), approvals: approvalsOf(spec) }] : [];
    });
  }
  return ids.map(({ value }) => {
    const [, model, id = value] = /^(?:(.+)#)?(.+)$/.exec(value) ?? [];
    for (const { path, facts } of business) {
      const item = model === undefined || facts.model?.value === model ? facts.items.find((candidate) => candidate.id?.value === id) : undefined;
      const spec = item && document(path);
      if (item && spec) return { id: value, sentence: item.text, file: path, range: rangeOf(lineStarts(spec.text), item.id?.span ?? item.span), approvals: approvalsOf(spec) };
    }
    return { id: value, sentence: null, file: null, range: null, approvals: [] };
  });
}

/** Who validated a business spec and when, as it says itself. */
export function approvalsOf(spec: SpecDocument): Approval[] {
  const written = spec.facts?.kind === 'business' ? spec.facts.data['approvals'] : undefined;
  const meaning = meaningOf(spec);
  return (Array.isArray(written) ? written : []).flatMap((item: unknown): Approval[] => {
    const { by, date, meaning: approved } = (item ?? {}) as Record<string, unknown>;
    if (typeof by !== 'string' || typeof date !== 'string') return [];
    return [{ by, date, ...(typeof approved === 'string' ? { current: approved === meaning } : {}) }];
  });
}
