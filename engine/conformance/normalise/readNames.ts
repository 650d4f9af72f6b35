import type { Span } from '../../text';
import type { Expr } from '../../sql/types';
import { walkExpr } from '../../sql/exprs';
import { mapStage } from './inline';
import { sourcesOf, type NGraph, type NStage } from './model';

/**
 * Adds to stages that hide columns those that later stages read of them by name: the SQL could not run without them. What they
 * are made of stays hidden.
 */
export function withReadNames(graph: NGraph): void {
  if (![...graph.stages.values()].some(hiddenColumns)) return;
  for (const id of [...graph.order].reverse()) {
    const reader = graph.stages.get(id);
    if (!reader) continue;
    const stages = new Map(sourcesOf(reader).flatMap((source) => (source.target.kind === 'stage' ? [[source.key, source.target.id] as const] : [])));
    for (const { key, name } of readBy(reader)) {
      const below = stages.get(key);
      if (below !== undefined) demand(graph, below, name, new Set());
    }
  }
}

function readBy(stage: NStage): { key: string; name: string }[] {
  const read = new Map<string, { key: string; name: string }>();
  mapStage(stage, (expr) => {
    walkExpr(expr, (part) => {
      if (part.kind === 'column' && part.source !== undefined) read.set(`${part.source}\n${part.name.text}`, { key: part.source, name: part.name.text });
    });
    return expr;
  });
  return [...read.values()];
}

/** Jinja in the select list that may write columns: a part that is hidden, or an expression without a name. */
function hiddenColumns(stage: NStage): { text: string; span: Span } | undefined {
  const written = stage.columns.find((column) => column.name === undefined && column.expr.kind === 'jinja');
  if (written?.expr.kind === 'jinja') return { text: written.expr.text, span: written.span };
  return stage.opaque.find(({ aspects, reason }) => aspects.includes('columns') && (reason === 'macro' || reason === 'jinja'));
}

function demand(graph: NGraph, id: string, name: string, seen: Set<string>): void {
  const stage = graph.stages.get(id);
  if (!stage || stage.union || seen.has(id) || stage.columns.some((column) => column.name === name)) return;
  seen.add(id);
  const part = hiddenColumns(stage);
  if (part) {
    // A star beside the hidden columns may be what has the name.
    if (stage.columns.some((column) => column.expr.kind === 'star')) return;
    const expr: Expr = { kind: 'jinja', text: part.text, span: part.span };
    graph.stages.set(id, { ...stage, columns: [...stage.columns, { name, label: name, expr, expanded: true, span: part.span }] });
    return;
  }
  const stars = stage.columns.flatMap((column) => (column.expr.kind === 'star' ? [column.expr] : []));
  const [star] = stars;
  const [only, second] = sourcesOf(stage);
  if (!star || stars.length > 1 || !only || second || stage.unnests.length > 0 || star.except.length + star.rename.length + star.replace.length > 0) return;
  if (only.target.kind === 'stage') demand(graph, only.target.id, name, seen);
}
