import type { Span, TextChange } from '../text';
import { lineEnd } from './edits';
import type { SpecDocument } from './types';

/**
 * Tidies a spec without touching what it says: no white space at line ends, one blank line at most between lines, one
 * line end at the end of the file. Block scalars, quoting, comments and flow braces stay as they are. Empty for a
 * document that does not parse or was not read.
 */
export function formatSpec(spec: SpecDocument): TextChange[] {
  if (spec.yaml.errors.length > 0 || !spec.tree) return [];
  const { text } = spec;
  const inside = multilineSpans(spec);
  const held = (from: number, to: number): boolean => inside.some(({ start, end }) => start <= to && from <= end);
  const changes: TextChange[] = [];
  const body = text.trimEnd().length;
  let blank = false;
  for (const line of linesOf(text)) {
    if (line.start >= body && body > 0) break;
    const content = text.slice(line.start, line.end).trimEnd().length;
    const [white, free] = [line.start + content, !held(line.start + content, line.end)];
    // A whole line goes, so that no two changes meet.
    if (content === 0 && blank && free) changes.push({ span: { start: line.start, end: line.next }, text: '' });
    else if (white < line.end && free) changes.push({ span: { start: white, end: line.end }, text: '' });
    blank = content === 0 && free;
  }
  const end = lineEnd(text);
  const tail = changes.findIndex((change) => change.span.end > body);
  const kept = tail < 0 ? changes : changes.slice(0, tail);
  // White space at the file's end may belong to a block text that keeps it.
  return text.slice(body) === end || held(body, text.length) ? changes : [...kept, { span: { start: body, end: text.length }, text: end }];
}

/** Each line: its first character, its end without line end, the next line's start. */
function linesOf(text: string): { start: number; end: number; next: number }[] {
  const lines: { start: number; end: number; next: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const stop = text.indexOf('\n', start);
    const next = stop < 0 ? text.length : stop + 1;
    const end = stop < 0 ? text.length : text[stop - 1] === '\r' && stop > start ? stop - 1 : stop;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

/** Spans of keys and scalars that run over several lines: white space in them is theirs. */
function multilineSpans(spec: SpecDocument): Span[] {
  const spans: Span[] = [];
  const add = (span: Span): void => {
    if (spec.text.slice(span.start, span.end).includes('\n')) spans.push(span);
  };
  const visit = (tree: SpecDocument['tree']): void => {
    if (!tree) return;
    if (tree.kind === 'seq') tree.items.forEach(visit);
    else if (tree.kind === 'map') {
      tree.entries.forEach((entry) => {
        add(entry.keySpan);
        visit(entry.value);
      });
    } else add(tree.span);
  };
  visit(spec.tree);
  return spans;
}
