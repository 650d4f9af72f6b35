import { childStages, leavesOf, relationOf, sourcesOf, type NGraph, type NSource, type NStage } from '../normalise/model';
import { isProjection } from '../normalise/inline';
import { contentOf, likeness, sameWork, type Content } from './content';

/** Two stages are taken for one another from this much on. */
export const ALIKE = 2;

/** The two graphs that are matched. Neither changes meanwhile, so what is worked out for their stages is kept. */
export interface Sides {
  spec: NGraph;
  model: NGraph;
  contentOf(graph: NGraph, stage: NStage): Content;
  leavesOf(graph: NGraph, id: string): ReadonlySet<string>;
  /** How much a stage of the spec and one of the model look like the same. */
  affinity(specId: string, modelId: string): number;
}

/** A spec's graph beside a model's, with nothing worked out yet. */
export function sidesOf(spec: NGraph, model: NGraph): Sides {
  const contents = new Map<NStage, Content>();
  const leaves = new Map<NGraph, Map<string, ReadonlySet<string>>>([[spec, new Map()], [model, new Map()]]);
  const affinities = new Map<string, number>();
  const sides: Sides = {
    spec,
    model,
    contentOf: (graph, stage) => kept(contents, stage, () => contentOf(graph, stage)),
    leavesOf: (graph, id) => kept(leaves.get(graph) ?? new Map<string, ReadonlySet<string>>(), id, () => leavesOf(graph, id)),
    affinity: (specId, modelId) => kept(affinities, `${specId}\n${modelId}`, () => affinityOf(sides, specId, modelId)),
  };
  return sides;
}

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const own = known.get(key);
  if (own !== undefined) return own;
  const made = make();
  known.set(key, made);
  return made;
}

/** The stage below stages that only choose columns. */
export function coreOf(graph: NGraph, id: string): NStage | undefined {
  let stage = graph.stages.get(id);
  for (let guard = 0; stage && isProjection(stage) && stage.base?.target.kind === 'stage' && guard < 50; guard++) stage = graph.stages.get(stage.base.target.id);
  return stage;
}

/** Inputs and operations first, names last. */
function affinityOf(sides: Sides, specId: string, modelId: string): number {
  const { spec, model } = sides;
  const [a, b] = [spec.stages.get(specId), model.stages.get(modelId)];
  const [coreA, coreB] = [coreOf(spec, specId), coreOf(model, modelId)];
  if (!a || !b || !coreA || !coreB) return 0;
  const named = sameName(a, b) || sameName(a, coreB) || sameName(coreA, b);
  const numbered = !named && (isNumbered(a, b) || isNumbered(a, coreB));
  // Words alone say what the one recursive stage does.
  if (a.recursive && coreB.recursive && sides.leavesOf(spec, specId).size === 0) return ALIKE + 2 + (named ? 2.5 : 0);
  const shared = overlap(sides.leavesOf(spec, specId), sides.leavesOf(model, modelId));
  const alike = shared === 0 && !named ? 0 : likeness(sides.contentOf(spec, a), sides.contentOf(model, b));
  if (shared === 0 && !(named && alike > 0.5)) return 0;
  // What a step keeps as text may be anything, a grouping among them.
  const sameKind = (hasBarrier(coreA) === hasBarrier(coreB) || coreA.opaque.length > 0) && Boolean(coreA.union) === Boolean(coreB.union);
  // Stages of other kinds are one only where the author says so by name, or where all else is the same.
  if (!sameKind && !(shared === 1 && (named || (alike >= 0.6 && Boolean(coreA.union) === Boolean(coreB.union))))) return 0;
  return shared * 3 + (named ? 2.5 : numbered ? 2 : 0) + (sameKind ? 0.5 : -1) + (isBarrierAlike(coreA, coreB) ? 0.5 : 0) + (sourcesOf(coreA).length === sourcesOf(coreB).length ? 0.4 : 0) + alike * 4;
}

function sameName(a: NStage, b: NStage): boolean {
  return a.name !== undefined && b.name !== undefined && a.name.toLowerCase() === b.name.toLowerCase();
}

