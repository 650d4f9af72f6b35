import { changeEach } from './changeTests';
import type { TestOperator } from '../types';

/** A data test looks at some rows only. */
export const testWhereAdded: TestOperator = {
  kind: 'tests',
  name: 'test-where-added',
  names: ['tests', 'grain'],
  heldOut: true,
  mutate: (tests) => changeEach(tests, (test) => ({ ...test, where: test.where ? `(${test.where}) and ${test.column ?? '1'} is not null and 1 = 0` : '1 = 0' }), 'looks at no rows'),
};
