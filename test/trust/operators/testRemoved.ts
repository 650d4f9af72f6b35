import type { TestOperator } from '../types';

/** A data test is gone. */
export const testRemoved: TestOperator = {
  kind: 'tests',
  name: 'test-removed',
  names: ['tests', 'grain'],
  heldOut: false,
  mutate: (tests) => tests.map((test, touched) => ({ tests: tests.filter((_, index) => index !== touched), touched, note: `${test.test} test of ${test.column ?? 'the model'} removed` })),
};