/** Names are given once in a spec: the second `results` of a model's nested queries is `results_2` there. */
function isNumbered(spec: NStage, model: NStage): boolean {
  const base = /^(.+)_\d+$/.exec(spec.name ?? '')?.[1];
  return base !== undefined && base.toLowerCase() === model.name?.toLowerCase();
}

function hasBarrier(stage: NStage): boolean {
  return stage.aggregate !== undefined || stage.distinct !== undefined;
}

function isBarrierAlike(a: NStage, b: NStage): boolean {
  return Boolean(a.aggregate) === Boolean(b.aggregate) && Boolean(a.dedupe) === Boolean(b.dedupe);
}

/** Share of the relations below both; what a spec has no words for does not count. */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const [a, b] = [spokenOf(left), spokenOf(right)];
  if (a.length === 0 && b.length === 0) return 1;
  const shared = a.filter((item) => right.has(item)).length;
  return shared / Math.max(a.length, b.length);
}

function spokenOf(leaves: ReadonlySet<string>): string[] {
  return [...leaves].filter((leaf) => !/^(opaque|name|function|values):/.test(leaf));
}

/** Which source of the spec's stage is which of the model's: the same relation, or stages that look alike. */
export function assign(sides: Sides, specStage: NStage, modelStage: NStage): { spec: NSource; model: NSource }[] {
  const candidates: { spec: NSource; model: NSource; weight: number }[] = [];
  const found = sourcesOf(modelStage);
  for (const s of sourcesOf(specStage)) {
    for (const m of found) {
      const weight = sourceWeight(sides, s, m);
      if (weight > 0) candidates.push({ spec: s, model: m, weight: weight + roleWeight(specStage, s, modelStage, m) });
      else if (mayStandFor(sides, specStage, s, modelStage, m)) candidates.push({ spec: s, model: m, weight: roleWeight(specStage, s, modelStage, m) - NAMELESS });
    }
  }
  candidates.sort((a, b) => b.weight - a.weight);
  const taken = new Set<NSource>();
  const pairs: { spec: NSource; model: NSource }[] = [];
  for (const candidate of candidates) {
    if (taken.has(candidate.spec) || taken.has(candidate.model)) continue;
    taken.add(candidate.spec).add(candidate.model);
    pairs.push({ spec: candidate.spec, model: candidate.model });
  }
  return pairs;
}

/** What Jinja names is only taken for what nothing else can be. */
const NAMELESS = 100;

/**
 * True where a relation that Jinja names in the model stands in the place of one that the spec names and the model reads
 * nowhere: both start their stage, or both are joined in the same way on columns of the same names.
 */
function mayStandFor({ spec, model, leavesOf }: Sides, specStage: NStage, s: NSource, modelStage: NStage, m: NSource): boolean {
  if (!isNameless(model, m)) return false;
  const wanted = relationOf(spec, s);
  // A macro that writes the whole query may do anything besides reading.
  if (modelStage.opaque.some((opaque) => opaque.reason === 'macro' && opaque.aspects.includes('from'))) return false;
  if (wanted === undefined || leavesOf(model, model.last).has(wanted)) return false;
  const [a, b] = [specStage.joins.find((join) => join.source === s), modelStage.joins.find((join) => join.source === m)];
  if (!a || !b) return a === b;
  return a.keys.length > 0 && a.keys.length === b.keys.length && a.keys.every((key) => b.keys.some((other) => keyName(key) === keyName(other)));
}

/** True for a relation of which Jinja decides what it is. */
export function isNameless(graph: NGraph, source: NSource): boolean {
  return source.target.kind === 'relation' && graph.relations.get(source.target.id)?.kind === 'opaque';
}

