import type { Opaque, StageGraph } from '../../sql/types';
import { normaliseGraph, type GraphEnv, type NGraph, type NStage } from '../normalise';
import { matchAllFilters } from './across';
import { matchGraphs, type Matching, type StagePair } from './pair';
import { viewsOf } from './view';

/** A spec and a model side by side, where the model has one branch in place of a set operation of the spec. */
export interface AloneMatch {
  spec: NGraph;
  matching: Matching;
  /** The step that is a set operation, and its only branch that the model has. */
  union: string;
  branch: string;
}

/**
 * Where a set operation of the spec has no partner, the model may have only one of its branches. That is certain where the
 * spec with that branch alone says all the model does; undefined where it is not. `toldIn` gives the hidden parts that both sides
 * have in the same words.
 */
export function matchAlone(graph: StageGraph, matching: Matching, model: NGraph, env: GraphEnv, top: string, toldIn: (spec: NGraph) => ReadonlySet<Opaque>): AloneMatch | undefined {
  for (const { id, union } of graph.stages) {
    const pair = matching.pairs.get(id);
    // A set operation that went into the one that reads it has its partner there.
    if (!union || pair?.model.union || [...matching.pairs.values()].some((other) => other.spec.merged.includes(id) && other.model.union)) continue;
    const found = union.branches.flatMap((branch): AloneMatch[] => {
      const spec = normaliseGraph(withBranchAlone(graph, id, branch), 'spec', env);
      const own = matchGraphs(spec, model);
      return saysTheSame(spec, own, top, toldIn(spec)) ? [{ spec, matching: own, union: id, branch }] : [];
    });
    const [best] = found.map((own) => ({ own, likeness: sameColumns(own.matching, top) })).sort((a, b) => b.likeness - a.likeness);
    if (best) return best.own;
  }
  return undefined;
}

function withBranchAlone(graph: StageGraph, id: string, branch: string): StageGraph {
  return {
    ...graph,
    stages: graph.stages.map((stage) => {
      if (stage.id !== id || !stage.union) return stage;
      const { union, ...rest } = stage;
      const star = { expr: { kind: 'star' as const, except: [], replace: [], rename: [] }, span: union.span };
      return { ...rest, from: { target: { kind: 'stage', id: branch }, alias: { text: branch, quoted: false }, span: union.span }, columns: stage.columns.some((column) => column.name !== undefined) ? stage.columns : [star] };
    }),
  };
}

/** True where every stage that the last one reads has its partner, and both do and read the same. */
function saysTheSame(spec: NGraph, matching: Matching, top: string, told: ReadonlySet<Opaque>): boolean {
  if (matching.modelOnly.length > 0) return false;
  const read = new Set<string>();
  const visit = (id: string): void => {
    const pair = matching.pairs.get(id);
    if (!pair || read.has(id)) return;
    read.add(id);
    [...pair.sources.flatMap(({ spec: source }) => (source.target.kind === 'stage' ? [source.target.id] : [])), ...(pair.spec.union?.branches ?? [])].forEach(visit);
  };
  visit(top);
  if (spec.stages.get(top) === undefined || !read.has(top)) return false;
  const pairs = [...read].flatMap((id) => matching.pairs.get(id) ?? []);
  if (!pairs.every((pair) => isWhole(pair, told))) return false;
  const views = viewsOf(matching, top);
  const filters = matchAllFilters([...views.values()], []);
  return [...read].every((id) => {
    const view = views.get(id);
    if (!view) return false;
    const { spec: own, equal, leftover } = filters.of(view);
    return own.every((conjunct) => equal.has(conjunct) || filters.moved(conjunct)) && leftover.every((conjunct) => filters.isClaimed(conjunct));
  });
}

/** How many columns the model computes as the spec does. */
function sameColumns(matching: Matching, top: string): number {
  return [...viewsOf(matching, top).values()].flatMap(({ pair, partner, compare }) =>
    pair.spec.columns.filter((column) => {
      const found = column.name === undefined ? undefined : partner(column.name);
      return found !== undefined && compare(column.expr, found.expr) === 'equal';
    }),
  ).length;
}

function isWhole({ spec, model, solid, specOnly, modelOnly }: StagePair, told: ReadonlySet<Opaque>): boolean {
  const work = (stage: NStage): string => [stage.aggregate, stage.distinct, stage.dedupe, stage.limit, stage.union].map(Boolean).join();
  return solid && spec.union?.branches.length === model.union?.branches.length && specOnly.length === 0 && modelOnly.length === 0 && [...spec.opaque, ...model.opaque].every((opaque) => told.has(opaque)) && work(spec) === work(model) && spec.unnests.length === model.unnests.length && spec.joins.length === model.joins.length;
}
