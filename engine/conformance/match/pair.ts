import { inlineSource, isProjection } from '../normalise/inline';
import { relationOf, sourcesOf, type NGraph, type NSource, type NStage } from '../normalise/model';
import { replaceColumns } from '../normalise/resolve';
import { ALIKE, assign, isForced, isNameless, leavesBelow, reachableFrom, sidesOf, type Sides } from './affinity';
import { likeness, sameWork } from './content';
import { reordered, turned } from './reorder';

/** A stage of the spec and the stage of the model that stands for it; either may have others merged into it. */
export interface StagePair {
  /** Id of the spec's stage: the top level or a step. */
  id: string;
  spec: NStage;
  model: NStage;
  sources: { spec: NSource; model: NSource }[];
  /** Sources of one side without a partner on the other. */
  specOnly: NSource[];
  modelOnly: NSource[];
  /** Joins of the model that read another relation in the place and on the keys of one of the spec's; they are among `sources`. */
  replaced: NSource[];
  /** True when both start from the same thing, so that what else differs can be proved. */
  solid: boolean;
}

export interface Matching {
  pairs: Map<string, StagePair>;
  /** Spec steps that neither have a partner nor were merged into a paired stage. */
  specOnly: string[];
  /** Stages of the model without a partner. */
  modelOnly: NStage[];
}

const MAX_MERGES = 200;

interface Work extends Sides {
  pairs: Map<string, StagePair>;
  modelTaken: Set<string>;
}

/** Pairs the stages of both graphs backwards from the last, merging where one side says in one stage what the other says in several. */
export function matchGraphs(spec: NGraph, model: NGraph): Matching {
  const work: Work = { ...sidesOf(spec, model), pairs: new Map(), modelTaken: new Set() };
  if (model.stages.has(model.last)) pairStages(work, spec.last, model.last);
  pairLeftovers(work);
  const represented = new Set([...work.pairs.values()].flatMap((pair) => [pair.id, ...originalIds(pair.spec)]));
  const seen = new Set([...work.pairs.values()].flatMap((pair) => [pair.model.id, ...originalIds(pair.model)]));
  return {
    pairs: work.pairs,
    specOnly: spec.order.filter((id) => !represented.has(id) && !isOriginalOf(spec, id, represented)),
    modelOnly: [...reachableFrom(model, model.last)].filter((id) => !seen.has(id)).flatMap((id) => model.stages.get(id) ?? []),
  };
}

function originalIds(stage: NStage): string[] {
  return [...stage.merged, stage.id.replace(/~first$/, '')];
}

/** A stage that only lives on as its deduplicated copy. */
function isOriginalOf(graph: NGraph, id: string, represented: ReadonlySet<string>): boolean {
  return graph.stages.has(`${id}~first`) && represented.has(`${id}~first`);
}

function pairStages(work: Work, specId: string, modelId: string, certain = false): void {
  if (work.pairs.has(specId)) return;
  const [spec, model] = [work.spec.stages.get(specId), work.model.stages.get(modelId)];
  if (!spec || !model) return;
  let [s, m] = atSameHeight(work, ...unwrapped(work, spec, model));
  let sources = assign(work, s, m);
  for (let merges = 0; merges < MAX_MERGES; merges++) {
    const next = nextMerge(work, s, m, sources);
    if (!next) break;
    [s, m] = next;
    sources = assign(work, s, m);
  }
  const inOrder = inSpecOrder(s, m, sources);
  if (inOrder !== m) sources = assign(work, s, inOrder);
  m = inOrder;
  const instead = replacement(work, s, m, sources);
  if (instead) sources.push(instead);
  const pair: StagePair = {
    id: specId,
    spec: s,
    model: m,
    sources,
    replaced: instead ? [instead.model] : [],
    specOnly: sourcesOf(s).filter((source) => !sources.some((p) => p.spec === source)),
    modelOnly: sourcesOf(m).filter((source) => !sources.some((p) => p.model === source)),
    solid: isSolid(s, m, sources) && (certain || specId === work.spec.last || isSame(work, s, m)),
  };
  work.pairs.set(specId, pair);
  work.modelTaken.add(modelId);
  for (const { spec: left, model: right } of sources) {
    if (left.target.kind !== 'stage' || right.target.kind !== 'stage') continue;
    pairStages(work, left.target.id, right.target.id, pair.solid && isForced(work, s, m, sources, left, right));
  }
  if (s.union && m.union) pairBranches(work, s.union.branches, m.union.branches);
}

