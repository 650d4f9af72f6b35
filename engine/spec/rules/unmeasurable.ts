import { get, items, text } from '../../yaml/tree';
import { hint } from '../prompts/dismiss';
import type { SpecRule } from './rule';

/** Words by which a sentence can be checked as it stands. */
const CHECKABLE = /\d|\b(equals?|same|no|none|never|every|each|all|only|exactly|at (most|least)|sum|total|count|unique|once|zero|empty|null|between|more than|less than|not more|fewer)\b/i;

/** SPEC052: it can be told whether a correctness line holds. */
export const unmeasurable: SpecRule = {
  code: 'SPEC052',
  title: 'Correctness that nothing measures',
  question: 'Could two people tell in the same way whether this holds?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the monthly ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the figures look right to finance" }\n',
  },
  check(spec) {
    if (spec.kind !== 'business') return [];
    return items(get(spec.tree, 'correct_when')).flatMap((item) => {
      const statement = get(item, 'statement');
      const id = text(get(item, 'id'));
      if (!statement || id === undefined || ['tolerance', 'reference', 'example'].some((key) => get(item, key) !== undefined) || CHECKABLE.test(text(statement) ?? '')) return [];
      return [hint(spec, 'SPEC052', id, { span: statement.span, message: `Nothing tells whether ${id} holds; add a tolerance with its unit, what it is reconciled with, or an example.` })];
    });
  },
};
