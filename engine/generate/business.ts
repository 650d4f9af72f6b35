import { renderEntry, renderItem } from '../spec/render';
import { BUILT_IN } from '../spec/schema';
import type { SpecTemplate } from '../spec/template/types';
import { askedOfItems, statedKind, withAskedSections } from './asked';
import type { RequestDraft } from './fromRequest';

/** What is known when a business spec is started. */
export interface NewBusiness {
  model: string;
  question?: string;
  owner?: string;
  /** ISO date since when the question is asked; left out where absent. */
  today?: string;
  /** What a request leaves open: questions and situations, of which none is answered. */
  draft?: RequestDraft;
  /** What the spec is held against; the built-in template where absent. */
  template?: SpecTemplate;
}

/**
 * A new business spec: the head and each minimal section with its question above it. Only what is given is filled in;
 * an empty value is an error of `check` until a person answers it.
 */
export function newBusinessSpec(input: NewBusiness): string {
  const { draft, template = BUILT_IN } = input;
  const head = [
    ...(draft ? [`# Asked for: ${draft.request}\n`] : []),
    renderEntry('spec', statedKind('business', template), 0),
    renderEntry('model', input.model, 0),
    '# Who stands for the answer?\n',
    renderEntry('owner', input.owner ?? '', 0),
    '# What question are we answering? A question, not a solution.\n',
    renderEntry('question', input.question ?? draft?.question ?? '', 0),
    ...(input.today === undefined ? [] : [renderEntry('asked_on', input.today, 0)]),
  ];
  const cases = draft && draft.edgeCases.length > 0 ? draft.edgeCases : [{ id: 'EC-1', when: '' }];
  const text = [
    ...head,
    POPULATION,
    ...(draft && draft.looked.length > 0 ? [`# Those below are likely by the columns, tests and configuration of ${draft.looked.join(', ')}.\n`] : []),
    `edge_cases:\n${cases.map((item) => renderItem({ ...item, then: '', ...askedOfItems('edge_cases', ['id', 'when', 'then'], template) }, 1)).join('')}`,
    `${CORRECT}${renderItem({ id: 'CW-1', statement: '', ...askedOfItems('correct_when', ['id', 'statement'], template) }, 1)}`,
    ...(draft ? [`# What the request leaves open; take each away with its answer.\nopen_questions:\n${draft.openQuestions.map((item) => renderItem(item, 1)).join('')}`] : []),
  ].join('');
  return withAskedSections('business', text, template);
}

const POPULATION = `# What is one row, in business terms? One row per what?
grain:
  one_row_per: []
# What is in and what is out?
population:
  include: []
  exclude: []
# What could go wrong, and what then? Think of nulls, duplicates, late data, deletes, refunds, time zones, currency,
# unmatched keys, history changes. Where nothing can, write { none_because: "…" }.
`;

const CORRECT = `# What does "correct" look like? A sentence a stakeholder can check, its tolerance with a unit, and what it is reconciled with.
correct_when:
`;
