import type { Expr } from '../../sql/types';
import { sourcesOf, type NColumn, type NDedupe, type NFilter, type NGraph, type NSource, type NStage } from './model';

/** `qualify row_number() over (…) = 1`, and a filter on a row number of the stage below, become `dedupe`. */
export function normaliseDedupe(graph: NGraph, stage: NStage): NStage {
  let out = stage;
  for (const filter of stage.filters) {
    const tested = firstOf(filter.expr);
    if (!tested || out.dedupe) continue;
    if (tested.kind === 'call') {
      const dedupe = dedupeOf(tested, filter);
      if (dedupe) out = { ...out, dedupe, filters: out.filters.filter((other) => other !== filter) };
    } else if (tested.kind === 'column') out = fromBelow(graph, out, filter, tested) ?? out;
  }
  return out;
}

/** The expression that a filter says is the first: `x = 1`, `x <= 1`, `x < 2`. */
function firstOf(expr: Expr): Expr | undefined {
  if (expr.kind !== 'op' || expr.args.length !== 2) return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  const isLiteral = (e: Expr, value: string): boolean => e.kind === 'literal' && e.type === 'number' && e.value === value;
  if (expr.op === '=') return isLiteral(a, '1') ? b : isLiteral(b, '1') ? a : undefined;
  if (expr.op === '<=' && isLiteral(b, '1')) return a;
  return expr.op === '<' && isLiteral(b, '2') ? a : undefined;
}

function dedupeOf(call: Expr, filter: NFilter): NDedupe | undefined {
  if (call.kind !== 'call' || call.name !== 'row_number' || !call.over) return undefined;
  return { by: call.over.partitionBy, order: call.over.orderBy, spans: [...filter.spans] };
}

/** The row number is a column of the base stage: that stage keeps one row, and the column goes. */
function fromBelow(graph: NGraph, stage: NStage, filter: NFilter, tested: Extract<Expr, { kind: 'column' }>): NStage | undefined {
  const source = sourcesOf(stage).find((candidate) => candidate.key === tested.source);
  if (!source || source !== stage.base || source.target.kind !== 'stage' || filter.at !== 'where') return undefined;
  if (stage.joins.some((join) => join.type === 'right' || join.type === 'full')) return undefined;
  const id = dedupedStage(graph, source.target.id, tested.name.text, filter);
  if (id === undefined) return undefined;
  const base: NSource = { ...source, target: { kind: 'stage', id } };
  const passed = stage.columns.some((column) => isExpandedFrom(column, source.key, tested.name.text) || isStarOver(column, source.key, tested.name.text));
  return { ...stage, base, numbers: passed ? [...stage.numbers, tested.name.text] : stage.numbers, filters: stage.filters.filter((other) => other !== filter), columns: stage.columns.filter((column) => !isExpandedFrom(column, source.key, tested.name.text)).map((column) => withoutInStar(column, source.key, tested.name.text)) };
}

/** Columns that came out of a star of a stage which has since lost them. */
export function withoutLost(graph: NGraph, stage: NStage): NStage {
  const lost = (column: NColumn): boolean => {
    const { expr } = column;
    if (!column.expanded || expr.kind !== 'column') return false;
    const source = sourcesOf(stage).find((candidate) => candidate.key === expr.source);
    const below = source?.target.kind === 'stage' ? graph.stages.get(source.target.id) : undefined;
    return below !== undefined && !below.columns.some((other) => other.name === expr.name.text || other.expr.kind === 'star');
  };
  return stage.columns.some(lost) ? { ...stage, columns: stage.columns.filter((column) => !lost(column)) } : stage;
}

function isExpandedFrom(column: NColumn, key: string, name: string): boolean {
  return column.expanded && column.expr.kind === 'column' && column.expr.source === key && column.expr.name.text === name;
}

function isStarOver({ expr }: NColumn, key: string, name: string): boolean {
  return expr.kind === 'star' && (expr.table === undefined || expr.table.text === key) && !expr.except.some((item) => item.text === name);
}

/** The row number is 1 in every row that is left; a star leaves it out on both sides alike. */
function withoutInStar(column: NColumn, key: string, name: string): NColumn {
  if (column.expr.kind !== 'star' || column.expr.table?.text !== key) return column;
  return { ...column, expr: { ...column.expr, except: column.expr.except.filter((item) => item.text !== name) } };
}

function dedupedStage(graph: NGraph, id: string, name: string, filter: NFilter): string | undefined {
  const child = graph.stages.get(id);
  if (!child || child.dedupe || child.limit || child.union || child.distinct) return undefined;
  const column = child.columns.find((candidate) => candidate.name === name);
  const copy = `${id}~first`;
  const handed = column?.expanded && column.expr.kind === 'column' && column.expr.source === child.base?.key;
  if (column && !handed) {
    const dedupe = dedupeOf(column.expr, filter);
    if (!dedupe) return undefined;
    graph.stages.set(copy, { ...child, id: copy, merged: [...child.merged, id], dedupe: { ...dedupe, spans: [column.span, ...dedupe.spans] }, columns: child.columns.filter((other) => other !== column) });
    graph.order.splice(graph.order.indexOf(id) + 1, 0, copy);
    return copy;
  }
  // Through a stage that passes everything on.
  if (child.base?.target.kind !== 'stage' || child.joins.length > 0 || child.filters.length > 0 || child.aggregate || child.unnests.length > 0) return undefined;
  const passes = handed || child.columns.some((candidate) => candidate.expr.kind === 'star' && !candidate.expr.except.some((item) => item.text === name));
  const below = passes ? dedupedStage(graph, child.base.target.id, name, filter) : undefined;
  if (below === undefined) return undefined;
  graph.stages.set(copy, { ...child, id: copy, merged: [...child.merged, id], base: { ...child.base, target: { kind: 'stage', id: below } }, columns: child.columns.filter((other) => other !== column) });
  graph.order.splice(graph.order.indexOf(id) + 1, 0, copy);
  return copy;
}
