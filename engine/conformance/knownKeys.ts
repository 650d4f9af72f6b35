import type { RelationNode } from '../project/types';
import type { Relation } from '../sql/types';
import type { Comparison } from './comparison';
import { declaredKeys, type KeysOfRelation, type ModelKeys, type ProvenKey } from './keys';

/** The keys that a comparison knows, each worked out when it is asked for and once: many a clause asks for the same. */
export interface KnownKeys {
  /** Keys a node declares, and those that its SQL proves where it declares none. */
  ofNode(node: RelationNode | undefined): readonly ProvenKey[];
  /** Keys of a relation that either side reads: its node's, and what the spec's inputs state. */
  ofRelation: KeysOfRelation;
}

/** What a comparison knows of keys; `parentKeys` are those that the SQL of the models it reads proves. */
export function knownKeys(comparison: Pick<Comparison, 'env' | 'lowered' | 'spec'> & { parentKeys: ModelKeys }): KnownKeys {
  const { env, parentKeys } = comparison;
  const nodes = new Map<RelationNode, readonly ProvenKey[]>();
  const relations = new Map<Relation, readonly ProvenKey[]>();
  let asserted: ReadonlyMap<string, readonly ProvenKey[]> | undefined;
  const ofNode = (node: RelationNode | undefined): readonly ProvenKey[] => {
    if (!node) return NONE;
    let keys = nodes.get(node);
    if (!keys) nodes.set(node, (keys = [...declaredKeys(env.fold, node), ...(parentKeys.get(node.uniqueId) ?? NONE)]));
    return keys;
  };
  const ofRelation = (relation: Relation): readonly ProvenKey[] => {
    let keys = relations.get(relation);
    asserted ??= assertedKeys(comparison);
    if (!keys) relations.set(relation, (keys = [...ofNode(env.nodeOf(relation)), ...(asserted.get(env.identity(relation)) ?? NONE)]));
    return keys;
  };
  return { ofNode, ofRelation };
}

const NONE: readonly ProvenKey[] = [];

/** The keys that inputs of the spec state, by the relation's identity. */
function assertedKeys({ env, lowered, spec }: Pick<Comparison, 'env' | 'lowered' | 'spec'>): Map<string, ProvenKey[]> {
  const asserted = new Map<string, ProvenKey[]>();
  for (const [fact, id] of lowered.inputs) {
    const relation = fact.grain && spec.relations.get(id);
    if (!fact.grain || !relation) continue;
    const key: ProvenKey = { columns: fact.grain.value.map((item) => env.fold(item.value)), text: `the grain that inputs states for ${relation.name}`, tier: 'E0' };
    const identity = env.identity(relation);
    asserted.set(identity, [...(asserted.get(identity) ?? []), key]);
  }
  return asserted;
}
