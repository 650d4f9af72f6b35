import type { Expr } from '../../sql/types';
import { exprKey } from '../expr/key';
import { sourcesOf, type NGraph, type NSource, type NStage } from '../normalise/model';

/** What a stage does in words with their weights, without the names of its sources: two stages that share most of them do the same. */
export interface Content {
  /** Names of its columns. */
  names: ReadonlySet<string>;
  /** True where columns come out of a star, and where one could not be expanded: it may stand for any column the other side names. */
  star: boolean;
  open: boolean;
  /** What it computes, filters and groups by. */
  work: ReadonlyMap<string, number>;
  /** What it reads and is called. */
  rest: ReadonlyMap<string, number>;
}

/** The content of a stage of a graph. */
export function contentOf(graph: NGraph, stage: NStage): Content {
  const names = new Set<string>();
  const work = new Map<string, number>();
  const rest = new Map<string, number>();
  let star = false;
  let open = false;
  for (const column of stage.columns) {
    if (column.expr.kind === 'star') {
      star = true;
      open = true;
      continue;
    }
    if (column.expanded) star = true;
    if (column.name !== undefined) names.add(column.name);
    if (column.expr.kind !== 'column') work.set(`expr ${wordsOf(column.expr)}`, 2);
  }
  for (const filter of stage.filters) work.set(`filter ${wordsOf(filter.expr)}`, 2);
  // Names of stages are the least of what they are.
  for (const source of sourcesOf(stage)) rest.set(`reads ${nameOf(graph, source)}`, source.target.kind === 'relation' ? 2 : 0.5);
  for (const [index, join] of stage.joins.entries()) work.set(`join ${index} ${join.type}`, 1.5);
  for (const item of stage.aggregate?.by ?? []) work.set(`group ${wordsOf(item.expr)}`, 1);
  if (stage.aggregate) work.set('aggregate', 2);
  if (stage.distinct) work.set('distinct', 2);
  if (stage.dedupe) work.set('dedupe', 2);
  if (stage.limit) work.set('limit', 2);
  if (stage.union) work.set(`union ${stage.union.op} ${stage.union.branches.length}`, 4);
  if (stage.name !== undefined) rest.set(`called ${stage.name.toLowerCase()}`, 1.5);
  return { names, star, open, work, rest };
}

/** An expression without the sources of its columns. */
export function wordsOf(expr: Expr): string {
  return exprKey(expr).replace(/col\([^|]*\|/g, 'col(|');
}

function nameOf(graph: NGraph, source: NSource): string {
  if (source.target.kind === 'stage') return graph.stages.get(source.target.id)?.name?.toLowerCase() ?? 'stage';
  const relation = graph.relations.get(source.target.id);
  return relation ? graph.env.identity(relation) : source.target.id;
}

/**
 * How alike two contents are, from 0 to 1. What stages compute counts more than what their columns are called: a stage
 * that only passes many columns on shares all their names with the one that makes them.
 */
export function likeness(a: Content, b: Content): number {
  return 0.35 * sharedNames(a, b) + 0.65 * sharedWords(a, b);
}

/** True where both compute, filter and group by the same, word for word. */
export function sameWork(a: Content, b: Content): boolean {
  if (a.work.size !== b.work.size) return false;
  for (const word of a.work.keys()) if (!b.work.has(word)) return false;
  return true;
}

function sharedNames(a: Content, b: Content): number {
  let shared = a.star && b.star ? 1 : 0;
  let all = a.star || b.star ? 1 : 0;
  for (const name of a.names) {
    if (b.names.has(name)) shared += 1;
    else if (b.open) continue;
    all += 1;
  }
  if (!a.open) for (const name of b.names) if (!a.names.has(name)) all += 1;
  return all === 0 ? 1 : shared / all;
}

function sharedWords(a: Content, b: Content): number {
  let shared = 0;
  let all = 0;
  for (const [own, other] of [[a.work, b.work], [a.rest, b.rest]] as const) {
    for (const [word, weight] of own) {
      all += weight;
      if (other.has(word)) shared += weight;
    }
    for (const [word, weight] of other) if (!own.has(word)) all += weight;
  }
  return all === 0 ? 1 : shared / all;
}
