import { hint } from '../prompts/dismiss';
import type { SpecRule } from './rule';

/** What is no thing of the business: parts of tables, and names of columns. */
const TECHNICAL = /^(row|rows|record|records|line|data|entry|entries|item|key|id|ids|table|model)$|_|\b(id|key|uuid|pk)$/i;

/** SPEC054: the grain is one row per something of the business. */
export const grainWords: SpecRule = {
  code: 'SPEC054',
  title: 'Grain that is nothing of the business',
  question: 'Would a stakeholder know what one row is?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer_id] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
  },
  check(spec) {
    const { facts } = spec;
    if (facts?.kind !== 'business') return [];
    return (facts.grain?.oneRowPer ?? []).flatMap(({ value, span }) => {
      if (!TECHNICAL.test(value.trim())) return [];
      return [hint(spec, 'SPEC054', value, { span, message: `"${value}" says nothing to a stakeholder; name the thing that one row stands for, such as customer, order or customer and month.` })];
    });
  },
};
