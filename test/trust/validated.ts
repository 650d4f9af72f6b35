import type { DataVerdicts, OnData } from './onData';
import type { MutantResult, ProjectResult } from './results';

/** How mutants fared on generated data. */
export interface DataCounts {
  /** Rows differ on at least one data set: proven. */
  differs: number;
  /** Never told apart: unproven, so not a valid mutant. */
  same: number;
  /** The mutant does not run: unproven, too. */
  broken: number;
  /** The original does not run either, so nothing is known; counted as valid. */
  failed: number;
  /** Tests, configuration, and raw SQL without one place in compiled SQL, which data does not show; counted as valid. */
  notShown: number;
}

export interface Validated extends DataCounts {
  skipped: string | null;
  byOperator: Record<string, DataCounts>;
  /** Unproven mutants, each with what was tried. */
  unproven: { id: string; operator: string; model: string; verdict: string; before: string; after: string; why: string }[];
  /** Why originals do not run, with how many mutants each concerns. */
  originalsThatFail: Record<string, number>;
  changedByRewrite: string[];
  brokenByRewrite: string[];
}

/** Counts what generated data said of mutants and rewrites. */
export function validationOf(results: readonly ProjectResult[], data: DataVerdicts): Validated {
  const verdicts: ReadonlyMap<string, OnData> = data.kind === 'ran' ? data.byId : new Map();
  const mutants = results.flatMap((result) => result.mutants);
  const of = (mutant: MutantResult): OnData['verdict'] | undefined => verdicts.get(mutant.id)?.verdict;
  const rewrites = (verdict: OnData['verdict']): string[] => results.flatMap((result) => result.rewrites).filter((rewrite) => verdicts.get(rewrite.id)?.verdict === verdict).map((rewrite) => `${rewrite.id} (${rewrite.model}): ${rewrite.before} → ${rewrite.after}`);
  const count = (some: readonly MutantResult[]): DataCounts => {
    const counts = { differs: 0, same: 0, broken: 0, failed: 0, notShown: 0 };
    for (const mutant of some) counts[of(mutant) ?? 'notShown']++;
    return counts;
  };
  const failures: Record<string, number> = {};
  for (const mutant of mutants) if (of(mutant) === 'failed') failures[verdicts.get(mutant.id)?.why ?? ''] = (failures[verdicts.get(mutant.id)?.why ?? ''] ?? 0) + 1;
  return {
    skipped: data.kind === 'skipped' ? data.why : null,
    ...count(mutants),
    byOperator: Object.fromEntries([...new Set(mutants.map(({ operator }) => operator))].sort().map((operator) => [operator, count(mutants.filter((mutant) => mutant.operator === operator))])),
    unproven: mutants.filter((mutant) => ['same', 'broken'].includes(of(mutant) ?? '')).map((mutant) => ({ id: mutant.id, operator: mutant.operator, model: mutant.model, verdict: of(mutant) ?? '', before: mutant.before, after: mutant.after, why: verdicts.get(mutant.id)?.why ?? '' })),
    originalsThatFail: failures,
    changedByRewrite: rewrites('differs'),
    brokenByRewrite: rewrites('broken'),
  };
}
