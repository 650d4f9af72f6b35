import type { Expr, Filter, Stage, StageGraph } from '../sql/types';
import { mapChildren } from '../sql/exprs';
import { exprKey } from './expr/key';

/**
 * Compiled code is that of one run. What the raw file has in incremental runs alone is marked so in the compiled graph, where
 * it is there: stages by name, joins by alias, filters by their place or their words. `full` and `incremental` are the raw
 * file's two variants, the second with its marks.
 */
export function withVariants(compiled: StageGraph, full: StageGraph, incremental: StageGraph): StageGraph {
  const raw = byName(incremental);
  const other = byName(full);
  const self = incremental.relations.some((relation) => relation.kind === 'this' && relation.when === 'incremental');
  const last = compiled.stages[compiled.stages.length - 1];
  return {
    ...compiled,
    relations: compiled.relations.map((relation) => (self && relation.kind === 'this' ? { ...relation, when: 'incremental' } : relation)),
    stages: compiled.stages.map((stage) => {
      const name = nameOf(stage, stage === last);
      const own = raw.get(name);
      if (!own) return stage;
      return marked(stage, own, other.get(name));
    }),
  };
}

/**
 * True where compiled code is that of an incremental run: it reads the model's own relation, which a full refresh does not, and
 * has as many joins and filters in every stage as the raw file has there.
 */
export function showsIncremental(compiled: StageGraph, full: StageGraph, incremental: StageGraph): boolean {
  const readsItself = (graph: StageGraph): boolean => graph.relations.some((relation) => relation.kind === 'this');
  if (!readsItself(compiled) || readsItself(full)) return false;
  const shown = byName(compiled);
  return [...byName(incremental)].every(([name, stage]) => shown.get(name)?.filters.length === stage.filters.length && shown.get(name)?.joins.length === stage.joins.length);
}

function marked(stage: Stage, raw: Stage, full: Stage | undefined): Stage {
  const joins = new Set(raw.joins.filter((join) => join.when === 'incremental').map((join) => join.to.alias.text.toLowerCase()));
  const inBoth = new Set(full?.joins.map((join) => join.to.alias.text.toLowerCase()));
  const whenOf = filterVariants(stage.filters, raw.filters, full?.filters ?? []);
  return {
    ...stage,
    ...(!full && raw.when === 'incremental' ? { when: 'incremental' as const } : {}),
    joins: stage.joins.map((join) => (joins.has(join.to.alias.text.toLowerCase()) && !inBoth.has(join.to.alias.text.toLowerCase()) ? { ...join, when: 'incremental' as const } : join)),
    filters: stage.filters.map((filter, index) => (whenOf(filter, index) ? { ...filter, when: 'incremental' as const } : filter)),
  };
}

/** Which filters of the compiled stage are of incremental runs alone. */
function filterVariants(compiled: readonly Filter[], raw: readonly Filter[], full: readonly Filter[]): (filter: Filter, index: number) => boolean {
  const byWords = new Set(raw.filter((filter) => filter.when === 'incremental').map((filter) => wordsOf(filter.expr)));
  const always = new Set([...full, ...raw.filter((filter) => !filter.when)].map((filter) => wordsOf(filter.expr)));
  const byPlace = compiled.length === raw.length && full.length !== raw.length;
  return (filter, index) => {
    const words = wordsOf(filter.expr);
    if (always.has(words)) return false;
    return byWords.has(words) || (byPlace && raw[index]?.when === 'incremental');
  };
}

/** An expression without the numbers of its subqueries. */
function wordsOf(expr: Expr): string {
  const plain = (part: Expr): Expr => mapChildren(part.kind === 'subquery' ? { ...part, stage: '' } : part, plain);
  return exprKey(plain(expr));
}

/** Stages by the name that one of them alone has; the last one by none. */
function byName(graph: StageGraph): Map<string, Stage> {
  const found = new Map<string, Stage | undefined>();
  graph.stages.forEach((stage, index) => {
    const name = nameOf(stage, index === graph.stages.length - 1);
    found.set(name, found.has(name) ? undefined : stage);
  });
  return new Map([...found].flatMap(([name, stage]) => (stage ? [[name, stage] as const] : [])));
}

function nameOf(stage: Stage, isLast: boolean): string {
  return isLast ? '/last' : (stage.name?.toLowerCase() ?? '');
}
