import type { Span } from '../text';
import type { YamlEntry, YamlTree } from '../yaml/tree';
import type { SpecProblem } from './types';

function movedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** An entry of a part of a text as one of the whole, in which the part starts at `by`. */
export function movedEntry({ key, keySpan, value }: YamlEntry, by: number): YamlEntry {
  return { key, keySpan: movedSpan(keySpan, by), value: movedTree(value, by) };
}

function movedTree(tree: YamlTree, by: number): YamlTree {
  const span = movedSpan(tree.span, by);
  if (tree.kind === 'map') return { kind: 'map', span, entries: tree.entries.map((entry) => movedEntry(entry, by)) };
  if (tree.kind === 'seq') return { kind: 'seq', span, items: tree.items.map((item) => movedTree(item, by)) };
  return { ...tree, span };
}

/** A problem of a part of a text, with its fixes, as one of the whole. */
export function movedProblem(problem: SpecProblem, by: number): SpecProblem {
  return { ...problem, span: movedSpan(problem.span, by), fixes: problem.fixes.map((fix) => ({ ...fix, changes: fix.changes.map(({ span, text }) => ({ span: movedSpan(span, by), text })) })) };
}
