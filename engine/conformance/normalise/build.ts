import type { Span } from '../../text';
import type { Attachment, Expr, Opaque, OrderKey, OutputColumn, Stage, StageGraph } from '../../sql/types';
import { hasAggregate, hasWindow, mapChildren, someExpr } from '../../sql/exprs';
import { exprKey } from '../expr/key';
import { conjunctsOf, filterForm, normaliseExpr } from '../expr/normalise';
import { knownOf, type GraphEnv, type NColumn, type NFilter, type NGraph, type NGroup, type NJoin, type NSource, type NStage, type NUnnest } from './model';
import { columnOf, plain, resolveExpr, type ResolveContext, type ScopeSource } from './resolve';

/** Builds the graph that is compared: names folded, columns resolved, stars expanded where their columns are known. */
export function buildGraph(graph: StageGraph, side: 'spec' | 'model', env: GraphEnv): NGraph {
  const built: NGraph = {
    side,
    stages: new Map(),
    relations: new Map(graph.relations.map((relation) => [relation.id, relation])),
    last: graph.stages[graph.stages.length - 1]?.id ?? '',
    order: [],
    env,
  };
  for (const stage of graph.stages) {
    built.stages.set(stage.id, buildStage(built, stage));
    built.order.push(stage.id);
  }
  return built;
}

