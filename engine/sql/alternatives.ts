import type { Span } from '../text';
import type { Masked } from './mask';
import type { Expr, Opaque, OutputColumn, StageGraph } from './types';

/** Branches of Jinja with another branch in their place. */
export function branchesWithAlternatives({ hidden }: Pick<Masked, 'hidden'>): Span[] {
  return hidden.filter(({ effect, text }) => effect === 'branch' && /\{%[-+]?\s*(else|elif)\b/.test(text)).map(({ span }) => span);
}

/**
 * A graph with what its other branches tell: the type that one declares for a column which it writes as NULL cast to that type, and
 * that the same names come out of both. `other` is the graph under the other branches of `regions`.
 */
export function withAlternatives(graph: StageGraph, other: StageGraph, regions: readonly Span[]): StageGraph {
  const others = other.stages.flatMap((stage) => stage.columns);
  const declared = new Map(others.flatMap((column): [string, string][] => {
    const type = typeOfNull(column.expr);
    const key = type === undefined ? undefined : placeOf(column, regions);
    return key === undefined || type === undefined ? [] : [[key, type]];
  }));
  const typed = (column: OutputColumn): OutputColumn => {
    const { expr } = column;
    const type = expr.kind === 'column' ? declared.get(placeOf(column, regions) ?? '') : undefined;
    return expr.kind === 'column' && type !== undefined ? { ...column, expr: { ...expr, declared: type } } : column;
  };
  const named = (opaque: Opaque, own: readonly OutputColumn[]): Opaque => {
    const names = namesIn(own, opaque.span);
    return isOneChoice(opaque) && names !== undefined && names === namesIn(others, opaque.span) ? { ...opaque, named: true } : opaque;
  };
  return { ...graph, stages: graph.stages.map((stage) => ({ ...stage, columns: stage.columns.map(typed), opaque: stage.opaque.map((opaque) => named(opaque, stage.columns)) })) };
}

/** True for a part of a column list with one condition and its two sides. */
function isOneChoice({ reason, aspects, text }: Opaque): boolean {
  const tags = [...text.matchAll(/\{%[-+]?\s*(\w+)/g)].map(([, tag]) => tag);
  return reason === 'jinja' && aspects.length === 1 && aspects[0] === 'columns' && tags.join(' ') === 'if else endif';
}

/** The names of the columns that are written in a place as a whole; undefined where there is none or one has no name. */
function namesIn(columns: readonly OutputColumn[], place: Span): string | undefined {
  const own = columns.filter(({ span }) => place.start <= span.start && span.end <= place.end);
  if (own.length === 0 || own.some(({ name, expr }) => !name || expr.kind === 'star')) return undefined;
  return own.map(({ name }) => `${name?.quoted ? '"' : ''}${name?.text ?? ''}`).join(',');
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