/** Two stages that do the same word for word leave nothing to choose. */
function isExact({ spec, model, contentOf }: Sides, s: NSource, m: NSource): boolean {
  const stageOf = (graph: NGraph, { target }: NSource): NStage | undefined => (target.kind === 'stage' ? graph.stages.get(target.id) : undefined);
  const [a, b] = [stageOf(spec, s), stageOf(model, m)];
  return a !== undefined && b !== undefined && sameWork(contentOf(spec, a), contentOf(model, b));
}

/** By so much more than any other assignment a pair must weigh to be the only one. */
const MARGIN = 1;

/** True where two stages that are read can only be each other's partner: the same relations below both, and no other assignment comes near. */
export function isForced(sides: Sides, specStage: NStage, modelStage: NStage, pairs: readonly { spec: NSource; model: NSource }[], s: NSource, m: NSource): boolean {
  const { spec, model } = sides;
  const [below, other] = [leavesBelow(spec, [s], sides.leavesOf), leavesBelow(model, [m], sides.leavesOf)];
  if (below.size === 0 || below.size !== other.size || [...below].some((leaf) => !other.has(leaf))) return false;
  const weight = (a: NSource | undefined, b: NSource | undefined): number => {
    const own = a && b ? sourceWeight(sides, a, b) : 0;
    return a && b && own > 0 ? own + roleWeight(specStage, a, modelStage, b) : 0;
  };
  const rivals: { spec?: NSource; model?: NSource }[] = [
    ...pairs.filter((pair) => pair.spec !== s && !isExact(sides, pair.spec, pair.model)),
    ...sourcesOf(specStage).filter((source) => !pairs.some((pair) => pair.spec === source)).map((source) => ({ spec: source })),
    ...sourcesOf(modelStage).filter((source) => !pairs.some((pair) => pair.model === source)).map((source) => ({ model: source })),
  ];
  return rivals.every((rival) => weight(s, m) + weight(rival.spec, rival.model) - weight(s, rival.model) - weight(rival.spec, m) >= MARGIN);
}

function sourceWeight({ spec, model, affinity }: Sides, s: NSource, m: NSource): number {
  const [left, right] = [relationOf(spec, s), relationOf(model, m)];
  if (left !== undefined || right !== undefined) return left !== undefined && left === right ? 10 : 0;
  const score = affinity(s.target.id, m.target.id);
  return score >= ALIKE ? score : 0;
}

function roleWeight(specStage: NStage, s: NSource, modelStage: NStage, m: NSource): number {
  const [left, right] = [specStage.joins.findIndex((join) => join.source === s), modelStage.joins.findIndex((join) => join.source === m)];
  const role = (left < 0) === (right < 0) ? 1.2 : 0;
  const position = left === right ? 0.2 : 0;
  const [a, b] = [specStage.joins[left], modelStage.joins[right]];
  const type = a && b && a.type === b.type ? 0.4 : 0;
  const keys = a && b ? a.keys.filter((key) => b.keys.some((other) => keyName(key) === keyName(other))).length * 0.8 : 0;
  return role + position + type + keys + (s.alias !== '' && s.alias === m.alias ? 1.5 : 0);
}

function keyName(key: NStage['joins'][number]['keys'][number]): string {
  return `${key.left.kind === 'column' ? key.left.name.text : '?'}=${key.right.kind === 'column' ? key.right.name.text : '?'}`;
}

/** Identities of the relations below the given sources. */
export function leavesBelow(graph: NGraph, sources: readonly NSource[], below: Sides['leavesOf'] = leavesOf): Set<string> {
  const leaves = new Set<string>();
  for (const source of sources) {
    const own = relationOf(graph, source);
    if (own !== undefined) leaves.add(own);
    if (source.target.kind === 'stage') for (const leaf of below(graph, source.target.id)) leaves.add(leaf);
  }
  return leaves;
}

/** Ids of the stages below the last one, by FROM, JOIN and set operations. */
export function reachableFrom(graph: NGraph, id: string, seen: Set<string> = new Set()): Set<string> {
  const stage = graph.stages.get(id);
  if (!stage || seen.has(id)) return seen;
  seen.add(id);
  childStages(stage).forEach((child) => reachableFrom(graph, child, seen));
  return seen;
}
