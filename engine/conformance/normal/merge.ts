import { hasSubquery, hasWindow, mapChildren, someExpr } from '../../sql/exprs';
import type { Expr, OrderKey } from '../../sql/types';
import { normaliseExpr } from '../expr/normal';
import { firstRow } from './recognise';
import type { NColumn, NGraph, NJoin, NSource, NStage } from './types';

/** Merges stages that only pass through, project or filter into those that read them, at both ends, until none is left. */
export function mergeStages(graph: NGraph): NGraph {
  const merged: NStage[] = [];
  let stages = graph.stages;
  for (let changed = true; changed; ) {
    changed = false;
    for (const stage of stages) {
      const next = mergeUp(stage, stages) ?? mergeDown(stage, stages);
      if (!next) continue;
      stages = stages.map((s) => (s === stage ? next.stage : s));
      const unread = stages.filter((s) => s !== next.stage && s !== stages[stages.length - 1] && !isRead(s, stages));
      merged.push(...unread, ...next.gone);
      stages = stages.filter((s) => !unread.includes(s));
      changed = true;
      break;
    }
  }
  return { ...graph, stages, merged };
}

function isRead(stage: NStage, stages: readonly NStage[]): boolean {
  return readers(stage, stages) > 0;
}

function readers(stage: NStage, stages: readonly NStage[]): number {
  return stages.reduce((sum, other) => sum + other.sources.filter((s) => s.target.kind === 'stage' && s.target.id === stage.id).length + (other.union?.branches.filter((id) => id === stage.id).length ?? 0) + subqueryReads(other, stage.id), 0);
}

function subqueryReads(stage: NStage, id: string): number {
  const exprs = [...stage.columns.map((c) => c.expr), ...stage.filters.map((f) => f.expr), ...stage.sources.flatMap((s) => s.join?.conditions ?? [])];
  return exprs.filter((expr) => someExpr(expr, (part) => part.kind === 'subquery' && part.stage === id)).length;
}

/** A stage of one source that only projects and filters rows. */
function isSimple(stage: NStage): boolean {
  return (
    stage.sources.length === 1 && stage.unnests.length === 0 && !stage.aggregate && !stage.distinct && !stage.deduplicate && !stage.limit && !stage.union &&
    !stage.recursive && stage.opaque.length === 0 && stage.when === undefined && !stage.columns.some((c) => hasWindow(c.expr) || hasSubquery(c.expr) || (c.name === undefined && c.expr.kind !== 'star'))
  );
}

/** Puts a simple stage that `stage` reads into `stage` itself. */
function mergeUp(stage: NStage, stages: readonly NStage[]): { stage: NStage; gone: NStage[] } | undefined {
  if (stage.union) return undefined;
  for (const source of stage.sources) {
    const { target } = source;
    const inner = target.kind === 'stage' ? stages.find((s) => s.id === target.id) : undefined;
    if (!inner || inner === stage || !isSimple(inner) || !filtersMayMove(stage, source, inner)) continue;
    const base = inner.sources[0] as NSource;
    const replace = substitution(source.key, inner, base);
    const columns = stage.columns.flatMap((column) => expandInner(column, source.key, inner, replace));
    if (columns.some((column) => column === undefined)) continue;
    const moved = inner.filters.map((filter) => ({ ...filter, expr: rekey(filter.expr, base.key, source.key) }));
    return {
      stage: {
        ...substituteAll(stage, replace),
        columns: columns as NColumn[],
        passes: stage.passes && inner.filters.length === 0,
        sources: stage.sources.map((s) => ({ ...(s === source ? { ...s, target: base.target } : s), ...(s.join ? { join: substituteJoin(s.join, replace) } : {}) })),
        filters: [...stage.filters.map((f) => ({ ...f, expr: normaliseExpr(replace(f.expr)) })), ...moved],
      },
      gone: [],
    };
  }
  return undefined;
}

/** A filter may leave an inner stage for the outer where only if no outer join could have kept the rows it drops. */
function filtersMayMove(stage: NStage, source: NSource, inner: NStage): boolean {
  if (inner.filters.length === 0) return true;
  const index = stage.sources.indexOf(source);
  const own = source.join?.type;
  if (own !== undefined && own !== 'inner' && own !== 'cross') return false;
  return stage.sources.slice(index + 1).every((s) => s.join?.type !== 'right' && s.join?.type !== 'full');
}

type Replace = (expr: Expr) => Expr;

/** Column references to `key` become the inner stage's expressions over its own source, now under the same key. */
function substitution(key: string, inner: NStage, base: NSource): Replace {
  const byName = new Map(inner.columns.flatMap((c) => (c.name ? [[c.name.text.toLowerCase(), rekey(c.expr, base.key, key)] as const] : [])));
  const replace: Replace = (expr) => {
    if (expr.kind !== 'column' || expr.source !== key) return mapChildren(expr, replace);
    return byName.get(expr.name.text.toLowerCase()) ?? expr;
  };
  return replace;
}

function rekey(expr: Expr, from: string, to: string): Expr {
  if (expr.kind === 'column') return expr.source === from ? { ...expr, source: to } : expr;
  if (expr.kind === 'star') return expr.table === undefined || expr.table.text === from ? { ...expr, table: { text: to, quoted: true } } : expr;
  return mapChildren(expr, (child) => rekey(child, from, to));
}

