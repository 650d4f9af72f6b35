import { get, items, text } from '../../yaml/tree';
import { hint } from '../prompts/dismiss';
import type { SpecRule } from './rule';

/** Words for what comes in several units, and which. */
const NEEDS: readonly [RegExp, string][] = [
  [/\b(amounts?|revenues?|prices?|costs?|sales|spend(ing)?|paid|payments?|turnover|margins?|profits?|discounts?|refunds?)\b/i, 'a currency'],
  [/\b(durations?|time (to|between|until)|waiting time|latency|age|lead time)\b/i, 'minutes, hours or days'],
  [/\b(weights?|distances?|volumes?)\b/i, 'the unit it is measured in'],
  [/\b(rates?|shares?|ratios?|percentages?)\b/i, 'percent or a share between 0 and 1'],
];
/** Counted things have the unit of what is counted. */
const COUNTED = /\b(numbers? of|count of|how many)\b/i;
/** Units that leave the unit open. */
const OPEN = /^(amount|money|currency|local currency|number|value|time|rate|ratio|unit|units|mixed|various)$/i;

/** SPEC053: a measure has one unit. */
export const unclearUnit: SpecRule = {
  code: 'SPEC053',
  title: 'Measure without a clear unit',
  question: 'In which unit is it?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nmeasures:\n  - { id: M-1, name: "paid", means: "sum of the amounts paid", unit: "EUR" }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nmeasures:\n  - { id: M-1, name: "paid", means: "sum of the amounts paid", unit: "money" }\nedge_cases: { none_because: "a fixed list" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
  },
  check(spec) {
    if (spec.kind !== 'business') return [];
    return items(get(spec.tree, 'measures')).flatMap((item) => {
      const [id, unit, means] = [text(get(item, 'id')), get(item, 'unit'), get(item, 'means')];
      const written = text(unit)?.trim();
      if (id === undefined || (written !== undefined && !OPEN.test(written))) return [];
      const words = `${text(get(item, 'name')) ?? ''} ${text(means) ?? ''}`;
      const [, choice] = COUNTED.test(words) ? [] : (NEEDS.find(([pattern]) => pattern.test(words)) ?? []);
      if (written !== undefined) return [hint(spec, 'SPEC053', id, { span: (unit ?? item).span, message: `"${written}" is no unit${choice === undefined ? '' : `; ${id} needs ${choice}`}.` })];
      return choice === undefined ? [] : [hint(spec, 'SPEC053', id, { span: (means ?? item).span, message: `${id} has no unit; it needs ${choice}.` })];
    });
  },
};
