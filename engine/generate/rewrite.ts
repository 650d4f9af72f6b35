import { childrenOf, mapChildren, someExpr } from '../sql/exprs';
import type { Expr, Filter, Join, Name, Stage, StageGraph } from '../sql/types';

/**
 * The graph in the words a spec has: `exists (…)` as a semi join to a step, and a row number that only keeps the first
 * row as a deduplication of the stage that computes it. Both say the same as the SQL; nothing else is changed.
 */
export function inSpecWords(graph: StageGraph): StageGraph {
  return firstRows(existsAsJoins(graph));
}

function existsAsJoins(graph: StageGraph): StageGraph {
  const changed = new Map<string, Stage>();
  const stages = graph.stages.map((stage) => {
    const joins: Join[] = [];
    const filters = stage.filters.filter((filter) => {
      const told = filter.at === 'where' ? existsJoin(graph, stage, filter, joins.length) : undefined;
      if (!told || changed.has(told.child.id)) return true;
      changed.set(told.child.id, told.child);
      joins.push(told.join);
      return false;
    });
    return joins.length > 0 ? { ...stage, filters, joins: [...stage.joins, ...joins] } : stage;
  });
  return changed.size === 0 ? graph : { ...graph, stages: stages.map((stage) => changed.get(stage.id) ?? stage) };
}

/** One source, at least one condition that ties it to the query around, and nothing that groups or cuts its rows. */
function existsJoin(graph: StageGraph, stage: Stage, filter: Filter, index: number): { join: Join; child: Stage } | undefined {
  const expr = predicateOf(filter.expr);
  if (expr?.use !== 'exists') return undefined;
  const child = graph.stages.find((candidate) => candidate.id === expr.stage);
  if (!child?.from || child.name !== undefined || child.joins.length + child.unnests.length + child.opaque.length > 0 || child.aggregate || child.distinct || child.limit || child.union || child.filters.some((own) => own.at !== 'where')) return undefined;
  const own = child.from.alias;
  const outer = new Set([stage.from, ...stage.joins.map((join) => join.to)].flatMap((attached) => (attached ? [attached.alias.text.toLowerCase()] : [])));
  if (own.text === '' || outer.has(own.text.toLowerCase())) return undefined;
  const tied = child.filters.filter((condition) => names(condition.expr, (table) => !isSame(table, own)));
  if (tied.length === 0 || tied.some((condition) => !onlyKnown(condition.expr, own, outer)) || child.filters.some((condition) => hasQuery(condition.expr))) return undefined;
  const alias: Name = { text: `${own.text}_${index + 1}`, quoted: false };
  return {
    join: { to: { target: { kind: 'stage', id: child.id }, alias, span: filter.span }, type: expr.negated ? 'anti' : 'semi', keys: [], conditions: tied.map((condition) => withAlias(condition.expr, own, alias)), opaque: false, span: filter.span, ...(filter.when ? { when: filter.when } : {}) },
    child: { ...child, filters: child.filters.filter((condition) => !tied.includes(condition)), columns: [{ expr: { kind: 'star', except: [], replace: [], rename: [] }, span: child.span }] },
  };
}

/** The subquery that a condition tests; `not exists` and `not … in` are read as one word. */
export function predicateOf(expr: Expr): Extract<Expr, { kind: 'subquery' }> | undefined {
  if (expr.kind === 'subquery') return expr;
  const inner = expr.kind === 'op' && expr.op === 'not' ? expr.args[0] : undefined;
  return inner?.kind === 'subquery' ? { ...inner, negated: !inner.negated } : undefined;
}

function isSame(a: Name, b: Name): boolean {
  return a.text.toLowerCase() === b.text.toLowerCase();
}

function names(expr: Expr, test: (table: Name) => boolean): boolean {
  return someExpr(expr, (part) => part.kind === 'column' && part.table !== undefined && test(part.table));
}

/** Every column of a condition that ties must say whose it is. */
function onlyKnown(expr: Expr, own: Name, outer: ReadonlySet<string>): boolean {
  return !someExpr(expr, (part) => part.kind === 'column' && (part.table === undefined || (!isSame(part.table, own) && !outer.has(part.table.text.toLowerCase()))));
}

function hasQuery(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'subquery');
}

function withAlias(expr: Expr, from: Name, to: Name): Expr {
  if (expr.kind === 'column') return expr.table && isSame(expr.table, from) ? { kind: 'column', table: to, name: expr.name } : expr;
  return mapChildren(expr, (child) => withAlias(child, from, to));
}