/** The one join of a relation that the model reads nowhere, and the one of a relation that the spec names nowhere, alike in type and keys. */
function replacement(work: Work, s: NStage, m: NStage, pairs: StagePair['sources']): StagePair['sources'][number] | undefined {
  const [left, leftMore] = s.joins.filter((join) => !pairs.some((pair) => pair.spec === join.source));
  const [right, rightMore] = m.joins.filter((join) => !pairs.some((pair) => pair.model === join.source));
  if (!left || !right || leftMore || rightMore || left.type !== right.type || left.keys.length === 0 || left.keys.length !== right.keys.length) return undefined;
  const [own, found] = [relationOf(work.spec, left.source), relationOf(work.model, right.source)];
  if (own === undefined || found === undefined || !/^(model|source|seed|snapshot|ref)[.:]/.test(found)) return undefined;
  if (work.leavesOf(work.model, work.model.last).has(own) || work.leavesOf(work.spec, work.spec.last).has(found)) return undefined;
  const names = (keys: NStage['joins'][number]['keys']): string => keys.map((key) => (key.right.kind === 'column' ? key.right.name.text : '')).sort().join();
  return names(left.keys) === names(right.keys) ? { spec: left.source, model: right.source } : undefined;
}

/** Inner stages are only taken for one another with certainty by name, or when they share much of what they do. */
function isSame(work: Work, s: NStage, m: NStage): boolean {
  if (s.name !== undefined && s.name.toLowerCase() === m.name?.toLowerCase()) return true;
  // Of a step that keeps a part as text, what it says besides may be true of several stages.
  if (s.opaque.length > 0) return false;
  return likeness(work.contentOf(work.spec, s), work.contentOf(work.model, m)) >= 0.5;
}

function isSolid(s: NStage, m: NStage, sources: StagePair['sources']): boolean {
  if (s.recursive && m.recursive && !s.base && !s.union) return true;
  if (s.union || m.union) return Boolean(s.union) && Boolean(m.union);
  if (!s.base) return !m.base;
  return sources.some((pair) => pair.spec === s.base && pair.model === m.base);
}

/** A stage that passes a set operation on is the set operation. */
function unwrapped(work: Work, spec: NStage, model: NStage): [NStage, NStage] {
  let [s, m] = [spec, model];
  for (let guard = 0; guard < 50 && Boolean(s.union) !== Boolean(m.union); guard++) {
    const below = s.union ? passedOn(work.model, m) : passedOn(work.spec, s);
    if (!below) break;
    if (s.union) m = below;
    else s = below;
  }
  return [s, m];
}

function passedOn(graph: NGraph, stage: NStage): NStage | undefined {
  const filtersOnly = { ...stage, filters: [] };
  if (!isProjection(filtersOnly) || stage.base?.target.kind !== 'stage' || stage.filters.some((filter) => filter.at !== 'where')) return undefined;
  const { key } = stage.base;
  const child = graph.stages.get(stage.base.target.id);
  if (!child) return undefined;
  const same = stage.columns.every((column) => (column.expr.kind === 'star' && column.expr.except.length === 0 && column.expr.rename.length === 0) || (column.expr.kind === 'column' && column.expr.name.text === column.name));
  return same ? { ...child, id: stage.id, merged: [...stage.merged, child.id, ...child.merged], ...(stage.limit ? { limit: stage.limit } : {}), filters: [...child.filters, ...stage.filters.map((filter) => ({ ...filter, expr: replaceColumns(filter.expr, (column) => (column.source === key ? { kind: 'column', name: column.name } : undefined)) }))], columns: stage.columns.some((column) => column.expr.kind === 'star') ? child.columns : child.columns.filter((column) => stage.columns.some((own) => own.name === column.name)) } : undefined;
}

const HEIGHT = 6;
/** Two stages that share this much are not merged with others to make them more alike. */
const ENOUGH = 0.75;

/**
 * A query is often told in several stages on one side and in fewer on the other. Of the ways to merge what each stage
 * starts from into it, the one after which both say most alike is taken; merging nothing wins a tie.
 */
function atSameHeight(work: Work, spec: NStage, model: NStage): [NStage, NStage] {
  const [own, other] = [work.contentOf(work.spec, spec), work.contentOf(work.model, model)];
  if (sameWork(own, other) && likeness(own, other) >= ENOUGH) return [spec, model];
  const specs = mergedDown(work.spec, spec).map((stage) => ({ stage, content: work.contentOf(work.spec, stage) }));
  const models = mergedDown(work.model, model).map((stage) => ({ stage, content: work.contentOf(work.model, stage) }));
  let best: { pair: [NStage, NStage]; score: number } = { pair: [spec, model], score: -1 };
  for (const [i, s] of specs.entries()) {
    for (const [j, m] of models.entries()) {
      const score = likeness(s.content, m.content) + readsSame(work, s.stage, m.stage) * 0.5 - (i + j) * 0.04 - i * 0.04;
      if (score > best.score + 1e-9) best = { pair: [s.stage, m.stage], score };
    }
  }
  return best.pair;
}

/** The stage, and what it becomes when what it starts from is merged into it, again and again. */
function mergedDown(graph: NGraph, stage: NStage): NStage[] {
  const out = [stage];
  for (let at = stage; out.length <= HEIGHT && at.base; ) {
    const next = inlineSource(graph, at, at.base.key);
    if (!next) break;
    out.push(next);
    at = next;
  }
  return out;
}

