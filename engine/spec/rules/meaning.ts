import { get } from '../../yaml/tree';
import { insertKey } from '../edits';
import { resolvePath } from '../implementsOf';
import { meaningOf } from '../meaning';
import type { SpecProblem } from '../types';
import type { SpecRule } from './rule';

/** SPEC028: the meaning of each business spec is recorded and current. */
export const meaning: SpecRule = {
  code: 'SPEC028',
  title: 'Meaning that changed, or is not recorded',
  question: 'Is the meaning current?',
  severity: 'warning',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: 'spec: technical/v1\nmodel: example\nimplements:\n  - { business: example.business.spec.yml, meaning: "m1:sha256:0000000000000000000000000000000000000000000000000000000000000000" }\n',
    beside: { 'specs/example.business.spec.yml': 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n' },
  },
  check(spec, { specs }) {
    if (spec.facts?.kind !== 'technical') return [];
    const items = get(spec.tree, 'implements');
    return spec.facts.implements.flatMap(({ business, meaning, span }): SpecProblem[] => {
      const path = resolvePath(spec.path, business.value);
      const other = specs.find((candidate) => candidate.kind === 'business' && candidate.path === path);
      const current = other && meaningOf(other);
      if (current === undefined || meaning?.value === current) return [];
      if (meaning) {
        const fixes = [{ title: 'Accept the current meaning', preferred: false, changes: [{ span: meaning.span, text: JSON.stringify(current) }] }];
        return [{ code: 'SPEC028', severity: 'warning', span: meaning.span, message: `${business.value} has changed its meaning since this spec was written; check what changed, then accept it.`, fixes }];
      }
      const item = items?.kind === 'seq' ? items.items.find((one) => one.span.start === span.start) : items;
      const fixes = [{ title: 'Record the current meaning', preferred: true, changes: item ? insertKey(item, spec.text, 'meaning', JSON.stringify(current), ['business', 'meaning']) : [] }];
      return [{ code: 'SPEC028', severity: 'information', span: business.span, message: `The meaning of ${business.value} is not recorded, so a later change of it would go unnoticed.`, fixes }];
    });
  },
};
