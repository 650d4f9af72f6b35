import { specIsVague, type Comparison, type StageComparison } from '../comparison';

/**
 * True where the spec describes what rows and columns a stage puts out, and the model's stage surely stands for it: what
 * makes other rows of it without a word in the spec is then unspecced. `distinct`, `limit` and the like have no list that
 * could be closed, so the columns beside them close the stage.
 */
export function isDescribed(stage: StageComparison, comparison: Comparison): boolean {
  const { view, merged, fact } = stage;
  return view !== undefined && !merged && fact.columns !== undefined && !specIsVague(comparison, view);
}
