import type { SpecRule } from './rule';

/** SPEC001: the text is YAML. */
export const yaml: SpecRule = {
  code: 'SPEC001',
  title: 'Not valid YAML',
  question: 'Is it YAML?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\n',
    bad: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders\n',
  },
};
