import type { SpecRule } from './rule';

/** SPEC003: indentation is spaces. */
export const tabs: SpecRule = {
  code: 'SPEC003',
  title: 'Tab in the indentation',
  question: 'Is it indented with spaces?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - ref: orders\n',
    bad: 'spec: technical/v1\nmodel: example\ninputs:\n\t- ref: orders\n',
  },
};
