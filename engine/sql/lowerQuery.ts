import type { Span } from '../text';
import { conjuncts, coveringSpan, identifier, isRecord, listOf, open, type Payload } from './ast';
import { ALL_ASPECTS, emptyStage, exprContext, opaqueOf, stageId, type Builder, type Scope, type ScopeEntry } from './builder';
import { hasAggregate } from './exprs';
import { lowerFrom } from './lowerFrom';
import { lowerExpr, orderKeys, placeholderIn, plainName, withWindows, type ExprContext } from './lowerExpr';
import type { SelectSegment } from './segments';
import type { Expr, Filter, OutputColumn, Stage } from './types';

const SET_OPERATORS = new Set(['union', 'intersect', 'except']);

/** Lowers a query node to a stage and gives its id; nested queries become stages before it. */
export function lowerQuery(builder: Builder, query: unknown, scope: Scope, name?: string): string {
  const opened = open(query);
  const payload = opened?.payload ?? {};
  if (opened?.tag === 'select') return lowerSelect(builder, payload, scope, name);
  if (opened && SET_OPERATORS.has(opened.tag)) return lowerSetOperation(builder, opened.tag, payload, scope, name);
  if (opened?.tag === 'subquery' && isRecord(payload['this'])) {
    const inner = withCtes(builder, payload, scope);
    const id = lowerQuery(builder, payload['this'], inner, name);
    const stage = builder.stages.find((s) => s.id === id);
    if (stage) limits(stage, payload, exprContext(builder, (q) => lowerQuery(builder, q, inner)));
    return id;
  }
  return lowerOther(builder, opened?.tag ?? 'empty', payload, name);
}

function lowerOther(builder: Builder, tag: string, payload: Payload, name: string | undefined): string {
  const span = coveringSpan(payload) ?? { start: 0, end: builder.template.length };
  const stage = emptyStage(stageId(builder), span, name);
  if (tag === 'values') {
    const rows = listOf(payload['expressions']);
    const context = exprContext(builder, () => '');
    const cells = listOf(isRecord(rows[0]) ? rows[0]['expressions'] : []);
    stage.columns = cells.map((cell) => ({ expr: lowerExpr(cell, context), span }));
  }
  stage.opaque.push(opaqueOf(builder, 'unsupported', ALL_ASPECTS, span));
  builder.stages.push(stage);
  return stage.id;
}

function withCtes(builder: Builder, payload: Payload, scope: Scope): Scope {
  if (!isRecord(payload['with'])) return scope;
  const inner = new Map<string, ScopeEntry>(scope);
  for (const cte of listOf(payload['with']['ctes'])) {
    if (!isRecord(cte)) continue;
    const name = identifier(cte['alias']);
    const key = name?.text.toLowerCase() ?? '';
    if (key.startsWith('__dbt__cte__')) {
      builder.nextSegment += countSelects(cte['this']);
      const model = name?.text.slice('__dbt__cte__'.length) ?? '';
      inner.set(key, { kind: 'relation', relation: { id: `ref:${model}`, kind: 'ref', name: model, text: `ref('${model}')`, span: name?.span ?? { start: 0, end: 0 } } });
      continue;
    }
    const recursive = payload['with']['recursive'] === true && mentions(cte['this'], key);
    const own = new Map<string, ScopeEntry>(inner);
    const reserved = recursive ? `recursive-${key}` : undefined;
    if (reserved) own.set(key, { kind: 'stage', id: reserved });
    const id = lowerQuery(builder, cte['this'], own, name?.text);
    const stage = builder.stages.find((s) => s.id === id);
    if (stage) {
      const columns = listOf(cte['columns']).map(identifier);
      if (columns.length > 0) renameColumns(stage, columns.map((column) => column?.text ?? ''));
      if (reserved) closeRecursion(builder, stage, reserved);
      if (name?.span) stage.span = { start: name.span.start, end: stage.span.end };
    }
    inner.set(key, { kind: 'stage', id });
  }
  return inner;
}

