import type { Expr, JoinType } from '../../sql/types';
import { hasAggregate, hasWindow, mapChildren, someExpr, walkExpr } from '../../sql/exprs';
import type { Span } from '../../text';
import { conjunctsOf, filterForm, normaliseExpr } from '../expr/normalise';
import { knownOf, sourcesOf, type NColumn, type NFilter, type NGraph, type NJoin, type NSource, type NStage } from './model';
import { columnOf as columnAt, plain } from './resolve';

/**
 * The stage with the stage below one of its sources merged into it, or undefined where SQL's semantics do not allow it
 * or a column cannot be followed. The graph itself is not changed.
 */
export function inlineSource(graph: NGraph, stage: NStage, key: string): NStage | undefined {
  const source = sourcesOf(stage).find((candidate) => candidate.key === key);
  if (!source || source.target.kind !== 'stage' || stage.union || stage.recursive) return undefined;
  const child = graph.stages.get(source.target.id);
  if (!child || child.union || child.recursive) return undefined;
  if (!child.base) return isOneRow(child) && source === stage.base && stage.joins.length === 0 && stage.unnests.length === 0 ? inlineRow(graph, stage, key, child) : undefined;
  // What is hidden in a stage may be anything; only a stage that passes everything on leaves it where it is.
  if (child.opaque.length > 0 && !isProjection(stage)) return undefined;
  const suffixed = withKeys(child, `${key}/`);
  if (!isPlain(child)) return overBarrier(graph, stage, source, suffixed);
  return source === stage.base ? inlineBase(graph, stage, source, suffixed) : inlineJoined(graph, stage, source, suffixed);
}

/** True for a stage that is one row of named constants. */
function isOneRow(stage: NStage): boolean {
  return isPlain(stage) && stage.joins.length === 0 && stage.unnests.length === 0 && stage.filters.length === 0 && stage.opaque.length === 0 && stage.columns.length > 0 && stage.columns.every(({ name, expr }) => name !== undefined && expr.kind === 'literal');
}

function inlineRow(graph: NGraph, stage: NStage, key: string, child: NStage): NStage | undefined {
  const parent = substituted(graph, stage, key, child);
  if (!parent) return undefined;
  const { base, ...rest } = merged(stage, child, parent);
  return base ? rest : undefined;
}

/** True for a stage of sources, joins, row filters and computed columns only. */
export function isPlain(stage: NStage): boolean {
  return !stage.aggregate && !stage.distinct && !stage.dedupe && !stage.limit && !stage.union && !stage.recursive && stage.filters.every((filter) => filter.at === 'where') && !stage.columns.some((column) => hasWindow(column.expr));
}

/** True for a stage that only chooses, renames or computes columns of one source. */
export function isProjection(stage: NStage): boolean {
  return isPlain(stage) && stage.base !== undefined && stage.joins.length === 0 && stage.unnests.length === 0 && stage.filters.length === 0 && stage.opaque.length === 0 && !stage.columns.some((column) => hasAggregate(column.expr));
}

function withKeys(stage: NStage, prefix: string): NStage {
  const key = (old: string): string => `${prefix}${old}`;
  const own = new Set([...sourcesOf(stage).map((source) => source.key), ...stage.unnests.map((unnest) => unnest.key)]);
  const move = (expr: Expr): Expr => {
    if (expr.kind === 'column') return expr.source !== undefined && own.has(expr.source) ? { ...expr, source: key(expr.source) } : expr;
    if (expr.kind === 'star' && expr.table && own.has(expr.table.text)) return { ...expr, table: plain(key(expr.table.text)) };
    return mapChildren(expr, move);
  };
  const source = (old: NSource): NSource => ({ ...old, key: key(old.key) });
  return mapStage({ ...stage, ...(stage.base ? { base: source(stage.base) } : {}), joins: stage.joins.map((join) => ({ ...join, source: source(join.source) })), unnests: stage.unnests.map((unnest) => ({ ...unnest, key: key(unnest.key) })) }, move);
}

/** A stage with a change applied to every expression in it. */
export function mapStage(stage: NStage, change: (expr: Expr) => Expr): NStage {
  return {
    ...stage,
    joins: stage.joins.map((join) => ({ ...join, keys: join.keys.map((k) => ({ ...k, left: change(k.left), right: change(k.right) })), conditions: join.conditions.map((c) => ({ ...c, expr: change(c.expr) })) })),
    unnests: stage.unnests.map((unnest) => ({ ...unnest, expr: change(unnest.expr) })),
    filters: stage.filters.map((filter) => ({ ...filter, expr: change(filter.expr) })),
    ...(stage.aggregate ? { aggregate: { ...stage.aggregate, by: stage.aggregate.by.map((item) => ({ ...item, expr: change(item.expr) })) } } : {}),
    ...(stage.dedupe ? { dedupe: { ...stage.dedupe, by: stage.dedupe.by.map(change), order: stage.dedupe.order.map((o) => ({ ...o, expr: change(o.expr) })) } } : {}),
    orderBy: stage.orderBy.map((o) => ({ ...o, expr: change(o.expr) })),
    laterals: stage.laterals.map((lateral) => ({ ...lateral, expr: change(lateral.expr) })),
    columns: stage.columns.map((column) => ({ ...column, expr: change(column.expr) })),
  };
}

