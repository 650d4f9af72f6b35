import { columnsIn } from '../sql/exprs';
import { exprKey } from './expr/normal';
import type { NGraph, NSource, NStage } from './normal/types';

/** A stage of the spec with the stage of the model that does the same work, and which sources answer each other. */
export interface StagePair {
  spec: NStage;
  model: NStage;
  /** Key of a spec source → key of the model's source. */
  sources: ReadonlyMap<string, string>;
}

export interface Matching {
  pairs: StagePair[];
  unpairedSpec: NStage[];
  unpairedModel: NStage[];
}

/** Pairs stages backwards from the last, by what they read and do; names only break ties. */
export function matchStages(spec: NGraph, model: NGraph): Matching {
  const pairs = new Map<string, StagePair>();
  const taken = new Set<string>();
  const specById = new Map(spec.stages.map((stage) => [stage.id, stage]));
  const modelById = new Map(model.stages.map((stage) => [stage.id, stage]));
  const leaves = { spec: leavesOf(spec), model: leavesOf(model) };
  const visit = (left: NStage, right: NStage): void => {
    if (pairs.has(left.id) || taken.has(right.id)) return;
    taken.add(right.id);
    const sources = new Map<string, string>();
    pairs.set(left.id, { spec: left, model: right, sources });
    const free = new Set(right.sources);
    const assign = (a: NSource, b: NSource): void => {
      sources.set(a.key, b.key);
      free.delete(b);
    };
    for (const [a, b] of relationPairs(left, right)) assign(a, b);
    const stageSources = left.sources.filter((s) => s.target.kind === 'stage');
    const scored = stageSources
      .flatMap((a) => [...free].filter((b) => b.target.kind === 'stage').map((b) => ({ a, b, score: similarity(stageAt(specById, a), stageAt(modelById, b), leaves) + (a.key === b.key ? 0.5 : 0) })))
      .sort((x, y) => y.score - x.score);
    for (const { a, b, score } of scored) {
      if (score <= 0 || sources.has(a.key) || !free.has(b)) continue;
      const [inner, other] = [stageAt(specById, a), stageAt(modelById, b)];
      if (!inner || !other || (pairs.has(inner.id) && pairs.get(inner.id)?.model.id !== other.id)) continue;
      assign(a, b);
      visit(inner, other);
    }
    pairBranches(left, right, specById, modelById, visit);
  };
  const lastSpec = spec.stages[spec.stages.length - 1];
  const lastModel = model.stages[model.stages.length - 1];
  if (lastSpec && lastModel) visit(lastSpec, lastModel);
  return {
    pairs: [...pairs.values()],
    unpairedSpec: spec.stages.filter((stage) => !pairs.has(stage.id)),
    unpairedModel: model.stages.filter((stage) => !taken.has(stage.id)),
  };
}

/** Sources that read one relation: by alias where every alias of the spec is one of the model, else in order. */
function relationPairs(left: NStage, right: NStage): [NSource, NSource][] {
  const uidOf = (source: NSource): string | undefined => (source.target.kind === 'relation' ? source.target.uid : undefined);
  const uids = [...new Set(left.sources.flatMap((source) => uidOf(source) ?? []))];
  return uids.flatMap((uid) => {
    const [own, others] = [left, right].map((stage) => stage.sources.filter((source) => uidOf(source) === uid)) as [NSource[], NSource[]];
    const named = own.every((a) => others.some((b) => b.key === a.key));
    return own.flatMap((a, index): [NSource, NSource][] => {
      const b = named ? others.find((other) => other.key === a.key) : others[index];
      return b ? [[a, b]] : [];
    });
  });
}

function pairBranches(left: NStage, right: NStage, specById: ReadonlyMap<string, NStage>, modelById: ReadonlyMap<string, NStage>, visit: (a: NStage, b: NStage) => void): void {
  const [a, b] = [left.union?.branches ?? [], right.union?.branches ?? []];
  if (a.length !== b.length) return;
  a.forEach((id, index) => {
    const [inner, other] = [specById.get(id), modelById.get(b[index] ?? '')];
    if (inner && other) visit(inner, other);
  });
}

function stageAt(byId: ReadonlyMap<string, NStage>, source: NSource): NStage | undefined {
  return source.target.kind === 'stage' ? byId.get(source.target.id) : undefined;
}

type Leaves = ReadonlyMap<string, ReadonlySet<string>>;

/** Relations that each stage reads, directly or through other stages. */
function leavesOf(graph: NGraph): Leaves {
  const leaves = new Map<string, Set<string>>();
  for (const stage of graph.stages) {
    const own = new Set<string>();
    for (const { target } of stage.sources) {
      if (target.kind === 'relation') own.add(target.uid);
      else leaves.get(target.id)?.forEach((uid) => own.add(uid));
    }
    for (const id of stage.union?.branches ?? []) leaves.get(id)?.forEach((uid) => own.add(uid));
    leaves.set(stage.id, own);
  }
  return leaves;
}

function similarity(left: NStage | undefined, right: NStage | undefined, leaves: { spec: Leaves; model: Leaves }): number {
  if (!left || !right) return 0;
  const [a, b] = [leaves.spec.get(left.id) ?? new Set<string>(), leaves.model.get(right.id) ?? new Set<string>()];
  const shared = [...a].filter((uid) => b.has(uid)).length;
  const all = new Set([...a, ...b]).size;
  const relations = all === 0 ? 1 : shared / all;
  const sameName = left.name !== undefined && left.name.toLowerCase() === right.name?.toLowerCase();
  if (relations === 0 && !sameName) return 0;
  const operations = [
    (left.aggregate === undefined) === (right.aggregate === undefined),
    (left.union === undefined) === (right.union === undefined),
    (left.deduplicate === undefined) === (right.deduplicate === undefined),
    (left.distinct === undefined) === (right.distinct === undefined),
    left.sources.length === right.sources.length,
  ].filter(Boolean).length;
  return relations * 4 + operations * 0.5 + columnOverlap(left, right) + filterOverlap(left, right) + (sameName ? 1.5 : 0);
}

function columnOverlap(left: NStage, right: NStage): number {
  const names = (stage: NStage): Set<string> => new Set(stage.columns.flatMap((c) => (c.name ? [c.name.text.toLowerCase()] : [])));
  return jaccard(names(left), names(right));
}

function filterOverlap(left: NStage, right: NStage): number {
  const keys = (stage: NStage): Set<string> => new Set(stage.filters.flatMap((f) => [exprKey(f.expr), ...columnsIn(f.expr).map((c) => c.name.text.toLowerCase())]));
  return jaccard(keys(left), keys(right)) * 1.5;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 0 : [...a].filter((item) => b.has(item)).length / all;
}