function buildStage(graph: NGraph, stage: Stage): NStage {
  const { fold } = graph.env;
  const prefix = graph.side === 'spec' ? 's' : 'm';
  const key = (index: number | string): string => `${prefix}:${stage.id}.${index}`;
  const out: NStage = {
    id: stage.id,
    ...(stage.name === undefined ? {} : { name: stage.name }),
    span: stage.span,
    merged: [],
    joins: [],
    unnests: [],
    filters: [],
    orderBy: [],
    recursive: stage.recursive === true,
    numbers: [],
    laterals: [],
    columns: [],
    opaque: [...stage.opaque],
    ...(stage.when ? { when: stage.when } : {}),
  };
  if (stage.from) out.base = sourceOf(stage.from, key(0), graph);
  const sources = [...(out.base ? [out.base] : []), ...stage.joins.map((join, index) => sourceOf(join.to, key(index + 1), graph))];
  const unnestKeys = stage.unnests.map((_, index) => key(`u${index}`));
  const scopeSources: ScopeSource[] = sources.map((source) => ({ key: source.key, alias: source.alias, known: knownOf(graph, source) }));
  const unnestSources: ScopeSource[] = stage.unnests.map((unnest, index) => ({
    key: unnestKeys[index] as string,
    alias: fold(unnest.alias),
    known: { names: [...unnest.columns.map((name) => fold(name)), ...(unnest.columns.length === 0 && unnest.alias.text !== '' ? [fold(unnest.alias)] : [])], complete: true },
  }));
  // A struct that comes out of a list goes by the name of its column: `item.sku` of `explode(items) as item`.
  const structSources: ScopeSource[] = stage.unnests.flatMap((unnest, index) => unnest.columns.map((name) => ({ key: unnestKeys[index] as string, alias: fold(name), known: { names: [], complete: true } })));
  const all = [...scopeSources, ...unnestSources, ...structSources];
  const tested = new Set(stage.joins.flatMap((join, index) => (join.type === 'semi' || join.type === 'anti' ? [sources[index + (out.base ? 1 : 0)]?.key] : [])));
  const bare = graph.side === 'spec' ? 'all' : 'one';
  // SQL's joins carry keys only from USING and NATURAL; ON stays a condition until it is taken apart.
  const using = new Set(graph.side === 'spec' ? [] : stage.joins.flatMap((join) => join.keys.flatMap((key) => (key.left.kind === 'column' ? [fold(key.left.name)] : []))));
  // A name that stands in a part kept as text may be one that this part gives, such as that of an unnested list.
  const elsewhere = (name: string): boolean => stage.opaque.some(({ text }) => new RegExp(`(^|[^\\w$])${name.replace(/[^\w$]/g, '\\$&')}($|[^\\w$])`, 'i').test(text));
  const scope: ResolveContext = { fold, sources: all.map((source) => (tested.has(source.key) ? { ...source, tested: true } : source)), bare, using, elsewhere };
  const lower = (expr: Expr, context: ResolveContext = scope): Expr => normaliseExpr(resolveExpr(expr, context));

  out.columns = columnsOf(graph, stage.opaque.length === 0 ? stage.columns : stage.columns.map((column) => ({ ...column, expr: shown(stage, column) })), sources, scopeSources, scope);
  const aliases = aliasContext(scope, out.columns, graph.side);
  out.laterals = NO_LATERALS.has(graph.env.dialect) ? [] : lateralsOf(out.columns, scope.sources.filter((source) => source.tested !== true));
  out.unnests = stage.unnests.map((unnest, index): NUnnest => ({ key: unnestKeys[index] as string, alias: fold(unnest.alias), expr: lower(unnest.expr), columns: unnest.columns.map((name) => fold(name)), outer: unnest.outer, span: unnest.span, written: unnest }));
  const first = out.base ? 1 : 0;
  out.joins = stage.joins.map((join, index): NJoin => {
    const source = sources[index + first] as NSource;
    const before: ResolveContext = { ...scope, sources: [...scopeSources.slice(0, index + first), ...unnestSources] };
    const upTo: ResolveContext = { ...scope, sources: [...scopeSources.slice(0, index + first + 1), ...unnestSources] };
    const own: ResolveContext = { ...scope, sources: scopeSources.slice(index + first, index + first + 1) };
    return {
      source,
      type: join.type,
      keys: join.keys.map((pair) => keyOf(pair.left, pair.right, { before, own, upTo }, join.span)),
      conditions: [
        ...join.conditions.flatMap((condition) => conjunctsOf(lower(condition, upTo)).map((expr) => ({ expr: filterForm(expr), spans: [condition.span ?? join.span] }))),
        ...branchesIn(stage, join.span).map((part) => ({ expr: hiddenExpr(part), spans: [part.span] })),
      ],
      opaque: join.opaque,
      spans: [join.span],
      ...(join.when ? { when: join.when } : {}),
    };
  });
  out.filters = stage.filters.flatMap((filter) =>
    conjunctsOf(normaliseExpr(resolveExpr(shown(stage, filter), filter.at === 'where' ? aliases.where : aliases.late))).map((expr): NFilter => ({ expr: filterForm(expr), ...aliasOf(filter.expr, out.columns, fold), at: filter.at, spans: [filter.span], ...(filter.when ? { when: filter.when } : {}) })),
  );
  out.filters = out.filters.filter((filter) => !isAlwaysTrue(filter.expr));
  if (stage.aggregate) out.aggregate = groupOf(stage, out.columns, aliases.group, fold);
  if (stage.distinct) {
    if (stage.distinct.on.length > 0) {
      const by = stage.distinct.on.map((expr) => lower(expr, aliases.late));
      const order = orderOf(stage.orderBy, aliases.late);
      out.dedupe = { by, order: order.filter((item) => !by.some((expr) => exprKey(expr) === exprKey(item.expr))), spans: [stage.distinct.span] };
    } else out.distinct = { span: stage.distinct.span };
  }
  out.orderBy = orderOf(stage.orderBy, aliases.late);
  if (stage.limit) out.limit = { ...(stage.limit.rows ? { rows: lower(stage.limit.rows) } : {}), ...(stage.limit.offset ? { offset: lower(stage.limit.offset) } : {}), span: stage.limit.span };
  if (stage.union) {
    out.union = { op: stage.union.op, byName: stage.union.byName, branches: stage.union.branches, span: stage.union.span };
    const told = graph.side === 'spec' && stage.columns.some((column) => column.name !== undefined);
    if (!told) out.columns = unionColumns(graph, stage);
  }
  return out;
}

/** What Jinja writes, leaves out or repeats and is a part of what stands at a place, and no more. */
function branchesIn(stage: Stage, place: Span): Opaque[] {
  if (stage.opaque.length === 0) return stage.opaque;
  return stage.opaque.filter(({ reason, span }) => (reason === 'jinja' || reason === 'macro') && span.start < place.end && place.start < span.end && !(span.start <= place.start && place.end <= span.end));
}

function hiddenExpr(part: Opaque): Expr {
  return { kind: 'jinja', text: part.text, span: part.span };
}

