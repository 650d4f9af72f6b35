import { renderSpec } from '../spec/render';

/**
 * A new business spec: every minimal section, empty where only a person knows the answer. Nothing is invented; what is
 * empty is an error until it is answered.
 */
export function newBusinessSpec(input: { model: string; question?: string; owner?: string; today?: string }): string {
  const body = renderSpec('business', { spec: 'business/v1', model: input.model, owner: input.owner ?? '', question: input.question ?? '', ...(input.today === undefined ? {} : { asked_on: input.today }) });
  return `${body}${TEMPLATE}`;
}

const TEMPLATE = `# What is one row? One row per what, in business terms.
grain:
  one_row_per: []
# What is in and what is out?
population:
  include: []
  exclude: []
# What could go wrong, and what then? Think of: nulls, duplicates, late data, deletes, refunds, time zones, currency,
# unmatched keys, history changes. Where there is none, write { none_because: "…" }.
edge_cases:
  - { id: EC-1, when: "", then: "" }
# What does "correct" look like? A sentence a stakeholder can check, a tolerance with its unit, what it is reconciled with.
correct_when:
  - { id: CW-1, statement: "" }
`;
