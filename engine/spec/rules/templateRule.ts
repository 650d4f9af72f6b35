import type { SpecRule } from './rule';

/** SPEC016: what an organisation's template says of how keys go together is kept to. */
export const templateRule: SpecRule = {
  code: 'SPEC016',
  title: 'Rule of the organisation’s template broken',
  question: 'Does it keep to the rules of the organisation’s template?',
  severity: 'error',
  example: {
    kind: 'business',
    beside: { 'specline.yml': 'business:\n  allOf:\n    - if: { required: [late_data] }\n      then:\n        required: [freshness]\n        x-message: What is said of late data says how fresh the rest is.\n' },
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\nfreshness: "yesterday, by 8:00"\nlate_data: { accepted_for: "3 days", then: "they count in the next month" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\nlate_data: { accepted_for: "3 days", then: "they count in the next month" }\n',
  },
};