function closeRecursion(builder: Builder, stage: Stage, reserved: string): void {
  stage.recursive = true;
  const point = (target: { kind: string; id: string }): void => {
    if (target.kind === 'stage' && target.id === reserved) target.id = stage.id;
  };
  for (const other of builder.stages) {
    if (other.from) point(other.from.target);
    other.joins.forEach((join) => point(join.to.target));
  }
}

function renameColumns(stage: Stage, names: readonly string[]): void {
  stage.columns.forEach((column, index) => {
    const text = names[index];
    if (text) column.name = { text, quoted: false };
  });
}

function countSelects(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countSelects(item), 0);
  if (!isRecord(node)) return 0;
  return Object.entries(node).reduce((sum, [key, value]) => sum + countSelects(value) + (key === 'select' && isRecord(value) && Array.isArray(value['expressions']) ? 1 : 0), 0);
}

function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((item) => mentions(item, name));
  if (!isRecord(node)) return false;
  if (isRecord(node['table']) && identifier(node['table']['name'])?.text.toLowerCase() === name) return true;
  return Object.values(node).some((value) => mentions(value, name));
}

function lowerSetOperation(builder: Builder, tag: string, payload: Payload, scope: Scope, name: string | undefined): string {
  const inner = withCtes(builder, payload, scope);
  const all = payload['all'] === true;
  const op = `${tag}${all ? '_all' : ''}` as 'union' | 'union_all';
  const branches = [payload['left'], payload['right']].flatMap((side) => flatten(side, tag, all)).map((side) => lowerQuery(builder, side, inner));
  nameBranches(builder, branches);
  const spans = branches.map((id) => builder.stages.find((stage) => stage.id === id)?.span ?? { start: 0, end: 0 });
  const span: Span = { start: Math.min(...spans.map((s) => s.start)), end: Math.max(...spans.map((s) => s.end)) };
  const stage = emptyStage(stageId(builder), span, name);
  stage.union = { op, byName: payload['by_name'] === true, branches, span };
  const first = builder.stages.find((s) => s.id === branches[0]);
  stage.columns = (first?.columns ?? []).map((column) => ({ ...column, expr: columnOf(column) }));
  limits(stage, payload, exprContext(builder, (q) => lowerQuery(builder, q, inner)));
  builder.stages.push(stage);
  return stage.id;
}

/** A set operation takes its names from the first branch: what later branches leave unnamed goes by the name at its place. */
function nameBranches(builder: Builder, branches: readonly string[]): void {
  const [first, ...rest] = branches.map((id) => listedColumns(builder, id));
  for (const columns of rest) {
    if (!first || columns.length !== first.length || [...columns, ...first].some((column) => column.expr.kind === 'star')) continue;
    columns.forEach((column, index) => {
      const name = first[index]?.name;
      if (!column.name && name) column.name = name;
    });
  }
}

/** The columns of a stage, or of the stage that `select * from` passes on. */
function listedColumns(builder: Builder, id: string): OutputColumn[] {
  const stage = builder.stages.find((candidate) => candidate.id === id);
  if (!stage) return [];
  const [only] = stage.columns;
  const passes = stage.columns.length === 1 && only?.expr.kind === 'star' && only.expr.except.length + only.expr.rename.length + only.expr.replace.length === 0 && stage.joins.length === 0 && stage.unnests.length === 0;
  return passes && stage.from?.target.kind === 'stage' && stage.from.target.id !== id ? listedColumns(builder, stage.from.target.id) : stage.columns;
}

function columnOf(column: OutputColumn): Expr {
  return column.name ? { kind: 'column', name: column.name } : column.expr;
}

/** `a union b union c` of one operator is one set operation of three branches. */
function flatten(node: unknown, tag: string, all: boolean): unknown[] {
  const opened = withoutParentheses(node);
  if (!opened || opened.tag !== tag || (opened.payload['all'] === true) !== all || tag === 'except' || opened.payload['with'] != null) return [node];
  if (opened.payload['limit'] != null || opened.payload['order_by'] != null) return [node];
  return [opened.payload['left'], opened.payload['right']].flatMap((side) => flatten(side, tag, all));
}

