import type { Span } from '../text';
import type { Masked } from './mask';
import type { Expr, OutputColumn, StageGraph } from './types';

/** Branches of Jinja with another branch that casts something: there a type may be declared. */
export function castingBranches({ hidden }: Pick<Masked, 'hidden'>): Span[] {
  return hidden.filter(({ effect, text }) => effect === 'branch' && /\{%[-+]?\s*(else|elif)\b/.test(text) && /\bcast\s*\(|::/i.test(text)).map(({ span }) => span);
}

/**
 * A graph whose columns carry the type that another branch of Jinja declares for them: where one branch puts out a column of a
 * relation and the other one, under the same name, NULL cast to a type. `other` is the graph under the other branches of `regions`.
 */
export function withDeclaredTypes(graph: StageGraph, other: StageGraph, regions: readonly Span[]): StageGraph {
  const declared = new Map(other.stages.flatMap((stage) => stage.columns).flatMap((column): [string, string][] => {
    const type = typeOfNull(column.expr);
    const key = type === undefined ? undefined : placeOf(column, regions);
    return key === undefined || type === undefined ? [] : [[key, type]];
  }));
  if (declared.size === 0) return graph;
  const typed = (column: OutputColumn): OutputColumn => {
    const { expr } = column;
    const type = expr.kind === 'column' ? declared.get(placeOf(column, regions) ?? '') : undefined;
    return expr.kind === 'column' && type !== undefined ? { ...column, expr: { ...expr, declared: type } } : column;
  };
  return { ...graph, stages: graph.stages.map((stage) => ({ ...stage, columns: stage.columns.map(typed) })) };
}

/** The branch that a column is written in as a whole, and the column's name. */
function placeOf({ name, span }: OutputColumn, regions: readonly Span[]): string | undefined {
  const around = regions.filter((region) => region.start <= span.start && span.end <= region.end);
  const [inner] = around.sort((a, b) => a.end - a.start - (b.end - b.start));
  return inner && name ? `${inner.start} ${name.text.toLowerCase()}` : undefined;
}

function typeOfNull(expr: Expr): string | undefined {
  return expr.kind === 'cast' && expr.expr.kind === 'literal' && expr.expr.type === 'null' && !expr.type.includes('{{') ? expr.type : undefined;
}
