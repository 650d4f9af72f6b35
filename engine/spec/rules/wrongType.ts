import type { SpecRule } from './rule';

/** SPEC014: a value has the type its key needs. */
export const wrongType: SpecRule = {
  code: 'SPEC014',
  title: 'Value of the wrong type',
  question: 'Is the value of the right type?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ngrain: [id]\n',
    bad: 'spec: technical/v1\nmodel: example\ngrain: id\n',
  },
};