/** An expression as far as it is shown: one that Jinja writes in parts is hidden. */
function shown(stage: Stage, { expr, span }: { expr: Expr; span: Span }): Expr {
  const [part] = expr.kind === 'star' ? [] : branchesIn(stage, span);
  if (!part) return expr;
  // A window that is hidden in part still numbers or adds up rows.
  return hasWindow(expr) ? withHiddenWindows(expr, hiddenExpr(part)) : hiddenExpr(part);
}

function withHiddenWindows(expr: Expr, hidden: Expr): Expr {
  const inner = mapChildren(expr, (child) => withHiddenWindows(child, hidden));
  return inner.kind === 'call' && inner.over ? { ...inner, over: { ...inner.over, partitionBy: [...inner.over.partitionBy, hidden] } } : inner;
}

function aliasOf(expr: Expr, columns: readonly NColumn[], fold: ResolveContext['fold']): { alias?: string } {
  const name = expr.kind === 'column' && !expr.table ? fold(expr.name) : undefined;
  return name !== undefined && columns.some((column) => column.name === name && !column.expanded) ? { alias: name } : {};
}

/** `true`, `1 = 1`: says nothing. */
function isAlwaysTrue(expr: Expr): boolean {
  if (expr.kind === 'literal') return expr.type === 'boolean' && expr.value === 'true';
  const [a, b] = expr.kind === 'op' && expr.op === '=' ? expr.args : [];
  return a?.kind === 'literal' && b?.kind === 'literal' && a.type === b.type && a.type !== 'null' && a.value === b.value;
}

function sourceOf(attached: Attachment, key: string, graph: NGraph): NSource {
  const relation = attached.target.kind === 'relation' ? graph.relations.get(attached.target.id) : undefined;
  const written = attached.alias.text !== '' ? attached.alias : { text: relation?.name ?? '', quoted: false };
  return { key, alias: graph.env.fold(written), name: written, target: attached.target, span: attached.span };
}

/** A set operation names its columns after its first branch. */
function unionColumns(graph: NGraph, stage: Stage): NColumn[] {
  const first = graph.stages.get(stage.union?.branches[0] ?? '');
  return (first?.columns ?? []).map((column): NColumn =>
    column.name === undefined ? { ...column, span: stage.span } : { name: column.name, label: column.label, expr: { kind: 'column', name: plain(column.name) }, expanded: true, span: column.span });
}

function columnsOf(graph: NGraph, columns: readonly OutputColumn[], sources: readonly NSource[], scope: readonly ScopeSource[], resolution: ResolveContext): NColumn[] {
  const { fold } = graph.env;
  const named = new Map<string, Expr>();
  const context: ResolveContext = { ...resolution, alias: (name, inSource, allKnown) => (!inSource && allKnown ? named.get(name) : undefined) };
  const out: NColumn[] = [];
  for (const column of columns) {
    if (column.expr.kind === 'star' && column.name === undefined) {
      out.push(...starColumns(graph, column, sources, scope, resolution));
      continue;
    }
    const expr = normaliseExpr(resolveExpr(column.expr, context));
    const name = column.name && fold(column.name);
    if (name !== undefined && !isOwnName(expr, name)) named.set(name, expr);
    out.push({ name, label: column.name?.text ?? '', expr, expanded: false, span: column.span });
  }
  return out;
}

/** Warehouses where an output column cannot be named in the list it stands in. */
const NO_LATERALS = new Set(['postgres', 'bigquery', 'trino']);

/** Names of computed columns that no source is known to have, beside sources whose columns are not all known. */
function lateralsOf(columns: readonly NColumn[], sources: readonly ScopeSource[]): NStage['laterals'] {
  if (sources.every(({ known }) => known.complete)) return [];
  return columns.flatMap(({ name, expr, expanded }) => (name === undefined || expanded || expr.kind === 'star' || names(expr, name) || sources.some(({ known }) => known.names.includes(name)) ? [] : [{ name, expr }]));
}

/** True where an expression has a bare name in it: there that is no output column of that name. */
function names(expr: Expr, name: string): boolean {
  return someExpr(expr, (part) => part.kind === 'column' && !part.table && part.name.text === name);
}

function isOwnName(expr: Expr, name: string): boolean {
  return expr.kind === 'column' && expr.name.text === name;
}

