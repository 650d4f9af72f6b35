import { join } from 'node:path';
import { pythonFolder, pythonWith } from './python';
import type { DataCase } from './results';
import { validate } from './validate';

/** Whether generated data told two texts apart: `same` is never. `broken`: the changed text does not run; `failed`: the original does not either. */
export type DataVerdict = 'differs' | 'same' | 'broken' | 'failed';

export interface OnData {
  verdict: DataVerdict;
  /** What tells the two apart, or what was tried. */
  why: string;
}

export type DataVerdicts = { kind: 'ran'; byId: ReadonlyMap<string, OnData> } | { kind: 'skipped'; why: string };

/** True of a mutant that no generated data set tells from its original, or that does not run: it is no valid mutant. */
export function isUnproven(data: DataVerdicts, id: string): boolean {
  return data.kind === 'ran' && ['same', 'broken'].includes(data.byId.get(id)?.verdict ?? '');
}

/** Runs originals and changed texts on generated data, in as many processes as `jobs` says. Skipped, with the reason, where there is no Python for it. */
export async function verdictsOnData(cases: readonly DataCase[], root: string, jobs: number, progress: (text: string) => void): Promise<DataVerdicts> {
  const ordered = [...cases].sort((a, b) => (a.project === b.project ? (a.uniqueId < b.uniqueId ? -1 : a.uniqueId > b.uniqueId ? 1 : 0) : a.project < b.project ? -1 : 1));
  const questions = ordered.map(({ id, kind, dialect, original, changed, relations, unique }) => ({ id, dialect, original, mutant: changed, relations, unique, deep: kind === 'mutant' }));
  // Made once here: the processes below would each make it.
  await pythonWith(root, 'trust-python', join(pythonFolder(root), 'requirements.txt'));
  const size = Math.ceil(questions.length / Math.max(1, jobs));
  let done = 0;
  const parts = Array.from({ length: Math.ceil(questions.length / Math.max(1, size)) }, (_, index) => questions.slice(index * size, (index + 1) * size));
  const outcomes = await Promise.all(parts.map((part) => validate(part, root, () => {
    if (++done % 250 === 0) progress(`${done} of ${questions.length} cases run on data`);
  })));
  const skipped = outcomes.find((outcome) => outcome.kind === 'skipped');
  if (skipped?.kind === 'skipped') return skipped;
  const answers = outcomes.flatMap((outcome) => (outcome.kind === 'ran' ? [...outcome.byId] : []));
  return { kind: 'ran', byId: new Map(answers.map(([id, { outcome: found, side, why }]) => [id, { verdict: found === 'different' ? 'differs' : found === 'same' ? 'same' : side === 'mutant' ? 'broken' : 'failed', why }])) };
}