/** How far the two read the same: relations by what they are, stages by name, else by what is below them. */
function readsSame(work: Work, s: NStage, m: NStage): number {
  const [left, right] = [sourcesOf(s), [...sourcesOf(m)]];
  const all = Math.max(left.length, right.length);
  let shared = 0;
  for (const source of left) {
    const scored = right.map((other, index) => ({ index, score: sameSource(work, source, other) })).sort((a, b) => b.score - a.score);
    const [best] = scored;
    if (!best || best.score === 0) continue;
    shared += best.score;
    right.splice(best.index, 1);
  }
  return all === 0 ? 0 : shared / all;
}

function sameSource(work: Work, s: NSource, m: NSource): number {
  const [left, right] = [relationOf(work.spec, s), relationOf(work.model, m)];
  if (left !== undefined || right !== undefined) return left === right ? 1 : 0;
  const [a, b] = [work.spec.stages.get(s.target.id), work.model.stages.get(m.target.id)];
  if (a?.name !== undefined && a.name.toLowerCase() === b?.name?.toLowerCase()) return 1;
  const [below, other] = [work.leavesOf(work.spec, s.target.id), work.leavesOf(work.model, m.target.id)];
  return below.size === other.size && [...below].every((leaf) => other.has(leaf)) ? 0.7 : 0;
}

/** One merge that brings the sources of the two closer, on the model's side first since no clause points there. */
function nextMerge(work: Work, s: NStage, m: NStage, pairs: StagePair['sources']): [NStage, NStage] | undefined {
  const specOnly = sourcesOf(s).filter((source) => !pairs.some((pair) => pair.spec === source));
  const modelOnly = sourcesOf(m).filter((source) => !pairs.some((pair) => pair.model === source));
  if (specOnly.length === 0 || modelOnly.length === 0) return undefined;
  const wantedOfModel = leavesBelow(work.spec, specOnly, work.leavesOf);
  for (const source of modelOnly) {
    if (!meets(leavesBelow(work.model, [source], work.leavesOf), wantedOfModel) && !(wantedOfModel.size > 0 && passesNameless(work.model, source))) continue;
    const merged = inlineSource(work.model, m, source.key);
    if (merged) return [s, merged];
  }
  const wantedOfSpec = leavesBelow(work.model, modelOnly, work.leavesOf);
  for (const source of specOnly) {
    if (!meets(leavesBelow(work.spec, [source], work.leavesOf), wantedOfSpec)) continue;
    const merged = inlineSource(work.spec, s, source.key);
    if (merged) return [merged, m];
  }
  return undefined;
}

/** A stage that only passes on what Jinja names. */
function passesNameless(graph: NGraph, source: NSource): boolean {
  const stage = source.target.kind === 'stage' ? graph.stages.get(source.target.id) : undefined;
  return stage?.base !== undefined && isProjection(stage) && (isNameless(graph, stage.base) || passesNameless(graph, stage.base));
}

function meets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((item) => b.has(item));
}

/** Inner joins of the model in the order the spec has them. */
function inSpecOrder(s: NStage, m: NStage, pairs: StagePair['sources']): NStage {
  const partner = (source: NSource | undefined): NSource | undefined => pairs.find((pair) => pair.spec === source)?.model;
  const base = partner(s.base);
  if (!base) return m;
  const inner = s.joins.findIndex((join) => join.type !== 'inner' && join.type !== 'cross');
  const leading = (inner < 0 ? s.joins : s.joins.slice(0, inner)).map((join) => partner(join.source));
  const wanted = leading.every((source) => source !== undefined) ? [base, ...(leading as NSource[])] : [base];
  return reordered(m, wanted) ?? reordered(m, [base]) ?? turned(m, base) ?? m;
}

function pairBranches(work: Work, spec: readonly string[], model: readonly string[]): void {
  const candidates = spec.flatMap((s, i) => model.map((m, j) => ({ s, m, i, j, score: work.affinity(s, m) + (i === j && spec.length === model.length ? 1 : 0) })));
  candidates.sort((a, b) => b.score - a.score || Math.abs(a.i - a.j) - Math.abs(b.i - b.j));
  const taken = new Set<string>();
  for (const { s, m, i, j, score } of candidates) {
    if (taken.has(`s${i}`) || taken.has(`m${j}`) || score <= 0) continue;
    taken.add(`s${i}`).add(`m${j}`);
    // Branch for branch in the same place, over the same relations.
    pairStages(work, s, m, i === j && spec.length === model.length && (score > 1 || work.leavesOf(work.spec, s).size === 0));
  }
}

/** Steps that no paired stage led to: paired where exactly one stage of the model looks like them. */
function pairLeftovers(work: Work): void {
  for (const id of [...work.spec.order].reverse()) {
    if (work.pairs.has(id) || [...work.pairs.values()].some((pair) => pair.spec.merged.includes(id)) || work.spec.stages.has(`${id}~first`)) continue;
    const free = [...work.model.order].filter((m) => !work.modelTaken.has(m) && m !== work.model.last);
    const scored = free.map((m) => ({ m, score: work.affinity(id, m) })).sort((a, b) => b.score - a.score);
    const [best, second] = scored;
    if (best && best.score >= ALIKE + 3 && (!second || second.score < best.score)) pairStages(work, id, best.m);
  }
}
