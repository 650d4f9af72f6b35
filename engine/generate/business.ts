import { renderEntry } from '../spec/render';

/** What is known when a business spec is started. */
export interface NewBusiness {
  model: string;
  question?: string;
  owner?: string;
  /** ISO date since when the question is asked; left out where absent. */
  today?: string;
}

/**
 * A new business spec: the head and each minimal section with its question above it. Only what is given is filled in;
 * an empty value is an error of `check` until a person answers it.
 */
export function newBusinessSpec(input: NewBusiness): string {
  const head = [
    renderEntry('spec', 'business/v1', 0),
    renderEntry('model', input.model, 0),
    '# Who stands for the answer?\n',
    renderEntry('owner', input.owner ?? '', 0),
    '# What question are we answering? A question, not a solution.\n',
    renderEntry('question', input.question ?? '', 0),
    ...(input.today === undefined ? [] : [renderEntry('asked_on', input.today, 0)]),
  ];
  return head.join('') + SECTIONS;
}

const SECTIONS = `# What is one row, in business terms? One row per what?
grain:
  one_row_per: []
# What is in and what is out?
population:
  include: []
  exclude: []
# What could go wrong, and what then? Think of nulls, duplicates, late data, deletes, refunds, time zones, currency,
# unmatched keys, history changes. Where nothing can, write { none_because: "…" }.
edge_cases:
  - { id: EC-1, when: "", then: "" }
# What does "correct" look like? A sentence a stakeholder can check, its tolerance with a unit, and what it is reconciled with.
correct_when:
  - { id: CW-1, statement: "" }
`;
