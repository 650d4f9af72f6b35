import type { SpecRule } from './rule';

/** SPEC030: a sentence with a comma is quoted. */
export const splitSentence: SpecRule = {
  code: 'SPEC030',
  title: 'Sentence split by a comma',
  question: 'Is a sentence with a comma quoted?',
  severity: 'error',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: a customer has no order, and no payment, then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
  },
};
