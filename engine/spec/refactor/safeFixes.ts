import { applyChanges, type TextChange } from '../../text';
import { parseSpec } from '../parse';
import type { SpecDocument, SpecProblem } from '../types';

/**
 * Rules whose preferred fix only writes as YAML what already stands there: quotes, spaces for tabs, a list around one
 * text, true for yes. Guesses at names, empty sections, ids and meanings are for a person to decide.
 */
const SAFE: ReadonlySet<string> = new Set(['SPEC001', 'SPEC003', 'SPEC014', 'SPEC030', 'SPEC031']);
const ROUNDS = 5;

/** The changes that mend all of a spec that needs no decision; empty where there is nothing, or what was mended would not be less broken. */
export function safeFixes(spec: SpecDocument): TextChange[] {
  let mended = spec;
  // Behind an error of the YAML itself others are not seen until it is mended.
  for (let round = 0; round < ROUNDS; round++) {
    const changes = apart(safeProblems(mended).flatMap(({ fixes }) => fixes.filter(({ preferred }) => preferred).slice(0, 1).flatMap((fix) => fix.changes)));
    if (changes.length === 0) break;
    const next = parseSpec(spec.path, applyChanges(mended.text, changes), spec.template);
    if (!isBetter(next, mended)) break;
    mended = next;
  }
  return mended === spec ? [] : [between(spec.text, mended.text)];
}

/** Fewer errors of the YAML, or as many and less to mend. */
function isBetter(next: SpecDocument, before: SpecDocument): boolean {
  const fewer = before.yaml.errors.length - next.yaml.errors.length;
  return fewer > 0 || (fewer === 0 && safeProblems(next).length < safeProblems(before).length);
}

function safeProblems({ problems }: SpecDocument): SpecProblem[] {
  return problems.filter(({ code }) => SAFE.has(code));
}

/** Changes that do not touch each other, the first of those that do. */
function apart(changes: readonly TextChange[]): TextChange[] {
  let end = -1;
  return [...changes].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).filter(({ span }) => {
    if (span.start <= end) return false;
    end = span.end;
    return true;
  });
}

/** The one change that makes one text of another: what is between their common start and end. */
export function between(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { span: { start, end: before.length - end }, text: after.slice(start, after.length - end) };
}
