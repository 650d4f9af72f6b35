import { changeEach } from './changeTests';
import type { TestOperator } from '../types';

/** A column's data test stands at another column of the same list of tests. */
export const testColumnMoved: TestOperator = {
  kind: 'tests',
  name: 'test-column-moved',
  names: ['tests', 'grain'],
  heldOut: true,
  mutate: (tests) => {
    const columns = [...new Set(tests.flatMap((test) => test.column ?? []))];
    const has = (test: string, column: string): boolean => tests.some((one) => one.test === test && one.column === column);
    return changeEach(
      tests,
      (test) => {
        const column = test.column === undefined ? undefined : columns.find((name) => !has(test.test, name));
        return column === undefined ? undefined : { ...test, column };
      },
      'stands at another column',
    );
  },
};