function expandInner(column: NColumn, key: string, inner: NStage, replace: Replace): (NColumn | undefined)[] {
  const { expr } = column;
  if (expr.kind !== 'star' || (expr.table !== undefined && expr.table.text !== key)) return [{ ...column, expr: normaliseExpr(replace(expr)) }];
  const plain = inner.columns.length === 1 && inner.columns[0]?.expr.kind === 'star';
  const star = inner.columns[0]?.expr;
  if (plain && star?.kind === 'star' && star.except.length === 0 && star.rename.length === 0 && star.replace.length === 0) return [column];
  if (expr.except.length === 0 && expr.rename.length === 0 && expr.replace.length === 0 && plain && star) return [{ ...column, expr: rekey(star, inner.sources[0]?.key ?? '', key) }];
  return [undefined];
}

function substituteJoin(join: NJoin, replace: Replace): NJoin {
  return { ...join, keys: join.keys.map(({ left, right }) => ({ left: replace(left), right: replace(right) })), conditions: join.conditions.map((c) => normaliseExpr(replace(c))) };
}

function substituteAll(stage: NStage, replace: Replace): NStage {
  const order = (keys: OrderKey[]): OrderKey[] => keys.map((key) => ({ ...key, expr: replace(key.expr) }));
  return {
    ...stage,
    unnests: stage.unnests.map((u) => ({ ...u, expr: replace(u.expr) })),
    ...(stage.aggregate ? { aggregate: { ...stage.aggregate, by: stage.aggregate.by.map((by) => normaliseExpr(replace(by))) } } : {}),
    ...(stage.deduplicate ? { deduplicate: { ...stage.deduplicate, by: stage.deduplicate.by.map(replace), orderBy: order(stage.deduplicate.orderBy) } } : {}),
    ...(stage.limit ? { limit: { ...stage.limit, orderBy: order(stage.limit.orderBy) } } : {}),
  };
}

/** A thin stage over one that aggregates, joins or ranks becomes part of that stage. */
function mergeDown(stage: NStage, stages: readonly NStage[]): { stage: NStage; gone: NStage[] } | undefined {
  const source = stage.sources[0];
  if (!isSimple(stage) || !source || source.target.kind !== 'stage') return undefined;
  const { id } = source.target;
  const inner = stages.find((s) => s.id === id);
  if (!inner || inner.recursive || inner.when !== undefined || readers(inner, stages) !== 1) return undefined;
  if (stage.passes) return { stage: { ...inner, id: stage.id, passes: false, ...(stage.name === undefined ? { name: undefined } : { name: stage.name }) }, gone: [inner] };
  if (inner.opaque.some((o) => o.aspects.includes('columns')) || inner.columns.some((c) => c.name === undefined && c.expr.kind !== 'star')) return undefined;
  if (inner.union || inner.distinct || inner.limit) return identical(stage, inner, source.key);
  const byName = new Map(inner.columns.flatMap((c) => (c.name ? [[c.name.text.toLowerCase(), c.expr] as const] : [])));
  let lost = false;
  const replace: Replace = (expr) => {
    if (expr.kind === 'star') lost = true;
    if (expr.kind !== 'column') return mapChildren(expr, replace);
    const found = byName.get(expr.name.text.toLowerCase()) ?? throughStar(inner, expr);
    if (!found) lost = true;
    return found ?? expr;
  };
  const windowed = inner.columns.some((c) => hasWindow(c.expr));
  const columns = stage.columns.map((c) => ({ ...c, expr: normaliseExpr(replace(c.expr)) }));
  const filters = stage.filters.map((f) => ({ ...f, expr: normaliseExpr(replace(f.expr)) }));
  const rank = filters.find((f) => firstRow(f.expr) !== undefined);
  const over = rank && firstRow(rank.expr);
  if (lost || (inner.deduplicate && (filters.length > 0 || columns.some((c) => hasWindow(c.expr))))) return undefined;
  if (windowed && !inner.deduplicate && filters.some((f) => f !== rank && !hasWindow(f.expr))) return undefined;
  if (windowed && rank && columns.some((c) => hasWindow(c.expr))) return undefined;
  return {
    stage: {
      ...inner,
      id: stage.id,
      name: stage.name,
      columns,
      filters: [...inner.filters, ...filters.filter((f) => f !== rank)],
      ...(over && rank ? { deduplicate: { by: over.partitionBy, orderBy: over.orderBy, span: rank.span } } : {}),
    },
    gone: [inner],
  };
}

/** A column that only the star of a stage can give comes from the source of that star. */
function throughStar(inner: NStage, column: Extract<Expr, { kind: 'column' }>): Expr | undefined {
  const stars = inner.columns.filter((c) => c.expr.kind === 'star');
  const star = stars[0]?.expr;
  if (stars.length !== 1 || star?.kind !== 'star' || star.replace.length > 0 || star.rename.length > 0 || inner.aggregate) return undefined;
  const name = column.name.text.toLowerCase();
  if (star.except.some((n) => n.text.toLowerCase() === name)) return undefined;
  const source = star.table?.text ?? (inner.sources.length === 1 ? inner.sources[0]?.key : undefined);
  return source === undefined ? undefined : { kind: 'column', name: column.name, source };
}

/** A projection that keeps every column under its name, in any order. */
function identical(stage: NStage, inner: NStage, key: string): { stage: NStage; gone: NStage[] } | undefined {
  const names = inner.columns.map((c) => c.name?.text.toLowerCase());
  const same = stage.filters.length === 0 && stage.columns.length === inner.columns.length && stage.columns.every((c) => c.expr.kind === 'column' && c.expr.source === key && c.name?.text.toLowerCase() === c.expr.name.text.toLowerCase() && names.includes(c.expr.name.text.toLowerCase()));
  if (!same) return undefined;
  const columns = stage.columns.map((c) => {
    const found = inner.columns.find((i) => i.name?.text.toLowerCase() === c.name?.text.toLowerCase());
    return { ...c, expr: found?.expr ?? c.expr };
  });
  return { stage: { ...inner, id: stage.id, name: stage.name, columns }, gone: [inner] };
}
