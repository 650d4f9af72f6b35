import type { Span } from '../text';
import type { ExprContext } from './lowerExpr';
import type { Hidden, Placeholder } from './mask';
import type { SelectSegment } from './segments';
import type { Aspect, Attachment, Opaque, Relation, Stage } from './types';

/** What a name in FROM means here: an earlier stage, or an ephemeral model injected as a CTE. */
export type ScopeEntry = { kind: 'stage'; id: string } | { kind: 'relation'; relation: Relation };
export type Scope = ReadonlyMap<string, ScopeEntry>;

/** The graph under construction for one text. */
export interface Builder {
  template: string;
  placeholders: readonly Placeholder[];
  hidden: readonly Hidden[];
  segments: readonly SelectSegment[];
  /** Index of the next SELECT in source order. */
  nextSegment: number;
  relations: Map<string, Relation>;
  stages: Stage[];
  /** Rendered relation name (folded, without quotes) → what it is; compiled code only. */
  rendered: ReadonlyMap<string, Relation>;
}

export const ALL_ASPECTS: readonly Aspect[] = ['from', 'joins', 'filters', 'aggregate', 'distinct', 'limit', 'union', 'unnest', 'columns'];

/** A stage with nothing in it yet. */
export function emptyStage(id: string, span: Span, name?: string): Stage {
  return { id, ...(name === undefined ? {} : { name }), span, joins: [], unnests: [], filters: [], orderBy: [], columns: [], opaque: [] };
}

/** Adds a relation once and gives the target to attach. */
export function relationTarget(builder: Builder, relation: Relation): Attachment['target'] {
  if (!builder.relations.has(relation.id)) builder.relations.set(relation.id, relation);
  return { kind: 'relation', id: relation.id };
}

/** A fresh stage id. */
export function stageId(builder: Builder): string {
  return `s${builder.stages.length + 1}-${builder.nextSegment}`;
}

/** Expression lowering for this builder; subqueries become stages of it. */
export function exprContext(builder: Builder, subquery: (query: unknown) => string): ExprContext {
  return { template: builder.template, placeholders: builder.placeholders, subquery };
}

/** An `Opaque` of a stage with the source text it stands for. */
export function opaqueOf(builder: Builder, reason: Opaque['reason'], aspects: readonly Aspect[], span: Span): Opaque {
  return { reason, aspects: [...aspects], text: builder.template.slice(span.start, span.end), span };
}
