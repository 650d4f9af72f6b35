import { freshId } from '../ids';
import { dataQuestions } from '../prompts/dataQuestions';
import { hint, itemFix } from '../prompts/dismiss';
import type { SpecRule } from './rule';

/** Keys that say nothing of what is decided. */
const APART = new Set(['model', 'dismissed', 'approvals']);

/** What a spec says, in one text to look words up in. */
function saidIn(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(data).filter(([key]) => !APART.has(key)));
}

const REST = 'grain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-1, when: "a customer has no order", then: "the customer is kept with 0" }\n';
const TECHNICAL = 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\nfrom: orders\n';

/** SPEC056: what the data makes likely was thought of. */
export const undecidedData: SpecRule = {
  code: 'SPEC056',
  title: 'Case in the data that nobody has decided',
  question: 'Have you decided what happens when the data does this?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: `spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer order?\n${REST}  - { id: EC-deleted, when: "an order is deleted in the shop", then: "it does not count" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n`,
    bad: `spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer order?\n${REST}correct_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n`,
    beside: {
      'specs/example.technical.spec.yml': TECHNICAL,
      'models/orders.sql': 'select 1 as order_id, false as is_deleted',
      'models/orders.yml': 'models:\n  - name: orders\n    columns:\n      - name: order_id\n      - name: is_deleted\n',
    },
  },
  check(spec, { specs, project }) {
    const { facts } = spec;
    if (facts?.kind !== 'business' || !project) return [];
    const questions = dataQuestions(spec, facts, specs, project);
    if (questions.length === 0) return [];
    const said = saidIn(facts.data);
    const span = facts.question?.span ?? facts.model?.span ?? { start: 0, end: 1 };
    return questions.filter(({ settled }) => !settled.test(said)).map(({ kind, about, when }) => {
      const edgeCase = (): Record<string, unknown> => {
        const [id, used] = [`EC-${kind}`, new Set(spec.ids.map((one) => one.id))];
        return { id: used.has(id) ? freshId(id, used) : id, when, then: '' };
      };
      return hint(spec, 'SPEC056', about, { span, message: `Have you decided what happens when ${when}?` }, () => itemFix(spec, 'edge_cases', edgeCase(), 'Add it as an edge case'));
    });
  },
};
