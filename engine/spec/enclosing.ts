import type { Span } from '../text';
import type { YamlTree } from '../yaml/tree';
import type { SpecDocument } from './types';

/** The parts of a spec around an offset, from the word to the whole document, each larger than the one before. */
export function enclosingSpans(spec: SpecDocument, offset: number): Span[] {
  const outer: Span[] = [{ start: 0, end: spec.text.length }];
  if (spec.tree) collect(spec.tree, offset, outer);
  const inner = outer[outer.length - 1] ?? { start: 0, end: spec.text.length };
  const quote = spec.text[inner.start];
  if ((quote === '"' || quote === "'") && inner.end - inner.start > 2) add(outer, { start: inner.start + 1, end: inner.end - 1 }, offset);
  const before = /[\p{L}\p{N}_$-]*$/u.exec(spec.text.slice(Math.max(0, offset - 200), offset))?.[0].length ?? 0;
  const after = /^[\p{L}\p{N}_$-]*/u.exec(spec.text.slice(offset, offset + 200))?.[0].length ?? 0;
  add(outer, { start: offset - before, end: offset + after }, offset);
  return outer.reverse();
}

/** Adds a part where it is inside the last one and smaller. */
function add(spans: Span[], span: Span, offset: number): void {
  const last = spans[spans.length - 1];
  const holds = span.start <= offset && offset <= span.end && span.end > span.start;
  if (holds && last && last.start <= span.start && span.end <= last.end && last.end - last.start > span.end - span.start) spans.push(span);
}

function collect(tree: YamlTree, offset: number, spans: Span[]): void {
  if (tree.span.start > offset || offset > tree.span.end) return;
  add(spans, tree.span, offset);
  if (tree.kind === 'seq') tree.items.forEach((item) => collect(item, offset, spans));
  if (tree.kind !== 'map') return;
  for (const { keySpan, value } of tree.entries) {
    const entry = { start: keySpan.start, end: Math.max(keySpan.end, value.span.end) };
    if (offset < entry.start || offset > entry.end) continue;
    add(spans, entry, offset);
    add(spans, keySpan, offset);
    collect(value, offset, spans);
  }
}
