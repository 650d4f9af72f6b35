import type { DataCase, ProjectResult } from './results';

/** Whether generated data told two texts apart: never, at least once, or neither could be run. */
export type DataVerdict = 'differs' | 'same' | 'failed';

/** Parts of a run that need Python; each is left out where that is missing. */
export interface Extras {
  /** Runs cases on generated data. Undefined where there is no Python for it. */
  validate?(cases: readonly DataCase[], progress: (text: string) => void): Promise<ReadonlyMap<string, DataVerdict> | undefined>;
  /** What other tools notice of the same mutants. */
  peers?(results: readonly ProjectResult[], progress: (text: string) => void): Promise<unknown>;
}

/** What this checkout has. */
export const extras: Extras = {};
