import type { Expr } from '../../sql/types';
import { exprKey } from '../expr/key';
import { sourcesOf, type NGraph, type NSource, type NStage } from '../normalise/model';

/** Words that say what a stage does, without the names of its sources: two stages that share most of them do the same. */
export function contentOf(graph: NGraph, stage: NStage): Map<string, number> {
  const words = new Map<string, number>();
  const add = (word: string, weight = 1): void => void words.set(word, weight);
  for (const column of stage.columns) {
    if (column.expr.kind === 'star') {
      add('star');
      add(OPEN, 0);
      continue;
    }
    if (column.expanded) add('star');
    if (column.name !== undefined) add(`name ${column.name}`);
    if (column.expr.kind !== 'column') add(`expr ${wordsOf(column.expr)}`, 2);
  }
  for (const filter of stage.filters) add(`filter ${wordsOf(filter.expr)}`, 2);
  // Names of stages are the least of what they are.
  for (const source of sourcesOf(stage)) add(`reads ${nameOf(graph, source)}`, source.target.kind === 'relation' ? 2 : 0.5);
  for (const [index, join] of stage.joins.entries()) add(`join ${index} ${join.type}`, 1.5);
  for (const item of stage.aggregate?.by ?? []) add(`group ${wordsOf(item.expr)}`);
  if (stage.aggregate) add('aggregate', 2);
  if (stage.distinct) add('distinct', 2);
  if (stage.dedupe) add('dedupe', 2);
  if (stage.limit) add('limit', 2);
  if (stage.union) add(`union ${stage.union.op} ${stage.union.branches.length}`, 4);
  if (stage.name !== undefined) add(`called ${stage.name.toLowerCase()}`, 1.5);
  return words;
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

/** Marks a star that could not be expanded: it may stand for any column the other side names. */
const OPEN = 'open star';

/**
 * How alike two contents are, from 0 to 1. What stages compute counts more than what their columns are called: a stage
 * that only passes many columns on shares all their names with the one that makes them.
 */
export function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  return 0.35 * share(a, b, true) + 0.65 * share(a, b, false);
}

/** True where both compute, filter and group by the same, word for word. */
export function sameWork(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  const work = (content: ReadonlyMap<string, number>): string[] => [...content.keys()].filter((word) => /^(expr|filter|group|aggregate|distinct|dedupe|limit|union|join) ?/.test(word));
  const [left, right] = [work(a), work(b)];
  return left.length === right.length && left.every((word) => b.has(word));
}

function share(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>, names: boolean): number {
  let shared = 0;
  let all = 0;
  const counts = (word: string, other: ReadonlyMap<string, number>): boolean => isName(word) === names && !(word.startsWith('name ') && other.has(OPEN) && !other.has(word));
  for (const [word, weight] of a) {
    if (!counts(word, b)) continue;
    all += weight;
    if (b.has(word)) shared += weight;
  }
  for (const [word, weight] of b) if (!a.has(word) && counts(word, a)) all += weight;
  return all === 0 ? 1 : shared / all;
}

function isName(word: string): boolean {
  return word.startsWith('name ') || word === 'star' || word === OPEN;
}
