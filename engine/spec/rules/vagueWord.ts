import { hint } from '../prompts/dismiss';
import { sentencesIn, wordSpan } from '../prompts/sentences';
import type { SpecRule } from './rule';

/** Words that two readers decide in two ways, and what to ask instead. */
const VAGUE: readonly [RegExp, string][] = [
  [/\b(appropriate(ly)?|proper(ly)?|suitabl[ey]|correctly|adequate(ly)?|reasonabl[ey]|meaningful(ly)?|sensibl[ey])\b/i, 'by which rule?'],
  [/\b(as needed|as required|if necessary|where applicable|when relevant|as usual)\b/i, 'when exactly?'],
  [/\b(etc\.?|and so on|and the like|among others)(?=\W|$)/i, 'which ones?'],
  [/\b(recent(ly)?|soon|timely|up[- ]to[- ]date|in a while|near[- ]real[- ]time)\b/i, 'within how many minutes, hours or days?'],
  [/\b(roughly|approximately|about the same|more or less|almost|nearly|close enough)\b/i, 'within which tolerance?'],
  [/\b(usually|normally|generally|typically|often|mostly|in most cases)\b/i, 'and what holds in the other cases?'],
  [/\b(significant(ly)?|substantial(ly)?|considerabl[ey]|very (large|small|high|low))\b/i, 'from which number on?'],
  [/\b(tbd|to be (decided|defined|determined|confirmed)|todo|handle (it|this|them)|deal with (it|this|them))\b/i, 'what is decided?'],
];

/** Most sentences have none of them, which one look tells. */
const ANY = new RegExp(VAGUE.map(([pattern]) => pattern.source).join('|'), 'i');

/** SPEC050: no word leaves a decision to the reader. */
export const vagueWord: SpecRule = {
  code: 'SPEC050',
  title: 'Word that leaves the decision to the reader',
  question: 'Would two readers build the same from this sentence?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-1, when: "an order is cancelled", then: "its payments count as 0" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much did each customer pay?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-1, when: "an order is cancelled", then: "it is handled appropriately" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
  },
  check(spec) {
    if (spec.kind !== 'business') return [];
    return sentencesIn(spec).filter(({ text }) => ANY.test(text)).flatMap((sentence) => VAGUE.flatMap(([pattern, ask]) => {
      const word = pattern.exec(sentence.text)?.[0];
      if (word === undefined) return [];
      return [hint(spec, 'SPEC050', `${sentence.id ?? sentence.section}: ${word.toLowerCase()}`, { span: wordSpan(spec.text, sentence, word), message: `"${word}" leaves the decision to the reader: ${ask}` })];
    }));
  },
};