function starColumns(graph: NGraph, column: OutputColumn, sources: readonly NSource[], scope: readonly ScopeSource[], resolution: ResolveContext): NColumn[] {
  const { fold } = graph.env;
  const star = column.expr as Extract<Expr, { kind: 'star' }>;
  const table = star.table && fold(star.table);
  const wanted = sources.filter((source) => table === undefined || source.alias === table);
  if (wanted.length === 0) return [{ label: '*', expr: star, expanded: false, span: column.span }];
  const except = new Set(star.except.map((name) => fold(name)));
  const renamed = new Map(star.rename.map(({ from, to }) => [fold(from), fold(to)]));
  const replaced = new Map(star.replace.map((item) => [fold(item.name), normaliseExpr(resolveExpr(item.expr, resolution))]));
  return wanted.flatMap((source): NColumn[] => {
    const known = scope.find((candidate) => candidate.key === source.key)?.known;
    if (!known?.complete) {
      return [{ label: '*', expr: { kind: 'star', table: plain(source.key), except: [...except].sort().map(plain), replace: [], rename: [...renamed].map(([from, to]) => ({ from: plain(from), to: plain(to) })) }, expanded: false, span: column.span }, ...[...replaced].map(([name, expr]): NColumn => ({ name, label: name, expr, expanded: false, span: column.span }))];
    }
    return known.names.filter((name) => !except.has(name)).map((name): NColumn => {
      const output = renamed.get(name) ?? name;
      return { name: output, label: output, expr: replaced.get(name) ?? columnOf(source.key, name), expanded: true, span: column.span };
    });
  });
}

/** What a bare name means in WHERE, in GROUP BY, and in the clauses after it, where output columns can be named. */
function aliasContext(base: ResolveContext, columns: readonly NColumn[], side: 'spec' | 'model'): Record<'where' | 'group' | 'late', ResolveContext> {
  const named = new Map<string, Expr>();
  for (const column of columns) if (column.name !== undefined && !column.expanded && !isOwnName(column.expr, column.name) && !named.has(column.name)) named.set(column.name, column.expr);
  return {
    where: { ...base, alias: (name, inSource, allKnown) => (!inSource && allKnown ? named.get(name) : undefined) },
    group: {
      ...base,
      alias: (name, inSource) => {
        const expr = named.get(name);
        return expr && !hasAggregate(expr) && (!inSource || side === 'spec') ? expr : undefined;
      },
    },
    late: {
      ...base,
      alias: (name, inSource) => {
        const expr = named.get(name);
        return expr && (!inSource || hasAggregate(expr) || hasWindow(expr)) ? expr : undefined;
      },
    },
  };
}

/** The column that a grouped expression is word for word: names in it mean what they mean there. */
function groupedColumn(stage: Stage, columns: readonly NColumn[], expr: Expr): Expr | undefined {
  if (expr.kind === 'column' || expr.kind === 'literal') return undefined;
  const own = stage.columns.find((column) => exprKey(column.expr) === exprKey(expr));
  return own && columns.find((column) => !column.expanded && column.span.start === own.span.start && column.span.end === own.span.end && column.label === (own.name?.text ?? ''))?.expr;
}

function groupOf(stage: Stage, columns: readonly NColumn[], context: ResolveContext, fold: ResolveContext['fold']): NGroup | undefined {
  if (!stage.aggregate) return undefined;
  return {
    by: stage.aggregate.by.map((expr) => ({ expr: groupedColumn(stage, columns, expr) ?? normaliseExpr(resolveExpr(expr, context)), ...(expr.kind === 'column' && !expr.table ? { name: fold(expr.name) } : {}) })),
    implicit: stage.aggregate.implicit,
    span: stage.aggregate.span,
    ...(stage.aggregate.grouping === undefined ? {} : { grouping: stage.aggregate.grouping }),
  };
}

function orderOf(keys: readonly OrderKey[], context: ResolveContext): OrderKey[] {
  return keys.map((key) => ({ ...key, expr: normaliseExpr(resolveExpr(key.expr, context)) }));
}

function keyOf(left: Expr, right: Expr, scopes: { before: ResolveContext; own: ResolveContext; upTo: ResolveContext }, span: NSource['span']): NJoin['keys'][number] {
  const lower = (expr: Expr, context: ResolveContext): Expr => normaliseExpr(resolveExpr(expr, context));
  return { left: lower(left, scopes.before), right: lower(right, scopes.own), spans: [span] };
}
