import type { SpecRule } from './rule';

/** SPEC005: the file can be read. */
export const unreadable: SpecRule = {
  code: 'SPEC005',
  title: 'File that cannot be read',
  question: 'Can the file be read?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: '',
  },
};
