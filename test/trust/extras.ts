import type { DataCase, ProjectResult } from './results';
import { validate } from './validate';

/** Whether generated data told two texts apart: `same` is never. `broken`: the changed text does not run; `failed`: the original does not either. */
export type DataVerdict = 'differs' | 'same' | 'broken' | 'failed';

export type DataVerdicts = { kind: 'ran'; byId: ReadonlyMap<string, DataVerdict> } | { kind: 'skipped'; why: string };

/** Runs originals and changed texts on generated data. Skipped, with the reason, where there is no Python for it. */
export async function verdictsOnData(cases: readonly DataCase[], root: string, progress: (text: string) => void): Promise<DataVerdicts> {
  const ordered = [...cases].sort((a, b) => (a.project === b.project ? (a.uniqueId < b.uniqueId ? -1 : a.uniqueId > b.uniqueId ? 1 : 0) : a.project < b.project ? -1 : 1));
  const questions = ordered.map(({ id, dialect, original, changed, relations }) => ({ id, dialect, original, mutant: changed, relations }));
  const outcome = await validate(questions, root, (done) => {
    if (done % 250 === 0) progress(`${done} of ${questions.length} cases run on data`);
  });
  if (outcome.kind === 'skipped') return outcome;
  return { kind: 'ran', byId: new Map([...outcome.byId].map(([id, { outcome: found, side }]) => [id, found === 'different' ? 'differs' : found === 'same' ? 'same' : side === 'mutant' ? 'broken' : 'failed'])) };
}

/** What other tools notice of the same mutants; null where none was asked. */
export type Peers = (results: readonly ProjectResult[], progress: (text: string) => void) => Promise<unknown>;

/** The other tools of this checkout. */
export const peers: Peers | undefined = undefined;
