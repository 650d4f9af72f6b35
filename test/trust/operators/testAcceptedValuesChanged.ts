import { changeEach } from './changeTests';
import type { TestOperator } from '../types';

/** An accepted_values test accepts one value more. */
export const testAcceptedValuesChanged: TestOperator = {
  kind: 'tests',
  name: 'test-accepted-values-changed',
  names: ['tests'],
  heldOut: false,
  mutate: (tests) =>
    changeEach(
      tests,
      (test) => {
        const values: unknown = test.arguments['values'];
        return test.test === 'accepted_values' && Array.isArray(values) ? { ...test, arguments: { ...test.arguments, values: [...(values as unknown[]), 'anything else'] } } : undefined;
      },
      'accepts a value more',
    ),
};
