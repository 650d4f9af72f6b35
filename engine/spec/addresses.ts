import type { Located, Span } from '../text';
import { stagesOf } from './stages';
import type { TechnicalFacts } from './types';

/** One line of a technical spec that a clause is about: `joins/paid`, of which `joins/paid/keys` is a part. */
export interface AddressedLine {
  address: string;
  /** Where it is written. */
  span: Span;
  /** The business ids it names, under `implements` or `covers`. */
  serves: Located<string>[];
}

/** Addresses of the clauses that waivers name, with where each is written and what of the business spec it serves. */
export function clauseAddresses(facts: TechnicalFacts): AddressedLine[] {
  const inputs = (facts.inputs?.items ?? []).map((input) => ({ address: `inputs/${input.as?.value ?? input.name}`, span: input.nameSpan, serves: [] }));
  const staged = stagesOf(facts).flatMap((stage): AddressedLine[] => {
    const prefix = stage === facts.stage ? '' : `steps/${stage.name?.value ?? ''}/`;
    return [
      ...(stage.joins?.items ?? []).map((join) => ({ address: `${prefix}joins/${join.as?.value ?? join.to.value}`, span: join.to.span, serves: join.implements })),
      ...(stage.filters?.items ?? []).flatMap((filter) => (filter.id ? [{ address: `${prefix}filters/${filter.id.value}`, span: filter.id.span, serves: filter.implements }] : [])),
      ...(stage.columns?.items ?? []).map((column) => ({ address: `${prefix}columns/${column.name.value}${column.kind === 'all_from' ? '.*' : ''}`, span: column.name.span, serves: column.implements })),
    ];
  });
  const tests = (facts.tests?.items ?? []).flatMap((test) => (test.id ? [{ address: `tests/${test.id.value}`, span: test.id.span, serves: test.covers }] : []));
  return [...(facts.grain ? [{ address: 'grain', span: facts.grain.span, serves: [] }] : []), ...inputs, ...staged, ...tests];
}
