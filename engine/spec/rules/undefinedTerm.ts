import { get, items, text } from '../../yaml/tree';
import { hint, itemFix } from '../prompts/dismiss';
import { sentencesIn, wordSpan } from '../prompts/sentences';
import { stemOf, termsIn } from '../prompts/terms';
import { nextId } from '../ids';
import type { SpecDocument } from '../types';
import type { SpecRule } from './rule';

/** SPEC051: terms that companies define differently are defined. */
export const undefinedTerm: SpecRule = {
  code: 'SPEC051',
  title: 'Term that is not defined',
  question: 'Is it said what this word means here?',
  severity: 'hint',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: growth\nquestion: How many customers churned in each month?\ngrain: { one_row_per: [month] }\nterms:\n  - { id: T-churn, term: "churn", means: "no order for 90 days after the last one" }\nedge_cases:\n  - { id: EC-1, when: "a customer orders again after 100 days", then: "the customer has churned and is new again" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: growth\nquestion: How many customers churned in each month?\ngrain: { one_row_per: [month] }\nedge_cases:\n  - { id: EC-1, when: "a customer orders again after 100 days", then: "the customer has churned and is new again" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n',
  },
  check(spec) {
    if (spec.kind !== 'business') return [];
    const defined = definedIn(spec);
    const seen = new Set<string>();
    return sentencesIn(spec).filter(({ section }) => section !== 'terms').flatMap((sentence) => termsIn(sentence.text).flatMap((word) => {
      const stem = stemOf(word);
      // Told once, where it first stands.
      if (seen.has(stem) || defined.some((known) => known.includes(stem) || stem.includes(known))) return [];
      seen.add(stem);
      const term = (): Record<string, unknown> => ({ id: nextId('TERM', new Set(spec.ids.map(({ id }) => id))), term: word.toLowerCase(), means: '' });
      return [hint(spec, 'SPEC051', word.toLowerCase(), { span: wordSpan(spec.text, sentence, word), message: `"${word}" means something else in every company; say under \`terms\` what it means here.` }, () => itemFix(spec, 'terms', term(), `Define "${word.toLowerCase()}" under terms`))];
    }));
  },
};

/** Terms and measures that the spec explains, as stems. */
function definedIn({ tree }: SpecDocument): string[] {
  const named = [...items(get(tree, 'terms')).map((item) => text(get(item, 'term'))), ...items(get(tree, 'measures')).map((item) => text(get(item, 'name')))];
  return named.flatMap((name) => (name === undefined || name.trim() === '' ? [] : [stemOf(name)]));
}
