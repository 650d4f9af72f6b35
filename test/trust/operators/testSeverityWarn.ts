import { changeEach } from './changeTests';
import type { TestOperator } from '../types';

/** A data test only warns. */
export const testSeverityWarn: TestOperator = {
  kind: 'tests',
  name: 'test-severity-warn',
  names: ['tests', 'grain'],
  heldOut: false,
  mutate: (tests) => changeEach(tests, (test) => (test.severity?.toLowerCase() === 'warn' ? undefined : { ...test, severity: 'warn' }), 'only warns'),
};
