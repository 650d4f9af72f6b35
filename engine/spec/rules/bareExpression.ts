import type { SpecRule } from './rule';

/** SPEC031: an expression is text. */
export const bareExpression: SpecRule = {
  code: 'SPEC031',
  title: 'Bare number, true or null as an expression',
  question: 'Is the expression text?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: one, expression: "1" }\n',
    bad: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: one, expression: 1 }\n',
  },
};
