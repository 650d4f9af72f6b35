import type { DeclaredTest } from '../types';

/** One mutation for each test that `change` changes, with the note's last words. */
export function changeEach(tests: readonly DeclaredTest[], change: (test: DeclaredTest) => DeclaredTest | undefined, words: string): { tests: DeclaredTest[]; touched: number; note: string }[] {
  return tests.flatMap((test, touched) => {
    const changed = change(test);
    return changed ? [{ tests: tests.map((one, index) => (index === touched ? changed : one)), touched, note: `${test.test} test of ${test.column ?? 'the model'} ${words}` }] : [];
  });
}