class NotFollowed extends Error {}
/** Raised often: a new one would cost a picture of the stack each time. */
const NOT_FOLLOWED = new NotFollowed();

/** Puts the child's expressions where the parent reads its columns; undefined where one cannot be followed. */
function substituted(graph: NGraph, stage: NStage, key: string, child: NStage): NStage | undefined {
  const columnOf = (name: string): Expr => {
    const found = child.columns.find((column) => column.name === name);
    if (found) return found.expr;
    const passed = passedFrom(child);
    if (passed !== undefined) return columnAt(passed, name);
    const stars = child.columns.filter((column) => column.expr.kind === 'star');
    const star = stars.length === 1 ? stars[0]?.expr : undefined;
    if (star?.kind !== 'star' || star.except.some((item) => item.text === name) || star.replace.length > 0) throw NOT_FOLLOWED;
    const from = star.rename.find((item) => item.to.text === name)?.from.text ?? name;
    const source = star.table?.text ?? (sourcesOf(child).length === 1 ? sourcesOf(child)[0]?.key : undefined);
    if (source === undefined) throw NOT_FOLLOWED;
    return columnAt(source, from);
  };
  const change = (expr: Expr): Expr => {
    if (expr.kind === 'column' && expr.source === key) return columnOf(expr.name.text);
    // A bare name of a spec that only the merged step is known to have is that step's.
    if (expr.kind === 'column' && expr.source === undefined && !expr.table && isOnlyIn(graph, stage, key, child, expr.name.text)) return columnOf(expr.name.text);
    return mapChildren(expr, change);
  };
  const fold = (expr: Expr): Expr => normaliseExpr(change(expr));
  try {
    const columns = stage.columns.flatMap((column) => starOver(graph, column, key, stage, child) ?? [{ ...definedAt(graph, column, key, child), through: passes(column, key, child) }]);
    return mapStage({ ...stage, columns }, fold);
  } catch (error) {
    if (error instanceof NotFollowed) return undefined;
    throw error;
  }
}

function isOnlyIn(graph: NGraph, stage: NStage, key: string, child: NStage, name: string): boolean {
  if (!child.columns.some((column) => column.name === name)) return false;
  return !sourcesOf(stage).some((source) => source.key !== key && knownOf(graph, source).names.includes(name));
}

/** The only source of a stage whose columns all came out of a star: what is not in the catalog's list may be newer than it. */
function passedFrom(child: NStage): string | undefined {
  const sources = new Set(child.columns.map((column) => (column.expanded && column.expr.kind === 'column' && column.expr.name.text === column.name ? column.expr.source : undefined)));
  const [only] = sources;
  return sources.size === 1 && sourcesOf(child).length === 1 ? only : undefined;
}

/** The items below that an item over a child is made from, itself included. */
function passes(column: NColumn, key: string, child: NStage): Span[] {
  const read = new Set<string>();
  walkExpr(column.expr, (part) => {
    if (part.kind === 'column' && part.source === key) read.add(part.name.text);
  });
  const made = child.columns.filter((candidate) => candidate.name !== undefined && read.has(candidate.name));
  return [...(column.through ?? []), column.span, ...made.flatMap((item) => [...(item.through ?? []), item.span])];
}

/** In the model a reader wants to see where a column is made, not where it is passed on; in a spec the clause is where it is written. */
function definedAt(graph: NGraph, column: NColumn, key: string, child: NStage): NColumn {
  const { expr } = column;
  if (graph.side === 'spec' || expr.kind !== 'column' || expr.source !== key) return column;
  const made = child.columns.find((candidate) => candidate.name === expr.name.text);
  if (!made) return column;
  // The outermost item that is no star.
  const item = column.item ?? (!column.expanded ? column.span : (made.item ?? (made.expanded ? undefined : made.span)));
  return { ...column, span: made.span, ...(item ? { item } : {}) };
}

/** A star over the child becomes the child's columns. */
function starOver(graph: NGraph, column: NColumn, key: string, stage: NStage, child: NStage): NColumn[] | undefined {
  if (column.expr.kind !== 'star') return undefined;
  const table = column.expr.table?.text;
  if (table !== key && !(table === undefined && sourcesOf(stage).length === 1)) return undefined;
  const star = column.expr;
  const except = new Set(star.except.map((name) => name.text));
  if (star.replace.length > 0) throw NOT_FOLLOWED;
  return child.columns.filter((inner) => inner.name === undefined || !except.has(inner.name)).map((inner): NColumn => {
    if (inner.expr.kind === 'star') {
      if (star.rename.length > 0) throw NOT_FOLLOWED;
      return { ...inner, expr: { ...inner.expr, except: [...inner.expr.except, ...star.except.filter((name) => !child.columns.some((c) => c.name === name.text))] }, span: graph.side === 'spec' ? column.span : inner.span };
    }
    const to = star.rename.find((item) => item.from.text === inner.name)?.to.text ?? inner.name;
    return { ...inner, ...(to === undefined ? {} : { name: to, label: to }), through: [...(inner.through ?? []), inner.span], expanded: true, span: graph.side === 'spec' ? column.span : inner.span };
  });
}

