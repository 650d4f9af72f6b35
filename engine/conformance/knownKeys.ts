import type { Relation } from '../sql/types';
import type { Comparison } from './comparison';
import { nodeOfRelation } from './env';
import { declaredKeys, type KeysOfRelation, type ProvenKey } from './keys';

/** Keys a node declares, and those that its SQL proves where it declares none. */
export function nodeKeys(comparison: Comparison, node: Comparison['node']): ProvenKey[] {
  return [...declaredKeys((name) => comparison.env.fold(name), node), ...(comparison.parentKeys.get(node?.uniqueId ?? '') ?? [])];
}

/** Keys of a relation that either side of a comparison reads: its node's, and what the spec's inputs state. */
export function relationKeys(comparison: Comparison): KeysOfRelation {
  const { env, lowered, spec } = comparison;
  const asserted = new Map<string, ProvenKey[]>();
  for (const [fact, id] of lowered.inputs) {
    const relation = spec.relations.get(id);
    if (!fact.grain || !relation) continue;
    const key: ProvenKey = { columns: fact.grain.value.map((item) => env.fold(item.value)), text: `the grain that inputs states for ${relation.name}`, tier: 'E0' };
    asserted.set(env.identity(relation), [...(asserted.get(env.identity(relation)) ?? []), key]);
  }
  return (relation: Relation) => [...nodeKeys(comparison, nodeOfRelation(comparison.project, comparison.node, relation)), ...(asserted.get(env.identity(relation)) ?? [])];
}
