import { nodeOfRelation } from '../conformance/env';
import type { NodeAnalysis } from '../conformance/evidence';
import { resolveRef } from '../project/lookup';
import { relationId } from '../sql/references';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { Relation } from '../sql/types';
import type { Plan } from './plan';

/** Role of an input that only Jinja or the manifest names; nothing shows the query reading it. */
export const DEPENDENCY = 'a dependency that the query does not read from directly';

/**
 * Relations a model depends on beside those its query reads: literal references in Jinja, and what a current manifest
 * says. One per node of the project; references that name the model itself are none.
 */
export function otherRelations(project: ProjectIndex, node: RelationNode, analysis: NodeAnalysis): Relation[] {
  const read = analysis.graph?.relations ?? [];
  const known = new Set(read.map((relation) => identity(project, node, relation)));
  known.add(node.uniqueId);
  const others: Relation[] = [];
  // An incremental model reads itself by its materialization.
  let readsItself = node.config['materialized'] === 'incremental' || read.some((relation) => relation.kind === 'this');
  const add = (relation: Relation): void => {
    const id = identity(project, node, relation);
    if (relation.kind === 'this' ? readsItself : known.has(id) || !['ref', 'source'].includes(relation.kind)) return;
    known.add(id);
    readsItself ||= relation.kind === 'this';
    others.push(relation);
  };
  const references = [...(analysis.raw?.analysis.references ?? []), ...(analysis.chosen?.analysis.references ?? [])];
  const { dependsOn } = node;
  // A current manifest knows what Jinja depends on; a reference it does not list is in a branch that is not taken.
  references.filter((relation) => relation.kind === 'this' || !dependsOn || dependsOn.includes(identity(project, node, relation))).forEach(add);
  dependsOn?.flatMap((id) => project.nodes.get(id) ?? []).forEach((parent) => add(relationOf(project, node, parent)));
  return others;
}

/** What a relation is in the project, or what it is called where it is not there. */
export function identity(project: ProjectIndex, node: RelationNode, relation: Relation): string {
  return nodeOfRelation(project, node, relation)?.uniqueId ?? relation.id;
}

/** A reference to a node as a model of `from` writes it. */
export function relationOf(project: ProjectIndex, from: RelationNode, node: RelationNode): Relation {
  const span = { start: 0, end: 0 };
  if (node.kind === 'source') {
    const source = { kind: 'source' as const, name: node.name, sourceName: node.sourceName ?? '', text: `source('${node.sourceName ?? ''}', '${node.name}')`, span };
    return { id: relationId(source), ...source };
  }
  const plain = { kind: 'ref' as const, name: node.name, ...(node.version === undefined || node.version === node.latestVersion ? {} : { version: node.version }), text: `ref('${node.name}')`, span };
  const found = nodeOfRelation(project, from, plain);
  const ref = found?.uniqueId === node.uniqueId ? plain : { ...plain, package: node.package };
  return { id: relationId(ref), ...ref };
}

/** The `inputs` of a spec: what the query reads in its order, then what else it depends on. */
export function inputsData(project: ProjectIndex, node: RelationNode, plan: Plan | undefined, relations: readonly Relation[], others: readonly Relation[]): Record<string, unknown>[] {
  const used = new Set<string>();
  return [...relations, ...others].flatMap((relation) => {
    if (!['ref', 'source', 'this'].includes(relation.kind) || used.has(relation.id)) return [];
    used.add(relation.id);
    const as = plan?.inputs.get(relation.id);
    const own = relation.name;
    return [
      {
        ...reference(shortest(project, node, relation)),
        ...(as !== undefined && as !== own ? { as } : {}),
        ...(others.includes(relation) && node.language !== 'python' ? { role: DEPENDENCY } : {}),
        ...(relation.when ? { when: relation.when } : {}),
      },
    ];
  });
}

/** A reference without its package where the name alone means the same node: compiled code names the package of each. */
function shortest(project: ProjectIndex, from: RelationNode, relation: Relation): Relation {
  if (relation.kind !== 'ref' || relation.package === undefined) return relation;
  const found = resolveRef(project, { name: relation.name, ...(relation.version === undefined ? {} : { version: relation.version }) });
  if (found.kind !== 'one' || found.node.uniqueId !== nodeOfRelation(project, from, relation)?.uniqueId) return relation;
  const short = { ...relation };
  delete short.package;
  return short;
}

function reference(relation: Relation): Record<string, unknown> {
  if (relation.kind === 'this') return { this: true };
  if (relation.kind === 'source') return { source: `${relation.sourceName ?? ''}.${relation.name}` };
  if (relation.package === undefined && relation.version === undefined) return { ref: relation.name };
  return { ref: { ...(relation.package === undefined ? {} : { package: relation.package }), name: relation.name, ...(relation.version === undefined ? {} : { version: relation.version }) } };
}
