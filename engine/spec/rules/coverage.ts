import { businessOf } from '../implementsOf';
import type { SpecRule } from './rule';

const COVERED: readonly string[] = ['edge_cases', 'correct_when'];

/** SPEC027: each edge case and correctness line is covered by a test, or waived. */
export const coverage: SpecRule = {
  code: 'SPEC027',
  title: 'Edge case or correctness line without a test',
  question: 'Is every edge case and correctness line covered?',
  severity: 'warning',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\nimplements:\n  - { business: example.business.spec.yml }\ntests:\n  - { id: T-none, test: unit, covers: [EC-none] }\n  - { id: T-ledger, test: reconciliation, covers: [CW-ledger] }\n',
    bad: 'spec: technical/v1\nmodel: example\nimplements:\n  - { business: example.business.spec.yml }\ntests:\n  - { id: T-none, test: unit, covers: [EC-none] }\n',
    beside: { 'specs/example.business.spec.yml': 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n' },
  },
  check(spec, { specs }) {
    const { facts } = spec;
    if (facts?.kind !== 'technical') return [];
    const covered = new Set((facts.tests?.items ?? []).flatMap((test) => test.covers.map((id) => id.value.replace(/^.*#/, ''))));
    const waived = new Set(facts.waivers.map((waiver) => waiver.clause.value.replace(/^.*#/, '')));
    const span = facts.tests?.keySpan ?? facts.model?.span ?? { start: 0, end: 1 };
    const own = businessOf(spec, facts, specs).filter((business) => business.own);
    return own.flatMap((business) => business.facts.items.flatMap((item) => {
      const id = item.id?.value;
      if (id === undefined || !COVERED.includes(item.section) || covered.has(id) || waived.has(id)) return [];
      return [{ code: 'SPEC027', severity: 'warning', span, message: `No test covers ${id} (${item.text}); add one with \`covers\`, or waive it with a reason.`, related: [{ file: business.path, span: item.span, message: item.text }], fixes: [] }];
    }));
  },
};
