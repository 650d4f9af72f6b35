import type { SpecRule } from './rule';

/** SPEC006: the file is UTF-8. */
export const encoding: SpecRule = {
  code: 'SPEC006',
  title: 'Not UTF-8',
  question: 'Is it UTF-8?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: '',
  },
};
