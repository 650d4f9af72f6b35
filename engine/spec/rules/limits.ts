import type { SpecRule } from './rule';

/** SPEC004: a document stays within what is read: size, depth, aliases. */
export const limits: SpecRule = {
  code: 'SPEC004',
  title: 'Too large or too deep to read',
  question: 'Is it small and plain enough to read?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\nnotes: short\n',
    bad: 'spec: technical/v1\nmodel: example\nnotes: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n',
  },
};
