import { specIsVague, type Comparison, type StageComparison } from '../comparison';
import type { NStage } from '../normalise';

/**
 * True where the spec describes what rows and columns a stage puts out, and the model's stage surely stands for it: what
 * makes other rows of it without a word in the spec is then unspecced. `distinct`, `limit` and the like have no list that
 * could be closed, so the columns beside them close the stage. A step without a partner leaves open what it `accounts` for.
 */
export function isDescribed(stage: StageComparison, comparison: Comparison, accounts?: (step: NStage) => boolean): boolean {
  const { view, merged, fact } = stage;
  return view !== undefined && !merged && fact.columns !== undefined && !specIsVague(comparison, view, accounts);
}

/** True of a step that leaves out rows for being like others. */
export function removesDuplicates({ distinct, dedupe, aggregate, union }: NStage): boolean {
  return distinct !== undefined || dedupe !== undefined || (aggregate !== undefined && aggregate.by.length > 0) || (union !== undefined && union.op !== 'union_all');
}
