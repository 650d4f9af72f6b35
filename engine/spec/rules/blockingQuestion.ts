import { get, items, text } from '../../yaml/tree';
import type { SpecRule } from './rule';

/** SPEC033: blocking questions are answered. */
export const blockingQuestion: SpecRule = {
  code: 'SPEC033',
  title: 'Blocking question still open',
  question: 'Is a blocking question still open?',
  severity: 'information',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\nopen_questions:\n  - { id: Q-1, question: "Which key joins refunds?" }\n',
    bad: 'spec: technical/v1\nmodel: example\nopen_questions:\n  - { id: Q-1, question: "Which key joins refunds?", blocking: true }\n',
  },
  check(spec) {
    return items(get(spec.tree, 'open_questions')).flatMap((item) => {
      const blocking = get(item, 'blocking');
      if (blocking?.kind !== 'scalar' || blocking.value !== true) return [];
      return [{ code: 'SPEC033', severity: 'information', span: item.span, message: `Still open, and blocking: ${text(get(item, 'question')) ?? ''}`, fixes: [] }];
    });
  },
};
