import type { Expr, Variant } from '../../sql/types';
import { mapChildren, someExpr } from '../../sql/exprs';
import { keyOf } from './joins';
import { knownOf, sourcesOf, type NCondition, type NFilter, type NGraph, type NJoin, type NSource, type NStage } from './model';
import { columnOf, plain, replaceColumns, resolveExpr, type ScopeSource } from './resolve';

type Subquery = Extract<Expr, { kind: 'subquery' }>;

/** EXISTS and IN conjuncts become semi and anti joins, scalar subqueries of one row become cross-joined steps. */
export function normaliseSubqueries(graph: NGraph, stage: NStage): NStage {
  if (!stage.filters.some((filter) => filter.expr.kind === 'subquery')) return scalarJoins(graph, stage);
  let out = stage;
  const kept: NFilter[] = [];
  for (const filter of stage.filters) {
    const join = filter.expr.kind === 'subquery' && filter.at === 'where' ? predicateJoin(graph, out, filter, filter.expr) : undefined;
    if (join) out = { ...out, joins: [...out.joins, join] };
    else kept.push(filter);
  }
  return scalarJoins(graph, { ...out, filters: kept });
}

function nextKey(graph: NGraph, stage: NStage, suffix: string): string {
  return `${graph.side === 'spec' ? 's' : 'm'}:${stage.id}.${suffix}${stage.joins.length + 1}`;
}

function predicateJoin(graph: NGraph, stage: NStage, filter: NFilter, expr: Subquery): NJoin | undefined {
  const child = graph.stages.get(expr.stage);
  if (!child || child.union || child.opaque.length > 0 || child.limit) return undefined;
  const source: NSource = { key: nextKey(graph, stage, 'p'), alias: '', name: plain(child.name ?? ''), target: { kind: 'stage', id: child.id }, span: filter.spans[0] ?? stage.span };
  const type = expr.negated ? 'anti' : 'semi';
  if (expr.use === 'in' && expr.operand) return inJoin(graph, child, source, type, expr.operand, filter);
  return expr.use === 'exists' ? existsJoin(graph, stage, child, source, type, filter) : undefined;
}

function inJoin(graph: NGraph, child: NStage, source: NSource, type: 'semi' | 'anti', operand: Expr, filter: NFilter): NJoin | undefined {
  const [column] = child.columns;
  if (child.columns.length !== 1 || !column || column.expr.kind === 'star' || isCorrelated(child)) return undefined;
  const name = column.name ?? '_1';
  if (column.name === undefined) graph.stages.set(child.id, { ...child, columns: [{ ...column, name }] });
  const right: Expr = columnOf(source.key, name);
  return { source, type, keys: [{ left: operand, right, spans: filter.spans }], conditions: [], opaque: false, spans: filter.spans, derived: 'in', ...(filter.when ? { when: filter.when } : {}) };
}

/** The correlated conjuncts of an EXISTS become the join's conditions; the rest stays in its stage. */
function existsJoin(graph: NGraph, stage: NStage, child: NStage, source: NSource, type: 'semi' | 'anti', filter: NFilter): NJoin | undefined {
  const [inner] = sourcesOf(child);
  if (!inner || sourcesOf(child).length !== 1 || child.unnests.length > 0 || child.aggregate || child.dedupe) return undefined;
  const outer: ScopeSource[] = sourcesOf(stage).map((s) => ({ key: s.key, alias: s.alias, known: knownOf(graph, s) }));
  const scope = { fold: graph.env.fold, sources: outer, bare: 'one' as const };
  const correlated: NCondition[] = [];
  const own: NFilter[] = [];
  for (const condition of child.filters) {
    if (!isOuter(condition.expr)) {
      own.push(condition);
      continue;
    }
    const moved = replaceColumns(resolveExpr(condition.expr, scope), (column) => (column.source === inner.key ? { ...column, source: source.key } : undefined));
    if (isOuter(moved)) return undefined;
    correlated.push({ expr: moved, spans: filter.spans });
  }
  if (correlated.length === 0) return undefined;
  const star: NStage['columns'][number] = { label: '*', expr: { kind: 'star', table: plain(inner.key), except: [], replace: [], rename: [] }, expanded: false, span: child.span };
  graph.stages.set(child.id, { ...child, filters: own, columns: [star] });
  const before = new Set(outer.map((s) => s.key));
  const keys = correlated.flatMap((condition) => keyOf(condition, before, source.key) ?? []);
  const conditions = correlated.filter((condition) => keyOf(condition, before, source.key) === undefined);
  return { source, type, keys, conditions, opaque: false, spans: filter.spans, derived: 'exists', ...(filter.when ? { when: filter.when } : {}) };
}

/** True where a column belongs to no source of its own query. */
function isOuter(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'column' && part.source === undefined && part.table !== undefined);
}

function isCorrelated(stage: NStage): boolean {
  return [...stage.filters.map((filter) => filter.expr), ...stage.columns.map((column) => column.expr)].some(isOuter);
}

