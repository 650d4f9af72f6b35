import type { Span } from '../../text';
import type { Aspect, Expr, GraphSource, JoinKey, JoinType, Name, Opaque, OrderKey, Relation, Variant } from '../../sql/types';

/** A relation as the project knows it: two relations with one `uid` are the same table. */
export interface NRelation {
  id: string;
  uid: string;
  relation: Relation;
}

export type Target = { kind: 'relation'; uid: string } | { kind: 'stage'; id: string };

/** One thing a stage reads, under a key that its column references carry as `source`. */
export interface NSource {
  key: string;
  alias: string;
  target: Target;
  span: Span;
  /** Absent on what FROM names first. */
  join?: NJoin;
}

export interface NJoin {
  type: JoinType;
  keys: JoinKey[];
  conditions: Expr[];
  opaque: boolean;
  span: Span;
  ref?: string;
  when?: Variant;
}

export interface NFilter {
  expr: Expr;
  span: Span;
  ref?: string;
  when?: Variant;
}

export interface NColumn {
  name?: Name;
  expr: Expr;
  span: Span;
  ref?: string;
}

export interface NUnnest {
  key: string;
  expr: Expr;
  outer: boolean;
  span: Span;
  ref?: string;
}

/** A stage after normalisation. */
export interface NStage {
  id: string;
  name?: string;
  span: Span;
  sources: NSource[];
  unnests: NUnnest[];
  filters: NFilter[];
  aggregate?: { by: Expr[]; implicit: boolean; span: Span; grouping?: string; ref?: string };
  distinct?: { span: Span; ref?: string };
  deduplicate?: { by: Expr[]; orderBy: OrderKey[]; span: Span; ref?: string };
  limit?: { rows?: Expr; offset?: Expr; orderBy: OrderKey[]; span: Span; ref?: string };
  union?: { op: string; branches: string[]; span: Span; ref?: string };
  columns: NColumn[];
  opaque: Opaque[];
  recursive: boolean;
  /** `select * from x` and nothing else. */
  passes: boolean;
  when?: Variant;
}

export interface NGraph {
  source: GraphSource;
  relations: NRelation[];
  /** Dependencies first; the last is the output. */
  stages: NStage[];
  /** Stages that were merged into others, as they were. */
  merged: NStage[];
}

/** True where what a stage does in an aspect may not be all that is seen. */
export function hides(stage: NStage, ...aspects: Aspect[]): Opaque | undefined {
  return stage.opaque.find((part) => part.aspects.some((aspect) => aspects.includes(aspect)));
}

/** The stage's columns are all of its output: none is a star and none is hidden. */
export function columnsComplete(stage: NStage): boolean {
  return !stage.columns.some((column) => column.expr.kind === 'star') && hides(stage, 'columns') === undefined;
}
