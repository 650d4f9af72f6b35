import type { Located } from '../../text';
import { businessOf } from '../implementsOf';
import { stagesOf } from '../stages';
import type { StageFact } from '../types';
import { named, type SpecRule } from './rule';

/** SPEC025: ids that are implemented and covered exist. */
export const unknownId: SpecRule = {
  code: 'SPEC025',
  title: 'Id that does not exist',
  question: 'Does the id exist?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\nimplements:\n  - { business: example.business.spec.yml }\ntests:\n  - { id: T-none, test: unit, covers: [EC-none] }\n',
    bad: 'spec: technical/v1\nmodel: example\nimplements:\n  - { business: example.business.spec.yml }\ntests:\n  - { id: T-none, test: unit, covers: [EC-nobody] }\n',
    beside: { 'specs/example.business.spec.yml': 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n' },
  },
  check(spec, { specs }) {
    const { facts } = spec;
    if (facts?.kind !== 'technical') return [];
    const business = businessOf(spec, facts, specs);
    if (business.length === 0) return [];
    const ids = business.flatMap((other) => other.facts.items).flatMap((item) => item.id?.value ?? []);
    const used = [...stagesOf(facts).flatMap(implementsIn), ...(facts.tests?.items ?? []).flatMap((test) => test.covers)];
    return used.flatMap((id) => {
      const short = id.value.includes('#') ? id.value.slice(id.value.indexOf('#') + 1) : id.value;
      return ids.includes(short) ? [] : [named('SPEC025', id, ids, `No implemented business spec has the id ${id.value}.`)];
    });
  },
};

function implementsIn(stage: StageFact): Located<string>[] {
  return [...(stage.joins?.items ?? []), ...(stage.filters?.items ?? []), ...(stage.columns?.items ?? [])].flatMap((item) => item.implements);
}
