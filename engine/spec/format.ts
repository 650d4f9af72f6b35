import type { TextChange } from '../text';
import type { SpecDocument } from './types';

/**
 * Tidies a spec without touching what it says: no white space at line ends, one blank line at most between sections, one
 * line end at the end of the file. Block scalars, quoting, comments and flow braces stay as they are. Empty for a
 * document that does not parse.
 */
export function formatSpec(spec: SpecDocument): TextChange[] {
  if (spec.yaml.errors.length > 0 || spec.text === '') return [];
  const inside = multilineSpans(spec);
  const holds = (at: number): boolean => inside.some(([start, end]) => start <= at && at <= end);
  const changes: TextChange[] = [];
  for (const match of spec.text.matchAll(/[ \t]+(?=\r?\n|$)/g)) {
    if (!holds(match.index)) changes.push({ span: { start: match.index, end: match.index + match[0].length }, text: '' });
  }
  for (const match of spec.text.matchAll(/(?<=\r?\n)(?:[ \t]*\r?\n){2,}/g)) {
    if (holds(match.index) || match.index + match[0].length >= spec.text.trimEnd().length) continue;
    const first = /^[ \t]*\r?\n/.exec(match[0])?.[0] ?? '';
    changes.push({ span: { start: match.index + first.length, end: match.index + match[0].length }, text: '' });
  }
  const body = spec.text.trimEnd().length;
  const tail = spec.text.slice(body);
  const end = spec.text.includes('\r\n') ? '\r\n' : '\n';
  if (tail !== end && !holds(body)) {
    const kept = changes.filter((change) => change.span.end <= body);
    return [...withoutOverlap(kept), { span: { start: body, end: spec.text.length }, text: end }];
  }
  return withoutOverlap(changes.filter((change) => change.span.start < body));
}

/** Spans of scalars that run over several lines: white space in them is theirs. */
function multilineSpans(spec: SpecDocument): [number, number][] {
  const spans: [number, number][] = [];
  const visit = (tree: SpecDocument['tree']): void => {
    if (!tree) return;
    if (tree.kind === 'seq') tree.items.forEach(visit);
    else if (tree.kind === 'map') tree.entries.forEach((entry) => visit(entry.value));
    else if (spec.text.slice(tree.span.start, tree.span.end).includes('\n')) spans.push([tree.span.start, tree.span.end]);
  };
  visit(spec.tree);
  return spans;
}

function withoutOverlap(changes: readonly TextChange[]): TextChange[] {
  const ordered = [...changes].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  return ordered.filter((change, index) => index === 0 || change.span.start >= (ordered[index - 1]?.span.end ?? 0));
}
