import type { SpecRule } from './rule';

const TEMPLATE = 'business:\n  properties:\n    edge_cases:\n      items:\n        properties:\n          impact: { title: "How bad is it?", type: string, enum: [low, severe] }\nmigrations:\n  - { kind: business, to: 2, says: "the impact of edge cases is named as in the risk register", steps: [{ rename: "edge_cases[].severity", to: impact }] }\n';

/** SPEC018: a spec is written for the version that its template has. */
export const outdated: SpecRule = {
  code: 'SPEC018',
  title: 'Written for another version of the template',
  question: 'Is it written for the version that the template has?',
  severity: 'error',
  example: {
    kind: 'business',
    good: 'spec: business/v2\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0", impact: low }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0", severity: low }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    beside: { 'specline.yml': TEMPLATE },
  },
};
