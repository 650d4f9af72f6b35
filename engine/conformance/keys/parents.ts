import { candidateKeys } from '../../project';
import type { RelationNode } from '../../project/types';
import type { Relation } from '../../sql/types';
import type { CompareContext } from '../context';
import { graphEnv, nodeOfRelation } from '../env';
import { analyzeNode } from '../evidence';
import { normaliseGraph, type NGraph } from '../normalise';
import { stageKeys } from './stage';
import type { ProvenKey } from './types';

/** Models above a model whose SQL is read for keys: parents, their parents, and so on. */
const MAX_GENERATIONS = 4;

/** Keys by dbt's unique_id that the SQL of models proves. */
export type ModelKeys = ReadonlyMap<string, readonly ProvenKey[]>;

/** Keys that YAML, constraints and configuration declare for a node; names folded as the adapter does. */
export function declaredKeys(fold: (name: string) => string, node: RelationNode | undefined): ProvenKey[] {
  return node ? candidateKeys(node).map(({ columns, text, tier, place }) => ({ columns: columns.map((name) => fold(name)), text, tier, place })) : [];
}

/**
 * Keys that the SQL of the models a graph reads proves, for those that declare none: a parent that groups by its key is
 * evidence for its children. Reads their SQL through `context`; what cannot be read has no keys.
 */
export async function keysOfParents(context: CompareContext, self: RelationNode | undefined, graph: NGraph): Promise<ModelKeys> {
  const known = new Map<string, readonly ProvenKey[]>();
  await addParents(context, self, graph, self ? [self.uniqueId] : [], known);
  return known;
}

/** `line` is the way down from the model that is compared: a project whose refs run in a circle ends there. */
async function addParents(context: CompareContext, self: RelationNode | undefined, graph: NGraph, line: readonly string[], known: Map<string, readonly ProvenKey[]>): Promise<void> {
  for (const relation of graph.relations.values()) {
    const node = nodeOfRelation(context.project, self, relation);
    if (!node || known.has(node.uniqueId) || line.includes(node.uniqueId) || line.length > MAX_GENERATIONS || !isDerivable(node)) continue;
    known.set(node.uniqueId, await keysOfModel(context, node, [...line, node.uniqueId], known));
  }
}

/** What one incremental run proves says nothing of the rows of earlier runs. */
function isDerivable(node: RelationNode): boolean {
  return node.kind === 'model' && node.language === 'sql' && candidateKeys(node).length === 0 && !['incremental', 'microbatch'].includes(String(node.config['materialized']));
}

async function keysOfModel(context: CompareContext, node: RelationNode, line: readonly string[], known: Map<string, readonly ProvenKey[]>): Promise<ProvenKey[]> {
  const { graph } = await analyzeNode(context, node);
  if (!graph || graph.stages.length === 0) return [];
  const normal = context.lately?.plain.get(graph) ?? normaliseGraph(graph, 'model', graphEnv(context.project, node));
  context.lately?.plain.set(graph, normal);
  const last = normal.stages.get(normal.last);
  if (!last) return [];
  await addParents(context, node, normal, line, known);
  const keysOf = (relation: Relation): readonly ProvenKey[] => {
    const parent = nodeOfRelation(context.project, node, relation);
    return [...declaredKeys(normal.env.fold, parent), ...(known.get(parent?.uniqueId ?? '') ?? [])];
  };
  return stageKeys(normal, last, keysOf).map(({ columns, text, tier }) => ({ columns, text: `${text} in ${node.name}`, tier }));
}
