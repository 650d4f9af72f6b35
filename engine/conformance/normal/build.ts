import { foldName } from '../../project/names';
import { resolveRef, resolveSource } from '../../project/lookup';
import type { ProjectIndex } from '../../project/types';
import type { Attachment, Expr, Relation, Stage, StageGraph } from '../../sql/types';
import { normaliseExpr } from '../expr/normal';
import { mergeStages } from './merge';
import { recognise } from './recognise';
import { expandStars, resolveStage } from './resolve';
import type { NGraph, NRelation, NSource, NStage } from './types';

/** What normalisation knows of the world: how names fold, and which relation is which node. */
export interface NormalContext {
  project: ProjectIndex;
  /** unique_id of the model itself, which `{{ this }}` reads. */
  self?: string;
}

/** Normalises a spec's or a model's graph; both go through this one function. */
export function normaliseGraph(graph: StageGraph, context: NormalContext): NGraph {
  const relations = graph.relations.map((relation): NRelation => ({ id: relation.id, uid: uidOf(relation, context), relation }));
  const uids = new Map(relations.map(({ id, uid }) => [id, uid]));
  const stages: NStage[] = [];
  for (const stage of graph.stages) {
    const built = resolveStage(expandStars(withBranchColumns(buildStage(stage, uids, context), stages), stages, context), stages, context);
    stages.push(recognise(built, stages));
  }
  return mergeStages({ source: graph.source, relations, stages, merged: [] });
}

/** A set operation puts out the columns of its first branch, once those are known. */
function withBranchColumns(stage: NStage, stages: readonly NStage[]): NStage {
  const first = stages.find((other) => other.id === stage.union?.branches[0]);
  if (!first || stage.columns.some((column) => column.ref !== undefined)) return stage;
  return { ...stage, columns: first.columns.map((column) => (column.name ? { name: column.name, expr: { kind: 'column', name: column.name }, span: column.span } : column)) };
}

function uidOf(relation: Relation, context: NormalContext): string {
  const { project } = context;
  if (relation.kind === 'this') return 'this';
  if (relation.kind === 'ref' || relation.kind === 'source') {
    const found = relation.kind === 'source' ? resolveSource(project, relation.sourceName ?? '', relation.name) : resolveRef(project, relation);
    if (found.kind === 'one') return found.node.uniqueId === context.self && relation.kind === 'ref' ? 'this' : found.node.uniqueId;
    return relation.kind === 'source' ? `source:${relation.sourceName ?? ''}.${relation.name}` : `ref:${relation.name}${relation.version === undefined ? '' : `.v${relation.version}`}`;
  }
  if (relation.kind === 'name') {
    const name = relation.name.toLowerCase().replace(/["`]/g, '');
    const node = [...project.nodes.values()].find((n) => n.relationName?.toLowerCase().replace(/["`]/g, '') === name);
    return node ? (node.uniqueId === context.self ? 'this' : node.uniqueId) : `name:${name}`;
  }
  return `${relation.kind}:${relation.text}`;
}

function buildStage(stage: Stage, uids: ReadonlyMap<string, string>, context: NormalContext): NStage {
  const used = new Set<string>();
  const source = (attachment: Attachment): NSource => {
    const target: NSource['target'] = attachment.target.kind === 'relation' ? { kind: 'relation', uid: uids.get(attachment.target.id) ?? attachment.target.id } : attachment.target;
    const alias = foldName(context.project.adapter, attachment.alias);
    let key = alias === '' ? `anonymous` : alias;
    for (let n = 2; used.has(key); n++) key = `${alias}#${n}`;
    used.add(key);
    return { key, alias: attachment.alias.text, target, span: attachment.span };
  };
  const sources: NSource[] = stage.from ? [source(stage.from)] : [];
  for (const join of stage.joins) {
    const { type, keys, conditions, opaque, span, ref, when } = join;
    sources.push({ ...source(join.to), join: { type, keys, conditions, opaque, span, ...(ref === undefined ? {} : { ref }), ...(when ? { when } : {}) } });
  }
  return {
    id: stage.id,
    ...(stage.name === undefined ? {} : { name: stage.name }),
    span: stage.span,
    sources,
    unnests: stage.unnests.map((u) => ({ key: foldName(context.project.adapter, u.alias), expr: u.expr, outer: u.outer, span: u.span, ...(u.ref === undefined ? {} : { ref: u.ref }) })),
    filters: stage.filters.flatMap((filter) => conjuncts(filter.expr).map((expr) => ({ expr, span: filter.span, ...(filter.ref === undefined ? {} : { ref: filter.ref }), ...(filter.when ? { when: filter.when } : {}) }))),
    ...(stage.aggregate ? { aggregate: stage.aggregate } : {}),
    ...(stage.distinct && stage.distinct.on.length === 0 ? { distinct: stage.distinct } : {}),
    ...(stage.distinct && stage.distinct.on.length > 0 ? { deduplicate: { by: stage.distinct.on, orderBy: stage.orderBy, span: stage.distinct.span } } : {}),
    ...(stage.deduplicate ? { deduplicate: stage.deduplicate } : {}),
    ...(stage.limit ? { limit: { ...stage.limit, orderBy: stage.orderBy } } : {}),
    ...(stage.union ? { union: stage.union } : {}),
    columns: stage.columns.map((column) => ({ ...column })),
    opaque: [...stage.opaque],
    recursive: stage.recursive === true,
    passes: isPassThrough(stage),
    ...(stage.when ? { when: stage.when } : {}),
  };
}

function isPassThrough(stage: Stage): boolean {
  const only = stage.columns[0]?.expr;
  return stage.columns.length === 1 && only?.kind === 'star' && only.except.length === 0 && only.rename.length === 0 && only.replace.length === 0 && stage.joins.length === 0 && stage.filters.length === 0;
}

/** The operands of a conjunction, normalised; anything else is one conjunct. */
export function conjuncts(expr: Expr): Expr[] {
  const normal = normaliseExpr(expr);
  return normal.kind === 'op' && normal.op === 'and' ? normal.args : [normal];
}
