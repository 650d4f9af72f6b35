import type { SpecRule } from './rule';

/** SPEC012: keys are those of the template. */
export const unknownKey: SpecRule = {
  code: 'SPEC012',
  title: 'Key that the template does not have',
  question: 'Is every key one of the template?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\n',
    bad: 'spec: technical/v1\nmodel: example\ninptus:\n  - { ref: orders }\n',
  },
};
