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
  for (const source of sourcesOf(stage)) add(`reads ${nameOf(graph, source)}`, 2);
  for (const join of stage.joins) add(`join ${join.type} ${nameOf(graph, join.source)}`, 2);
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

/** Shared weight of two contents, from 0 to 1. */
export function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  const counts = (word: string, other: ReadonlyMap<string, number>): boolean => !(word.startsWith('name ') && other.has(OPEN));
  for (const [word, weight] of a) {
    if (b.has(word)) shared += weight;
    if (b.has(word) || counts(word, b)) all += weight;
  }
  for (const [word, weight] of b) if (!a.has(word) && counts(word, a)) all += weight;
  return all === 0 ? 0 : shared / all;
}
