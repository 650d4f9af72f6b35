import type { Span } from '../text';
import type { YamlTree } from '../yaml/tree';

/** What stands at an offset of a parsed document. */
export interface PathAt {
  path: (string | number)[];
  on: 'key' | 'value';
  span: Span;
  tree: YamlTree;
  /** Maps around the place, outermost first. */
  around: YamlTree[];
}

/** The innermost key or scalar at an offset; undefined between them. */
export function pathAt(tree: YamlTree | undefined, offset: number, path: (string | number)[] = [], around: YamlTree[] = []): PathAt | undefined {
  if (!tree) return undefined;
  const holds = (span: Span): boolean => span.start <= offset && offset <= span.end;
  if (tree.kind === 'scalar') return holds(tree.span) && tree.span.end > tree.span.start ? { path, on: 'value', span: tree.span, tree, around } : undefined;
  if (tree.kind === 'seq') {
    for (const [index, item] of tree.items.entries()) {
      const found = pathAt(item, offset, [...path, index], around);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of tree.entries) {
    if (holds(entry.keySpan)) return { path: [...path, entry.key], on: 'key', span: entry.keySpan, tree: entry.value, around: [...around, tree] };
    const found = pathAt(entry.value, offset, [...path, entry.key], [...around, tree]);
    if (found) return found;
  }
  return undefined;
}
