import { FoldingRangeKind, type FoldingRange } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { lineStarts, positionAt, type Span } from '../../engine/text';
import type { YamlTree } from '../../engine/yaml/tree';

/** Sections, steps, long items and comments of several lines fold; of ranges that start on one line the longest does. */
export function foldingRanges(spec: SpecDocument): FoldingRange[] {
  const starts = lineStarts(spec.text);
  const ranges = new Map<number, FoldingRange>();
  const add = (range: FoldingRange): void => {
    const known = ranges.get(range.startLine);
    if (range.endLine > range.startLine && (!known || known.endLine < range.endLine)) ranges.set(range.startLine, range);
  };
  const block = (span: Span): void => {
    const body = spec.text.slice(span.start, span.end).trimEnd().length;
    add({ startLine: positionAt(starts, span.start).line, endLine: positionAt(starts, span.start + body).line });
  };
  const visit = (tree: YamlTree): void => {
    if (tree.kind === 'seq') {
      tree.items.forEach((item) => {
        block(item.span);
        visit(item);
      });
    } else if (tree.kind === 'map') {
      tree.entries.forEach((entry) => {
        block({ start: entry.keySpan.start, end: Math.max(entry.keySpan.end, entry.value.span.end) });
        visit(entry.value);
      });
    }
  };
  if (spec.tree) visit(spec.tree);
  comments(spec.text).forEach(add);
  return [...ranges.values()].sort((a, b) => a.startLine - b.startLine);
}

/** Comment lines that stand directly below each other. */
function comments(text: string): FoldingRange[] {
  const lines = text.split(/\r?\n/);
  const ranges: FoldingRange[] = [];
  for (let line = 0; line < lines.length; line++) {
    let end = line;
    while (/^\s*#/.test(lines[end] ?? '')) end++;
    if (end - line > 1) ranges.push({ startLine: line, endLine: end - 1, kind: FoldingRangeKind.Comment });
    line = Math.max(line, end);
  }
  return ranges;
}