/** A set operation that stands in parentheses and nothing else, which the parser takes for a subquery. */
function withoutParentheses(node: unknown): ReturnType<typeof open> {
  const opened = open(node);
  if (opened?.tag !== 'subquery' || ['alias', 'with', 'limit', 'offset', 'order_by'].some((key) => opened.payload[key] != null)) return opened;
  const inner = withoutParentheses(opened.payload['this']);
  return inner && SET_OPERATORS.has(inner.tag) ? inner : opened;
}

function lowerSelect(builder: Builder, payload: Payload, scope: Scope, name: string | undefined): string {
  const inner = withCtes(builder, payload, scope);
  const segment = takeSegment(builder, payload);
  const span = segment?.span ?? coveringSpan(payload) ?? { start: 0, end: builder.template.length };
  const stage = emptyStage('', span, name);
  const context = withWindows(exprContext(builder, (query) => lowerQuery(builder, query, inner)), payload['windows']);
  stage.columns = columnsOf(builder, payload, segment, context, span);
  lowerFrom(builder, stage, payload, segment, inner, context, lowerQuery);
  stage.filters = [
    ...filtersOf(payload['where_clause'], 'where', segment?.where?.parts, context, span),
    ...filtersOf(payload['having'], 'having', segment?.having?.parts, context, span),
    ...filtersOf(payload['qualify'], 'qualify', segment?.qualify?.parts, context, span),
  ];
  aggregation(builder, stage, payload, segment, context);
  if (payload['distinct'] === true) {
    stage.distinct = { on: listOf(payload['distinct_on']).map((item) => lowerExpr(item, context)), span: segment?.distinct ?? span };
  }
  limits(stage, payload, context, segment);
  unsupported(builder, stage, payload);
  stage.id = stageId(builder);
  builder.stages.push(stage);
  return stage.id;
}

