import { hint } from '../prompts/dismiss';
import { readingOf } from '../prompts/reading';
import type { SpecRule } from './rule';

/** Longer specs are approved unread. */
const MOST_MINUTES = 5;
const SENTENCE = 'every order that was paid by card in one of the shops of the region counts once for the day on which it was paid';

/** SPEC057: a stakeholder can read the spec in five minutes. */
export const readingTime: SpecRule = {
  code: 'SPEC057',
  title: 'Longer than five minutes to read',
  question: 'Will it be read before it is approved?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: `spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nrules:\n${Array.from({ length: 48 }, (_, index) => `  - { id: R-${index + 1}, statement: "${SENTENCE}" }\n`).join('')}edge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n`,
  },
  check(spec) {
    const { facts } = spec;
    if (facts?.kind !== 'business') return [];
    const { words, minutes, sections } = readingOf(spec);
    const [longest] = sections;
    if (minutes <= MOST_MINUTES || !longest) return [];
    return [hint(spec, 'SPEC057', 'length', { span: facts.question?.span ?? facts.model?.span ?? { start: 0, end: 1 }, message: `This takes ${minutes} minutes to read (${words} words); \`${longest.section}\` alone has ${longest.words}. Cut what decides nothing, or give a part of the question a spec of its own.` })];
  },
};
