import type { Span } from '../../text';
import type { Expr, JoinType, Name, Opaque, OrderKey, Relation, Unnest, Variant } from '../../sql/types';
import type { RelationNode } from '../../project/types';
import type { Fold } from '../expr/normalise';

/** What a relation's columns are known to be; names are folded. */
export interface KnownColumns {
  names: readonly string[];
  complete: boolean;
}

/** Facts of the project that normalisation needs; the same for the spec's graph and the model's. */
export interface GraphEnv {
  fold: Fold;
  dialect: string;
  /** The node of the project that a relation names; undefined where it is none or ambiguous. */
  nodeOf(relation: Relation): RelationNode | undefined;
  /** One text for one relation of the project, whatever it is called; graphs are compared by it. */
  identity(relation: Relation): string;
  columnsOf(relation: Relation): KnownColumns;
  /** Columns that a constraint or a test says are never null. */
  neverNull(relation: Relation): ReadonlySet<string>;
}

/** Something a stage reads from. Columns point to it by `key`, which is unique in its graph. */
export interface NSource {
  key: string;
  alias: string;
  name: Name;
  target: { kind: 'relation'; id: string } | { kind: 'stage'; id: string };
  span: Span;
}

/** One ON conjunct. */
export interface NCondition {
  expr: Expr;
  spans: Span[];
}

/** An equality with one side over what precedes the join and the other over what it attaches. */
export interface NKey {
  left: Expr;
  right: Expr;
  spans: Span[];
}

export interface NJoin {
  source: NSource;
  type: JoinType;
  keys: NKey[];
  conditions: NCondition[];
  opaque: boolean;
  /** The places it was written at; the first is the join itself. */
  spans: Span[];
  when?: Variant;
  /** Made from a predicate or a scalar subquery, not written as a join. */
  derived?: 'exists' | 'in' | 'scalar' | 'null test';
}

export interface NFilter {
  expr: Expr;
  /** The name alone, where the filter was written as the name of an output column. */
  alias?: string;
  at: 'where' | 'having' | 'qualify';
  spans: Span[];
  when?: Variant;
}

export interface NColumn {
  /** Folded; absent for a star and for an expression without a name. */
  name?: string;
  label: string;
  expr: Expr;
  /** Set when it came out of a star that could be expanded. */
  expanded: boolean;
  span: Span;
  /** The item that names it, where `span` is that of a stage below which makes it. */
  item?: Span;
  /** Items of the stages merged below it that it passes through. */
  through?: Span[];
}

/** `keys` is the name a spec or SQL wrote for an item, where it was a bare name. */
export interface NGroup {
  by: { expr: Expr; name?: string }[];
  implicit: boolean;
  span: Span;
  grouping?: string;
}

export interface NDedupe {
  by: Expr[];
  order: OrderKey[];
  spans: Span[];
}

export interface NUnnest {
  key: string;
  alias: string;
  expr: Expr;
  columns: string[];
  outer: boolean;
  span: Span;
  written: Unnest;
}

export interface NStage {
  id: string;
  name?: string;
  span: Span;
  /** Ids of the stages that were merged into this one. */
  merged: string[];
  base?: NSource;
  joins: NJoin[];
  unnests: NUnnest[];
  filters: NFilter[];
  aggregate?: NGroup;
  distinct?: { span: Span };
  dedupe?: NDedupe;
  orderBy: OrderKey[];
  limit?: { rows?: Expr; offset?: Expr; span: Span };
  union?: { op: string; byName: boolean; branches: string[]; span: Span };
  recursive: boolean;
  /** Row numbers that a star puts out and that have become the deduplication below. */
  numbers: string[];
  /** Output columns that a bare name of this stage may mean, where no source is known to have or to lack a column of that name. */
  laterals: { name: string; expr: Expr }[];
  columns: NColumn[];
  opaque: Opaque[];
  when?: Variant;
}

export interface NGraph {
  side: 'spec' | 'model';
  stages: Map<string, NStage>;
  relations: ReadonlyMap<string, Relation>;
  /** Id of the last stage. */
  last: string;
  order: string[];
  env: GraphEnv;
}

/** The sources of a stage in order. */
export function sourcesOf(stage: NStage): NSource[] {
  const joined = stage.joins.map((join) => join.source);
  if (stage.base) joined.unshift(stage.base);
  return joined;
}

/** The stages that a stage reads by FROM, JOIN and set operations. */
export function childStages(stage: NStage): string[] {
  return [...sourcesOf(stage).flatMap((source) => (source.target.kind === 'stage' ? [source.target.id] : [])), ...(stage.union?.branches ?? [])];
}

/** Identity of a relation that a source reads; undefined for a stage. */
export function relationOf(graph: NGraph, source: NSource): string | undefined {
  if (source.target.kind !== 'relation') return undefined;
  const relation = graph.relations.get(source.target.id);
  return relation ? graph.env.identity(relation) : source.target.id;
}

/** Identities of every relation below a stage. */
export function leavesOf(graph: NGraph, id: string, seen: Set<string> = new Set()): Set<string> {
  const leaves = new Set<string>();
  const stage = graph.stages.get(id);
  if (!stage || seen.has(id)) return leaves;
  seen.add(id);
  for (const source of sourcesOf(stage)) {
    const identity = relationOf(graph, source);
    if (identity !== undefined) leaves.add(identity);
  }
  for (const child of childStages(stage)) for (const leaf of leavesOf(graph, child, seen)) leaves.add(leaf);
  return leaves;
}

/** Columns a stage puts out, as far as they are known. */
export function outputOf(graph: NGraph, id: string, seen: Set<string> = new Set()): KnownColumns {
  const stage = graph.stages.get(id);
  if (!stage || seen.has(id)) return { names: [], complete: false };
  seen.add(id);
  const names = new Set<string>();
  // What a spec keeps as text says nothing against the columns it lists.
  const hidden = graph.side === 'model' && stage.opaque.some((opaque) => opaque.aspects.includes('columns') && !opaque.named);
  let complete = !hidden && stage.columns.length > 0;
  for (const column of stage.columns) {
    if (column.name !== undefined) names.add(column.name);
    else if (column.expr.kind === 'star') {
      complete = false;
      for (const name of starNames(graph, stage, column.expr, seen)) names.add(name);
    } else complete = false;
  }
  return { names: [...names], complete };
}

function starNames(graph: NGraph, stage: NStage, star: Extract<Expr, { kind: 'star' }>, seen: Set<string>): string[] {
  const except = new Set(star.except.map((name) => graph.env.fold(name)));
  const renamed = new Map(star.rename.map(({ from, to }) => [graph.env.fold(from), graph.env.fold(to)]));
  const sources = sourcesOf(stage).filter((source) => star.table === undefined || source.key === star.table.text);
  return sources.flatMap((source) => knownOf(graph, source, seen).names.filter((name) => !except.has(name)).map((name) => renamed.get(name) ?? name));
}

/** What is known of the columns of a source. */
export function knownOf(graph: NGraph, source: NSource, seen: Set<string> = new Set()): KnownColumns {
  if (source.target.kind === 'stage') return outputOf(graph, source.target.id, new Set(seen));
  const relation = graph.relations.get(source.target.id);
  return relation ? graph.env.columnsOf(relation) : { names: [], complete: false };
}
