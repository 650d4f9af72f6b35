import { lineEnd } from './edits';
import { inlineText, renderItem } from './render';
import type { TextChange } from '../text';
import type { YamlTree } from '../yaml/tree';

type Sequence = Extract<YamlTree, { kind: 'seq' }>;

/**
 * The insertions that put items at the end of a list: on lines of their own in a block list, in its indentation; before the
 * bracket of a bracketed one. Undefined where the list is an alias or has no item whose style could be followed.
 */
export function appendItems(source: string, list: YamlTree, added: readonly unknown[]): TextChange[] | undefined {
  if (list.kind !== 'seq' || list.items.length === 0) return undefined;
  const { start } = list.span;
  if (source[start] === '-') return intoBlock(source, list, start - source.lastIndexOf('\n', start - 1) - 1, added);
  return source[start] === '[' ? intoBrackets(source, list, added) : undefined;
}

function intoBlock(source: string, list: Sequence, indent: number, added: readonly unknown[]): TextChange[] | undefined {
  const last = list.items[list.items.length - 1];
  if (!last) return undefined;
  const end = lineEnd(source);
  const lines = added
    .flatMap((item) => renderItem(item, 0).trimEnd().split('\n'))
    .map((line) => `${' '.repeat(indent)}${line}${end}`)
    .join('');
  const at = endOfLines(source, last.span.end);
  const gap = at === 0 || source[at - 1] === '\n' ? '' : end;
  return [{ span: { start: at, end: at }, text: gap + lines }];
}

/** After the last item, in the way the list is written: on its line, or each on a line; a last comma stays last. */
function intoBrackets(source: string, list: Sequence, added: readonly unknown[]): TextChange[] | undefined {
  const last = list.items[list.items.length - 1];
  const close = list.span.end - 1;
  if (!last || source[close] !== ']' || last.span.end > close) return undefined;
  const texts = added.map(inlineText);
  const rest = source.slice(last.span.end, close);
  const comma = commaIn(rest);
  const insert = (at: number, text: string): TextChange => ({ span: { start: at, end: at }, text });
  if (!/\n/.test(source.slice(list.span.start, close))) {
    return comma === undefined ? [insert(last.span.end, texts.map((text) => `, ${text}`).join(''))] : [insert(last.span.end + comma + 1, ` ${texts.map((text) => `${text},`).join(' ')}`)];
  }
  const start = source.lastIndexOf('\n', last.span.start - 1) + 1;
  const pad = /^[ \t]*/.exec(source.slice(start))?.[0] ?? '';
  // What stands in brackets must be further in than their key.
  const newLine = `${lineEnd(source)}${start > list.span.start ? pad : `${pad}  `}`;
  const lineOver = /\r?\n/.exec(rest);
  const lines = (separator: 'before' | 'after'): string => texts.map((text, index) => `${newLine}${text}${separator === 'after' || index < texts.length - 1 ? ',' : ''}`).join('');
  if (comma !== undefined) {
    const at = lineOver && lineOver.index > comma ? lineOver.index : comma + 1;
    return [insert(last.span.end + at, lines('after'))];
  }
  // A comment may follow the last item on its line; the comma goes before it, the items after it.
  if (!lineOver || lineOver.index === 0) return [insert(last.span.end, `,${lines('before')}`)];
  return [insert(last.span.end, ','), insert(last.span.end + lineOver.index, lines('before'))];
}

/** Place of the comma after the last item, outside comments. */
function commaIn(rest: string): number | undefined {
  const bare = rest.replace(/(^|\s)#[^\n]*/g, (comment) => ' '.repeat(comment.length));
  const at = bare.indexOf(',');
  return at < 0 ? undefined : at;
}

/** The start of the line after an item; a comment at the end of its last line belongs to it. */
function endOfLines(source: string, end: number): number {
  if (end > 0 && source[end - 1] === '\n') return end;
  const next = source.indexOf('\n', end);
  return next < 0 ? source.length : next + 1;
}
