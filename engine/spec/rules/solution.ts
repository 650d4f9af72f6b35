import { hint } from '../prompts/dismiss';
import type { SpecRule } from './rule';

/** Orders, and things to build: what is wanted instead of what is asked. */
const ORDER = /^\s*(please\s+)?(build|create|make|add|provide|deliver|implement|write|generate|prepare|set up|show|give|produce|develop|join|aggregate|we (need|want|would like)|i (need|want)|(a|the) (new )?(dashboard|report|table|model|view|pipeline|dataset|extract)\b)/i;

/** SPEC055: the question is a question. */
export const solution: SpecRule = {
  code: 'SPEC055',
  title: 'Question that is a solution',
  question: 'Is it asked what somebody wants to know?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: Build a table of payments by customer\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
  },
  check(spec) {
    const { facts } = spec;
    const question = facts?.kind === 'business' ? facts.question : undefined;
    if (!question || !ORDER.test(question.value)) return [];
    return [hint(spec, 'SPEC055', 'question', { span: question.span, message: 'This says what to build; write what somebody wants to know, as a question, and leave the building to the technical spec.' })];
  },
};
