import { lineEnd } from '../spec/edits';
import { renderItem } from '../spec/render';
import type { TextChange } from '../text';
import type { YamlTree } from '../yaml/tree';

type Sequence = Extract<YamlTree, { kind: 'seq' }>;

/**
 * The insertion that puts items on lines of their own at the end of a list, in its indentation. Undefined where there is
 * no place for them without touching a line that is there: a list in brackets, an empty one.
 */
export function appendItems(source: string, list: YamlTree, added: readonly unknown[]): TextChange | undefined {
  if (list.kind !== 'seq' || list.items.length === 0 || source[list.span.start] === '[') return undefined;
  return intoBlock(source, list, added);
}

function intoBlock(source: string, list: Sequence, added: readonly unknown[]): TextChange | undefined {
  const last = list.items[list.items.length - 1];
  if (!last) return undefined;
  const end = lineEnd(source);
  const indent = indentOf(source, last.span.start);
  if (indent === undefined) return undefined;
  const lines = added
    .flatMap((item) => renderItem(item, 0).trimEnd().split('\n'))
    .map((line) => `${indent}${line}${end}`)
    .join('');
  const at = endOfLines(source, last.span.end);
  const gap = at === 0 || source[at - 1] === '\n' ? '' : end;
  return { span: { start: at, end: at }, text: gap + lines };
}

/** White space before the dash of an item; undefined where the item shares its line with something else. */
function indentOf(source: string, start: number): string | undefined {
  const line = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  return /^( *)-(\s|$)/.exec(line)?.[1];
}

/** The start of the line after an item; a comment at the end of its last line belongs to it. */
function endOfLines(source: string, end: number): number {
  if (end > 0 && source[end - 1] === '\n') return end;
  const next = source.indexOf('\n', end);
  return next < 0 ? source.length : next + 1;
}
