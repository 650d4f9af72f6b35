import type { Diagnostic, Position } from 'vscode-languageserver';
import { lineStarts, offsetAt, positionAt } from '../engine/text';

/**
 * Diagnostics of an older text at the places they have in a newer one, as an editor moves them while someone types. What was
 * said of the part that changed itself is left out: it has to be looked at again.
 */
export function carriedTo(diagnostics: readonly Diagnostic[], before: string, after: string): Diagnostic[] {
  if (before === after || diagnostics.length === 0) return [...diagnostics];
  const same = commonStart(before, after);
  const tail = commonEnd(before, after, same);
  const [oldStarts, newStarts] = [lineStarts(before), lineStarts(after)];
  const moved = (offset: number): number => (offset <= same ? offset : offset + after.length - before.length);
  const place = (position: Position): number => offsetAt(before, oldStarts, position);
  return diagnostics.flatMap((diagnostic): Diagnostic[] => {
    const [start, end] = [place(diagnostic.range.start), place(diagnostic.range.end)];
    if (start < before.length - tail && end > same) return [];
    return [{ ...diagnostic, range: { start: positionAt(newStarts, moved(start)), end: positionAt(newStarts, moved(end)) } }];
  });
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let at = 0;
  while (at < most && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at++;
  return at;
}
