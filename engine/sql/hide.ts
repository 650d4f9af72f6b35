import type { Span } from '../text';
import { ALL_ASPECTS, opaqueOf, type Builder } from './builder';
import type { Hidden } from './mask';
import type { SelectSegment } from './segments';
import type { Aspect, Stage } from './types';

type ClauseName = 'items' | 'from' | 'where' | 'groupBy' | 'having' | 'qualify' | 'orderBy' | 'limit';

const ASPECTS: Record<ClauseName, readonly Aspect[]> = {
  items: ['columns'],
  from: ['from', 'joins', 'unnest'],
  where: ['filters'],
  groupBy: ['aggregate'],
  having: ['filters'],
  qualify: ['filters'],
  orderBy: ['limit'],
  limit: ['limit'],
};
const ORDER: readonly ClauseName[] = ['items', 'from', 'where', 'groupBy', 'having', 'qualify', 'orderBy', 'limit'];

/**
 * Marks the stages whose clauses a hidden region touches: those whose SELECT it covers, and the innermost one it stands
 * in, with the aspects of the clauses that it overlaps or could add to.
 */
export function hideRegions(builder: Builder, masked: string, stageOf: (segment: SelectSegment) => Stage | undefined): void {
  for (const hidden of builder.hidden) {
    if (isSilent(hidden)) continue;
    const covered = builder.segments.filter((s) => hidden.span.start <= s.span.start && s.span.end <= hidden.span.end);
    for (const segment of covered) mark(builder, stageOf(segment), hidden, ALL_ASPECTS);
    const around = innermost(builder.segments, masked, hidden.span);
    if (around) mark(builder, stageOf(around), hidden, aspectsAt(around, hidden.span));
  }
}

/** A region that renders no SQL: nothing but statements, comments and white space. */
function isSilent(hidden: Hidden): boolean {
  if (hidden.effect === 'statement') return true;
  if (hidden.effect === 'clause') return false;
  return hidden.text.replace(/\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, '').trim() === '';
}

function mark(builder: Builder, stage: Stage | undefined, hidden: Hidden, aspects: readonly Aspect[]): void {
  if (!stage || aspects.length === 0) return;
  stage.opaque.push(opaqueOf(builder, hidden.effect === 'clause' ? 'macro' : 'jinja', aspects, hidden.span));
}

function innermost(segments: readonly SelectSegment[], masked: string, span: Span): SelectSegment | undefined {
  return segments
    .filter((s) => s.span.start < span.start && span.end <= reach(s, masked))
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

/** Where the white space after a segment ends: a hidden region there still belongs to it. */
function reach(segment: SelectSegment, masked: string): number {
  let end = segment.span.end;
  while (end < masked.length && /\s/.test(masked[end] ?? '')) end++;
  return end;
}

function aspectsAt(segment: SelectSegment, span: Span): Aspect[] {
  const clauses = ORDER.map((name) => ({ name, at: spanOf(segment, name) })).filter((c): c is { name: ClauseName; at: Span } => c.at !== undefined);
  const overlapped = clauses.filter(({ at }) => at.start < span.end && span.start < at.end);
  if (overlapped.length > 0) return unique(overlapped.flatMap(({ name }) => ASPECTS[name]));
  const before = clauses.filter(({ at }) => at.end <= span.start).map(({ name }) => ORDER.indexOf(name));
  const after = clauses.filter(({ at }) => at.start >= span.end).map(({ name }) => ORDER.indexOf(name));
  const low = before.length > 0 ? Math.max(...before) : 0;
  const high = after.length > 0 ? Math.min(...after) : ORDER.length;
  return unique(ORDER.slice(low, Math.max(high, low + 1)).flatMap((name) => ASPECTS[name]));
}

function spanOf(segment: SelectSegment, name: ClauseName): Span | undefined {
  if (name === 'items') {
    const first = segment.items[0];
    const last = segment.items[segment.items.length - 1];
    return first && last ? { start: first.start, end: last.end } : undefined;
  }
  return name === 'from' ? segment.from : segment[name]?.span;
}

function unique(aspects: readonly Aspect[]): Aspect[] {
  return [...new Set(aspects)];
}
