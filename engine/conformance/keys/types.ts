import type { Place, Tier } from '../../project/types';
import type { Relation } from '../../sql/types';
import type { Span } from '../../text';

/** Columns that together are unique in a relation or in a stage's output, and why. Names are folded. No column means one row at the most. */
export interface ProvenKey {
  columns: string[];
  /** Words for a reader: "unique test on customer_id". */
  text: string;
  tier: Tier;
  /** Where the SQL at hand says so; absent for what YAML, the spec or another model says. */
  span?: Span;
  /** Where YAML says so. */
  place?: Place;
}

/** What the derivation of keys asks of its surroundings: the keys of a relation that a graph reads. */
export type KeysOfRelation = (relation: Relation) => readonly ProvenKey[];

/** True where two column lists are the same set. */
export function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return isSubset(a, b) && isSubset(b, a);
}

/** True where every column of the first list is in the second. */
export function isSubset(a: readonly string[], b: readonly string[]): boolean {
  return a.every((name) => b.includes(name));
}
