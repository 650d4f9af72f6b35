import type { Span } from '../text';
import type { Stage, StageGraph } from './types';

/**
 * The incremental graph with `when: 'incremental'` on whatever the full-refresh graph does not have. Both come from
 * masks of the same length, so equal spans are the same text.
 */
export function mergeVariants(full: StageGraph, incremental: StageGraph): StageGraph {
  const stageKeys = new Set(full.stages.map((stage) => key(stage.span)));
  const filters = new Set(full.stages.flatMap((stage) => stage.filters.map((filter) => key(filter.span))));
  const joins = new Set(full.stages.flatMap((stage) => stage.joins.map((join) => key(join.span))));
  const relations = new Set(full.relations.map((relation) => relation.id));
  const bySpan = new Map(full.stages.map((stage) => [stage.span.start, stage]));
  return {
    ...incremental,
    relations: incremental.relations.map((relation) => (relations.has(relation.id) ? relation : { ...relation, when: 'incremental' })),
    stages: incremental.stages.map((stage) => ({
      ...stage,
      ...(stageKeys.has(key(stage.span)) || bySpan.has(stage.span.start) ? {} : { when: 'incremental' as const }),
      filters: stage.filters.map((filter) => (filters.has(key(filter.span)) ? filter : { ...filter, when: 'incremental' as const })),
      joins: stage.joins.map((join) => (joins.has(key(join.span)) ? join : { ...join, when: 'incremental' as const })),
      opaque: [...stage.opaque, ...lostInIncremental(bySpan.get(stage.span.start), stage)],
    })),
  };
}

/** What the full refresh does and the incremental run does not: it cannot be shown in one graph, so it is opaque. */
function lostInIncremental(full: Stage | undefined, stage: Stage): Stage['opaque'] {
  if (!full) return [];
  const filters = new Set(stage.filters.map((filter) => key(filter.span)));
  const joins = new Set(stage.joins.map((join) => key(join.span)));
  return [
    ...full.filters.filter((filter) => !filters.has(key(filter.span))).map((filter) => ({ reason: 'jinja' as const, aspects: ['filters' as const], text: 'full refresh only', span: filter.span })),
    ...full.joins.filter((join) => !joins.has(key(join.span))).map((join) => ({ reason: 'jinja' as const, aspects: ['joins' as const], text: 'full refresh only', span: join.span })),
  ];
}

function key(span: Span): string {
  return `${span.start}:${span.end}`;
}
