import type { SpecRule } from './rule';

/** SPEC002: a key stands once. */
export const duplicateKey: SpecRule = {
  code: 'SPEC002',
  title: 'Key written twice',
  question: 'Does each key stand once?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ngrain: [id]\n',
    bad: 'spec: technical/v1\nmodel: example\ngrain: [id]\ngrain: [day]\n',
  },
};
