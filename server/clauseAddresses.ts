import { stagesOf, type TechnicalFacts } from '../engine/spec';
import type { Span } from '../engine/text';

/** Addresses of the clauses that waivers name, with where each is written. */
export function clauseAddresses(facts: TechnicalFacts): { address: string; span: Span }[] {
  const inputs = (facts.inputs?.items ?? []).map((input) => ({ address: `inputs/${input.as?.value ?? input.name}`, span: input.nameSpan }));
  const staged = stagesOf(facts).flatMap((stage) => {
    const prefix = stage === facts.stage ? '' : `steps/${stage.name?.value ?? ''}/`;
    return [
      ...(stage.joins?.items ?? []).map((join) => ({ address: `${prefix}joins/${join.as?.value ?? join.to.value}`, span: join.to.span })),
      ...(stage.filters?.items ?? []).flatMap((filter) => (filter.id ? [{ address: `${prefix}filters/${filter.id.value}`, span: filter.id.span }] : [])),
      ...(stage.columns?.items ?? []).map((column) => ({ address: `${prefix}columns/${column.name.value}${column.kind === 'all_from' ? '.*' : ''}`, span: column.name.span })),
    ];
  });
  const tests = (facts.tests?.items ?? []).flatMap((test) => (test.id ? [{ address: `tests/${test.id.value}`, span: test.id.span }] : []));
  return [...(facts.grain ? [{ address: 'grain', span: facts.grain.span }] : []), ...inputs, ...staged, ...tests];
}