function takeSegment(builder: Builder, payload: Payload): SelectSegment | undefined {
  const index = builder.nextSegment++;
  const own = coveringSpan({ ...payload, with: null });
  const next = builder.segments[index];
  const contains = (segment: SelectSegment | undefined): boolean =>
    segment !== undefined && (!own || (segment.span.start <= own.start && own.end <= segment.span.end));
  if (contains(next)) return next;
  return builder.segments
    .filter(contains)
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

function columnsOf(builder: Builder, payload: Payload, segment: SelectSegment | undefined, context: ExprContext, whole: Span): OutputColumn[] {
  const nodes = listOf(payload['expressions']);
  const spans = segment?.items.length === nodes.length ? segment.items : undefined;
  return nodes.map((node, index) => {
    const span = spans?.[index] ?? coveringSpan(node) ?? whole;
    const opened = open(node);
    const expr = starOf(builder, node, lowerExpr(node, context));
    if (opened?.tag === 'alias') {
      const alias = identifier(opened.payload['alias']);
      const hidden = alias?.span && placeholderIn(alias.span, builder.placeholders);
      return { ...(alias && !hidden ? { name: plainName(alias) } : {}), expr, span };
    }
    if (expr.kind === 'column') return { name: expr.name, expr, span };
    const field = opened?.tag === 'dot' ? identifier(opened.payload['field']) : undefined;
    return { ...(field ? { name: plainName(field) } : {}), expr, span };
  });
}

function starOf(builder: Builder, node: unknown, expr: Expr): Expr {
  const span = expr.kind === 'jinja' ? coveringSpan(node) : undefined;
  const placeholder = span && placeholderIn(span, builder.placeholders);
  if (placeholder?.kind !== 'star' || !placeholder.relation) return expr;
  return {
    kind: 'star',
    table: { text: placeholder.relation.name, quoted: false },
    except: (placeholder.except ?? []).map((text) => ({ text, quoted: false })),
    replace: [],
    rename: [],
    ...(span ? { span } : {}),
  };
}

function filtersOf(clause: unknown, at: Filter['at'], parts: readonly Span[] | undefined, context: ExprContext, whole: Span): Filter[] {
  if (!isRecord(clause)) return [];
  const nodes = conjuncts(clause['this']);
  return nodes.map((node, index) => ({
    expr: lowerExpr(node, context),
    at,
    span: (parts?.length === nodes.length ? parts[index] : undefined) ?? coveringSpan(node) ?? whole,
  }));
}

function aggregation(builder: Builder, stage: Stage, payload: Payload, segment: SelectSegment | undefined, context: ExprContext): void {
  const clause = payload['group_by'];
  const span = segment?.groupBy?.span ?? stage.span;
  if (!isRecord(clause)) {
    const implicit = stage.columns.some((column) => hasAggregate(column.expr)) || stage.filters.some((filter) => filter.at === 'having');
    if (implicit) stage.aggregate = { by: [], implicit: true, span: stage.columns.find((c) => hasAggregate(c.expr))?.span ?? span };
    return;
  }
  if (clause['all'] === true) {
    stage.aggregate = { by: stage.columns.map((c) => c.expr).filter((expr) => !hasAggregate(expr)), implicit: false, span };
    return;
  }
  const nodes = listOf(clause['expressions']);
  const grouping = nodes.map((node) => open(node)).find((opened) => /^(grouping sets|rollup|cube)$/i.test(String(opened?.payload['name'] ?? opened?.tag ?? '')));
  stage.aggregate = {
    by: nodes.flatMap((node) => groupKeys(builder, stage, lowerExpr(node, context), node)),
    implicit: false,
    span,
    ...(grouping ? { grouping: JSON.stringify(grouping.payload['name'] ?? grouping.tag) } : {}),
  };
}

function groupKeys(builder: Builder, stage: Stage, expr: Expr, node: unknown): Expr[] {
  const span = expr.kind === 'jinja' ? coveringSpan(node) : undefined;
  const placeholder = span && placeholderIn(span, builder.placeholders);
  if (placeholder?.kind === 'group_by') return stage.columns.slice(0, placeholder.count ?? 0).map((column) => column.expr);
  if (expr.kind === 'literal' && expr.type === 'number' && /^\d+$/.test(expr.value)) {
    // A star before the position makes it unknowable here; the literal stays as it is.
    const before = stage.columns.slice(0, Number(expr.value));
    const column = before[Number(expr.value) - 1];
    return column && !before.some((c) => c.expr.kind === 'star') ? [column.expr] : [expr];
  }
  return [expr];
}

function limits(stage: Stage, payload: Payload, context: ExprContext, segment?: SelectSegment): void {
  if (isRecord(payload['order_by'])) stage.orderBy = orderKeys(payload['order_by']['expressions'], context);
  const rows = limitExpr(payload['limit'] ?? payload['fetch'] ?? payload['top'], context);
  const offset = limitExpr(payload['offset'], context);
  if (!rows && !offset) return;
  stage.limit = { ...(rows ? { rows } : {}), ...(offset ? { offset } : {}), span: segment?.limit?.span ?? stage.span };
}

function limitExpr(value: unknown, context: ExprContext): Expr | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value['this'] ?? value['count'] ?? value;
  return lowerExpr(inner, context);
}

const UNSUPPORTED = ['connect', 'into', 'distribute_by', 'cluster_by', 'sort_by', 'sample'];

function unsupported(builder: Builder, stage: Stage, payload: Payload): void {
  for (const key of UNSUPPORTED) {
    const value = payload[key];
    if (value == null || (Array.isArray(value) && value.length === 0)) continue;
    stage.opaque.push(opaqueOf(builder, 'unsupported', key === 'connect' ? ['joins', 'filters'] : ['filters'], coveringSpan(value) ?? stage.span));
  }
}
