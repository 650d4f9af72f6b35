import type { SpecRule } from './rule';

/** SPEC015: an item has the keys it needs. */
export const missingKey: SpecRule = {
  code: 'SPEC015',
  title: 'Item without a key it needs',
  question: 'Is every key of an item there?',
  severity: 'error',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
  },
};
