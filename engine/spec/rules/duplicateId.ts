import { freshId } from '../ids';
import type { SpecRule } from './rule';

/** SPEC026: an id is used once in a spec. */
export const duplicateId: SpecRule = {
  code: 'SPEC026',
  title: 'Id used twice',
  question: 'Is the id used once?',
  severity: 'error',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: EC-none, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
  },
  check(spec) {
    const ids = new Set(spec.ids.map(({ id }) => id));
    if (ids.size === spec.ids.length) return [];
    const seen = new Set<string>();
    // What an alias repeats is written once.
    const places = [...new Map(spec.ids.map((fact) => [fact.span.start, fact])).values()];
    return places.flatMap(({ id, span }) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      const fresh = freshId(id, ids);
      ids.add(fresh);
      return [{ code: 'SPEC026', severity: 'error', span, message: `The id ${id} is used twice in this spec; ids are never reused.`, fixes: [{ title: `Renumber to ${fresh}`, preferred: true, changes: [{ span, text: fresh }] }] }];
    });
  },
};
