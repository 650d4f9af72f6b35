import { foldName, notNullColumns, resolveRef, resolveSource } from '../project';
import type { ProjectIndex, RelationNode } from '../project/types';
import { relationId } from '../sql/references';
import type { Relation } from '../sql/types';
import type { Outputs } from './outputs';
import type { GraphEnv, KnownColumns } from './normalise/model';

/** The node of the project that a relation of `self` names; undefined where it is none or ambiguous. */
export function nodeOfRelation(project: ProjectIndex, self: RelationNode | undefined, relation: Pick<Relation, 'kind' | 'package' | 'name' | 'sourceName' | 'version'>): RelationNode | undefined {
  if (relation.kind === 'this') return self;
  if (relation.kind === 'source') {
    const found = resolveSource(project, relation.sourceName ?? '', relation.name);
    if (found.kind === 'one') return found.node;
    return found.kind === 'ambiguous' ? found.candidates.map((id) => project.nodes.get(id)).find((node) => node?.package === self?.package) : undefined;
  }
  if (relation.kind !== 'ref') return undefined;
  const found = resolveRef(project, relation);
  if (found.kind === 'one') return found.node;
  if (found.kind !== 'ambiguous' || !self) return undefined;
  const own = resolveRef(project, { ...relation, package: self.package });
  return own.kind === 'one' ? own.node : undefined;
}

/** What normalisation asks of a project, for the models of one node. Answers are kept while it lives. */
export function graphEnv(project: ProjectIndex, self: RelationNode | undefined, outputs?: Outputs): GraphEnv {
  const nodes = new Map<Relation, RelationNode | undefined>();
  const identities = new Map<Relation, string>();
  const columns = new Map<RelationNode | undefined, KnownColumns>();
  const fold: GraphEnv['fold'] = (name) => foldName(project.adapter, name);
  const nodeOf = (relation: Relation): RelationNode | undefined => {
    if (!nodes.has(relation)) nodes.set(relation, nodeOfRelation(project, self, relation));
    return nodes.get(relation);
  };
  const identityOf = (relation: Relation): string => (relation.kind === 'this' ? 'this' : (nodeOf(relation)?.uniqueId ?? `${relation.kind}:${relationId({ ...relation, package: undefined }).toLowerCase()}`));
  return {
    fold,
    dialect: project.dialect,
    identity: (relation) => {
      const known = identities.get(relation) ?? identityOf(relation);
      identities.set(relation, known);
      return known;
    },
    columnsOf: (relation) => {
      const node = nodeOf(relation);
      const known = columns.get(node) ?? columnsOf(node, fold, outputs);
      columns.set(node, known);
      return known;
    },
    neverNull: (relation) => {
      const node = nodeOf(relation);
      return new Set(node ? notNullColumns(node).map((name) => fold(name)) : []);
    },
    nodeOf,
  };
}

function columnsOf(node: RelationNode | undefined, fold: GraphEnv['fold'], outputs: Outputs | undefined): KnownColumns {
  if (!node) return { names: [], complete: false };
  const derived = node.columnsComplete ? undefined : outputs?.get(node.uniqueId);
  if (derived?.complete) return { names: [...derived.columns.keys()], complete: true };
  // A catalog lists what exists; what only YAML declares beside it does not.
  const real = node.columnsComplete && node.columns.some((column) => column.from === 'E4') ? node.columns.filter((column) => column.from === 'E4') : node.columns;
  return { names: real.map((column) => fold({ text: column.name, quoted: column.quoted })), complete: node.columnsComplete };
}