function scalarJoins(graph: NGraph, stage: NStage): NStage {
  if (!hasScalar(stage)) return stage;
  const joins: { join: NJoin; whens: Set<Variant | undefined> }[] = [];
  const replaced = (expr: Expr, when: Variant | undefined): Expr => {
    if (expr.kind !== 'subquery' || expr.use !== 'scalar') return mapChildren(expr, (child) => replaced(child, when));
    const child = graph.stages.get(expr.stage);
    const [column] = child?.columns ?? [];
    if (!child || !column || child.columns.length !== 1 || !isOneRow(child)) return expr;
    if (isCorrelated(child)) {
      const grouped = correlatedJoin(graph, stage, child, `c${joins.length}-`);
      if (grouped) joins.push({ join: grouped.join, whens: new Set([when]) });
      return grouped ? { ...grouped.value, ...(expr.span ? { span: expr.span } : {}) } : expr;
    }
    const name = column.name ?? '_1';
    if (column.name === undefined) graph.stages.set(child.id, { ...child, columns: [{ ...column, name }] });
    const known = joins.find(({ join }) => join.source.target.id === child.id);
    known?.whens.add(when);
    const source = known?.join.source ?? { key: nextKey(graph, stage, `q${joins.length}-`), alias: '', name: plain(child.name ?? ''), target: { kind: 'stage' as const, id: child.id }, span: child.span };
    if (!known) joins.push({ join: { source, type: 'cross', keys: [], conditions: [], opaque: false, spans: [child.span], derived: 'scalar' }, whens: new Set([when]) });
    return { ...columnOf(source.key, name), ...(expr.span ? { span: expr.span } : {}) };
  };
  const filters = stage.filters.map((filter) => ({ ...filter, expr: replaced(filter.expr, filter.when) }));
  const columns = stage.columns.map((column) => ({ ...column, expr: replaced(column.expr, undefined) }));
  // What only one variant reads is joined in that variant.
  const joined = joins.map(({ join, whens }): NJoin => {
    const [when] = whens;
    return whens.size === 1 && when ? { ...join, when } : join;
  });
  return { ...stage, filters, columns, joins: [...stage.joins, ...joined] };
}

/**
 * `(select max(b.x) from b where b.k = a.k)` is a left join to one row per k of b. What counts rows gives 0 where there are
 * none, all else null. Undefined where rows are matched in another way than by equal columns.
 */
function correlatedJoin(graph: NGraph, stage: NStage, child: NStage, suffix: string): { join: NJoin; value: Expr } | undefined {
  const [column] = child.columns;
  const [inner] = sourcesOf(child);
  if (!child.aggregate?.implicit || !column || !inner || child.limit || child.unnests.length > 0 || child.joins.some((join) => join.conditions.some((condition) => isOuter(condition.expr)))) return undefined;
  const counts = column.expr.kind === 'call' && (column.expr.name === 'count' || column.expr.name === 'count_if');
  if (isOuter(column.expr) || (!counts && someExpr(column.expr, (part) => part.kind === 'call' && (part.name === 'count' || part.name === 'count_if')))) return undefined;
  const outer: ScopeSource[] = sourcesOf(stage).map((s) => ({ key: s.key, alias: s.alias, known: knownOf(graph, s) }));
  const scope = { fold: graph.env.fold, sources: outer, bare: 'one' as const };
  const own = new Set(sourcesOf(child).map((source) => source.key));
  const before = new Set(outer.map((source) => source.key));
  const pairs: { left: Expr; right: Extract<Expr, { kind: 'column' }>; spans: NFilter['spans'] }[] = [];
  for (const filter of child.filters.filter((candidate) => isOuter(candidate.expr))) {
    const expr = resolveExpr(filter.expr, scope);
    const [a, b] = expr.kind === 'op' && expr.op === '=' ? expr.args : [];
    const isOf = (side: Expr | undefined, keys: ReadonlySet<string>): boolean => side?.kind === 'column' && side.source !== undefined && keys.has(side.source);
    const [left, right] = isOf(a, before) && isOf(b, own) ? [a, b] : isOf(b, before) && isOf(a, own) ? [b, a] : [];
    if (!left || right?.kind !== 'column') return undefined;
    pairs.push({ left, right, spans: filter.spans });
  }
  if (pairs.length === 0) return undefined;
  const name = column.name ?? '_1';
  const keyNames = pairs.map(({ right }) => (right.name.text === name ? `${right.name.text}_key` : right.name.text));
  const source: NSource = { key: nextKey(graph, stage, suffix), alias: '', name: plain(child.name ?? ''), target: { kind: 'stage', id: child.id }, span: child.span };
  graph.stages.set(child.id, {
    ...child,
    filters: child.filters.filter((filter) => !isOuter(filter.expr)),
    aggregate: { by: pairs.map(({ right }, index) => ({ expr: right, name: keyNames[index] as string })), implicit: false, span: pairs[0]?.spans[0] ?? child.span },
    columns: [...pairs.map(({ right, spans }, index) => ({ name: keyNames[index] as string, label: keyNames[index] as string, expr: right, expanded: false, span: spans[0] ?? child.span })), { ...column, name }],
  });
  const value = columnOf(source.key, name);
  const join: NJoin = { source, type: 'left', keys: pairs.map(({ left, spans }, index) => ({ left, right: columnOf(source.key, keyNames[index] as string), spans })), conditions: [], opaque: false, spans: [child.span], derived: 'scalar' };
  return { join, value: counts ? { kind: 'call', name: 'coalesce', args: [value, { kind: 'literal', type: 'number', value: '0' }], distinct: false, aggregate: false } : value };
}

function hasScalar(stage: NStage): boolean {
  const isScalar = (part: Expr): boolean => part.kind === 'subquery' && part.use === 'scalar';
  return stage.filters.some((filter) => someExpr(filter.expr, isScalar)) || stage.columns.some((column) => someExpr(column.expr, isScalar));
}

function isOneRow(stage: NStage): boolean {
  if (stage.union || stage.opaque.length > 0) return false;
  if (stage.aggregate) return stage.aggregate.by.length === 0;
  return stage.limit?.rows?.kind === 'literal' && stage.limit.rows.value === '1';
}