function firstRows(graph: StageGraph): StageGraph {
  let stages = graph.stages;
  for (const { id } of graph.stages) {
    const stage = stages.find((candidate) => candidate.id === id);
    const told = stage && firstRow(stages, stage);
    if (told) stages = stages.map((candidate) => (candidate.id === told.reader.id ? told.reader : candidate.id === told.numbered.id ? told.numbered : candidate));
  }
  return stages === graph.stages ? graph : { ...graph, stages };
}

/** A stage that keeps row number 1 of the stage it reads, where nothing else reads that one or the number. */
function firstRow(stages: readonly Stage[], reader: Stage): { reader: Stage; numbered: Stage } | undefined {
  const { from } = reader;
  if (from?.target.kind !== 'stage' || reader.joins.some((join) => !['inner', 'left', 'cross'].includes(join.type)) || reader.when) return undefined;
  const { id } = from.target;
  const numbered = stages.find((stage) => stage.id === id);
  if (!numbered || numbered.opaque.length > 0 || numbered.aggregate || numbered.distinct || numbered.limit || numbered.union || numbered.recursive || numbered.when || numbered.filters.some((filter) => filter.at !== 'where')) return undefined;
  for (const filter of reader.filters) {
    const name = filter.at === 'where' && !filter.when ? testedForOne(filter.expr, from.alias) : undefined;
    const column = name && numbered.columns.find((candidate) => candidate.name && isSame(candidate.name, name));
    if (!name || !column || !isRowNumber(column.expr) || readsElsewhere(reader, filter, name, from.alias) || readersOf(stages, id) !== 1) continue;
    const first: Expr = { kind: 'op', op: '=', args: [column.expr, { kind: 'literal', type: 'number', value: '1' }] };
    return {
      reader: { ...reader, filters: reader.filters.filter((other) => other !== filter) },
      numbered: { ...numbered, columns: numbered.columns.filter((other) => other !== column), filters: [...numbered.filters, { expr: first, at: 'qualify', span: column.span }] },
    };
  }
  return undefined;
}

function testedForOne(expr: Expr, alias: Name): Name | undefined {
  if (expr.kind !== 'op' || expr.op !== '=' || expr.args.length !== 2) return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  const [column, literal] = a.kind === 'column' ? [a, b] : [b, a];
  if (column.kind !== 'column' || literal.kind !== 'literal' || literal.type !== 'number' || literal.value !== '1') return undefined;
  return column.table === undefined || isSame(column.table, alias) ? column.name : undefined;
}

/** `row_number() over (partition by …)` without a frame. */
export function isRowNumber(expr: Expr): expr is Extract<Expr, { kind: 'call' }> & { over: NonNullable<Extract<Expr, { kind: 'call' }>['over']> } {
  return expr.kind === 'call' && expr.name === 'row_number' && expr.over !== undefined && expr.over.partitionBy.length > 0 && expr.over.frame === '';
}

function readsElsewhere(reader: Stage, filter: Filter, name: Name, alias: Name): boolean {
  const exprs = [
    ...reader.columns.map((column) => column.expr),
    ...reader.filters.filter((other) => other !== filter).map((other) => other.expr),
    ...reader.joins.flatMap((join) => [...join.conditions, ...join.keys.flatMap((key) => [key.left, key.right])]),
    ...(reader.aggregate?.by ?? []),
    ...(reader.distinct?.on ?? []),
    ...reader.unnests.map((unnest) => unnest.expr),
    ...reader.orderBy.map((key) => key.expr),
  ];
  const reads = (part: Expr): boolean => (part.kind === 'column' && isSame(part.name, name)) || (part.kind === 'star' && (part.table === undefined || isSame(part.table, alias)) && reader.columns.some((column) => column.expr === part)) || part.kind === 'subquery';
  return exprs.some((expr) => someExpr(expr, reads));
}

function readersOf(stages: readonly Stage[], id: string): number {
  const inQuery = (expr: Expr): boolean => (expr.kind === 'subquery' && expr.stage === id) || childrenOf(expr).some(inQuery);
  return stages.reduce((count, stage) => {
    const attached = [stage.from, ...stage.joins.map((join) => join.to)].filter((a) => a?.target.kind === 'stage' && a.target.id === id).length;
    const branches = stage.union?.branches.filter((branch) => branch === id).length ?? 0;
    const queries = [...stage.columns.map((column) => column.expr), ...stage.filters.map((filter) => filter.expr)].filter(inQuery).length;
    return count + attached + branches + queries;
  }, 0);
}
