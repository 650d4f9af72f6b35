import type { FoldingRange } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { lineStarts, positionAt, type Span } from '../../engine/text';
import type { YamlTree } from '../../engine/yaml/tree';

/** Sections, steps and long items fold. */
export function foldingRanges(spec: SpecDocument): FoldingRange[] {
  const starts = lineStarts(spec.text);
  const ranges: FoldingRange[] = [];
  const add = (span: Span): void => {
    const body = spec.text.slice(span.start, span.end).trimEnd().length;
    const [first, last] = [positionAt(starts, span.start).line, positionAt(starts, span.start + body).line];
    if (last > first) ranges.push({ startLine: first, endLine: last });
  };
  const visit = (tree: YamlTree): void => {
    if (tree.kind === 'seq') {
      tree.items.forEach((item) => {
        add(item.span);
        visit(item);
      });
    } else if (tree.kind === 'map') {
      tree.entries.forEach((entry) => {
        add({ start: entry.keySpan.start, end: entry.value.span.end });
        visit(entry.value);
      });
    }
  };
  if (spec.tree) visit(spec.tree);
  return [...new Map(ranges.map((range) => [`${range.startLine}`, range])).values()];
}
