import type { SpecRule } from './rule';

/** SPEC013: a word is one of the choices. */
export const choice: SpecRule = {
  code: 'SPEC013',
  title: 'Word that is no choice',
  question: 'Is the word one of the choices?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\n  - { ref: lines }\nfrom: orders\njoins:\n  - { to: lines, type: left, keys: [order_id] }\n',
    bad: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\n  - { ref: lines }\nfrom: orders\njoins:\n  - { to: lines, type: lft, keys: [order_id] }\n',
  },
};