const KEEPS_BASE: ReadonlySet<JoinType> = new Set<JoinType>(['inner', 'left', 'cross', 'semi', 'anti']);

function inlineBase(graph: NGraph, stage: NStage, source: NSource, child: NStage): NStage | undefined {
  const filtered = child.filters.length > 0 || child.joins.some((join) => join.type !== 'left' && join.type !== 'cross');
  const nullExtended = stage.joins.some((join) => !KEEPS_BASE.has(join.type));
  if (nullExtended && (filtered || !hasPlainColumns(child))) return undefined;
  const parent = substituted(graph, stage, source.key, child);
  if (!parent || !child.base) return undefined;
  return merged(stage, child, { ...parent, base: child.base, joins: [...child.joins, ...parent.joins], unnests: [...child.unnests, ...parent.unnests], filters: [...child.filters, ...parent.filters] });
}

/** One source without joins can take the place of a joined stage; its filters become ON conditions of an outer join. */
function inlineJoined(graph: NGraph, stage: NStage, source: NSource, child: NStage): NStage | undefined {
  const join = stage.joins.find((candidate) => candidate.source === source);
  if (!join || !child.base || child.joins.length > 0 || child.unnests.length > 0) return undefined;
  if (join.type === 'full' || join.type === 'right') {
    if (child.filters.length > 0 || !hasPlainColumns(child)) return undefined;
  }
  if (join.type === 'left' && !hasPlainColumns(child)) return undefined;
  const parent = substituted(graph, stage, source.key, child);
  if (!parent) return undefined;
  const base = child.base;
  const inner = join.type === 'inner' || join.type === 'cross';
  const joins = parent.joins.map((other): NJoin => {
    if (other.source.key !== source.key) return other;
    return { ...other, source: { ...base, alias: source.alias, name: source.name }, conditions: [...other.conditions, ...(inner ? [] : child.filters.map((f) => ({ expr: f.expr, spans: f.spans })))] };
  });
  return merged(stage, child, { ...parent, joins, filters: [...(inner ? child.filters : []), ...parent.filters] });
}

function hasPlainColumns(stage: NStage): boolean {
  return stage.columns.every((column) => column.expr.kind === 'column' || column.expr.kind === 'star');
}

/** A stage that only projects or filters what is grouped or numbered below: the filters are HAVING or QUALIFY. */
function overBarrier(graph: NGraph, stage: NStage, source: NSource, child: NStage): NStage | undefined {
  const alone = source === stage.base && stage.joins.length === 0 && stage.unnests.length === 0 && !stage.aggregate && !stage.dedupe && !stage.distinct;
  if (!alone || stage.filters.some((filter) => filter.at !== 'where')) return undefined;
  const filters = stage.filters.length > 0;
  if (filters && (child.distinct || child.limit || (child.dedupe && child.aggregate))) return undefined;
  if (stage.limit && child.limit) return undefined;
  if (child.distinct && !keepsColumns(stage, child)) return undefined;
  if (stage.columns.some((column) => hasAggregate(column.expr) || hasWindow(column.expr))) return undefined;
  const parent = substituted(graph, stage, source.key, child);
  if (!parent) return undefined;
  const late = parent.filters.flatMap((filter) => conjunctsOf(filter.expr).map((expr): NFilter => ({ ...filter, expr: filterForm(expr), at: someExpr(expr, (part) => part.kind === 'call' && part.over !== undefined) ? 'qualify' : child.aggregate && !child.dedupe ? 'having' : 'qualify' })));
  const unread = filters && late.some((filter) => filter.at === 'qualify') && child.aggregate;
  if (unread) return undefined;
  return merged(stage, child, {
    ...child,
    id: stage.id,
    ...(stage.name === undefined ? {} : { name: stage.name }),
    span: stage.span,
    filters: [...child.filters, ...late],
    columns: parent.columns,
    ...(parent.limit ? { limit: parent.limit } : {}),
    orderBy: parent.orderBy.length > 0 ? parent.orderBy : child.orderBy,
    opaque: [...stage.opaque],
  });
}

/** After DISTINCT every column counts: the parent must keep all of them. */
function keepsColumns(stage: NStage, child: NStage): boolean {
  if (stage.columns.length === 1 && stage.columns[0]?.expr.kind === 'star') return stage.columns[0].expr.except.length === 0;
  const read = new Set(stage.columns.flatMap((column) => (column.expr.kind === 'column' ? [column.expr.name.text] : [])));
  return child.columns.every((column) => column.name !== undefined && read.has(column.name));
}

function merged(stage: NStage, child: NStage, into: NStage): NStage {
  return { ...into, merged: [...stage.merged, child.id, ...child.merged], numbers: [...stage.numbers, ...(stage.columns.some((column) => column.expanded || column.expr.kind === 'star') ? child.numbers : [])], laterals: [...new Set([...into.laterals, ...child.laterals])], opaque: [...new Set([...into.opaque, ...child.opaque])] };
}
