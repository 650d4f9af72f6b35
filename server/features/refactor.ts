import { CodeActionKind, type CodeAction, type Range } from 'vscode-languageserver';
import { businessOf, clauseAddresses, type SpecDocument } from '../../engine/spec';
import { technicalOf } from '../../engine/spec/names/coverage';
import { extractTerm } from '../../engine/spec/refactor/extractTerm';
import { moveWaiver, nearestClauses, retarget, waiverAt } from '../../engine/spec/refactor/moveWaiver';
import { safeFixes } from '../../engine/spec/refactor/safeFixes';
import { lineStarts, offsetAt, rangeOf, type TextChange } from '../../engine/text';
import type { LoadedProject, Session } from '../session';

/** What mends all of a document at once, also on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.specline`;
export const EXTRACT_TERM = `${CodeActionKind.RefactorExtract}.term`;
export const MOVE_WAIVER = `${CodeActionKind.Refactor}.move.waiver`;

/** The action that mends what needs no decision; none where there is nothing to mend. */
export function fixAllActions(spec: SpecDocument, uri: string): CodeAction[] {
  const changes = safeFixes(spec);
  return changes.length > 0 ? [{ title: 'Fix what needs no decision', kind: FIX_ALL, edit: { changes: { [uri]: editsOf(spec, changes) } } }] : [];
}

/** The refactorings of a selection: its words as a term, its waiver for another clause or in another spec. */
export function refactorings(session: Session, spec: SpecDocument, uri: string, range: Range, project: LoadedProject | undefined): CodeAction[] {
  const starts = lineStarts(spec.text);
  const selection = { start: offsetAt(spec.text, starts, range.start), end: offsetAt(spec.text, starts, range.end) };
  const extracted = extractTerm(spec, selection);
  const term = extracted ? [{ title: `Define “${extracted.term}” as a term`, kind: EXTRACT_TERM, edit: { changes: { [uri]: editsOf(spec, extracted.changes) } } }] : [];
  return [...term, ...waiverMoves(session, spec, uri, selection.start, project)];
}

function waiverMoves(session: Session, spec: SpecDocument, uri: string, offset: number, project: LoadedProject | undefined): CodeAction[] {
  const waiver = waiverAt(spec, offset);
  if (!waiver || spec.facts?.kind !== 'technical') return [];
  const clauses = nearestClauses(waiver, clauseAddresses(spec.facts).map(({ address }) => address));
  const within = clauses.map((address): CodeAction => ({ title: `Move the waiver to ${address}`, kind: MOVE_WAIVER, edit: { changes: { [uri]: editsOf(spec, retarget(spec, waiver, address)) } } }));
  const others = project ? servingTheSame(spec, waiver.clause.value, project) : [];
  const across = others.flatMap((other): CodeAction[] => {
    const moved = project && moveWaiver(spec, waiver, other);
    return moved ? [{ title: `Move the waiver to ${other.path}`, kind: MOVE_WAIVER, edit: { changes: { [uri]: editsOf(spec, moved.out), [session.uriOf(project.root, other.path)]: editsOf(other, moved.into) } } }] : [];
  });
  return [...within, ...across];
}

/** Other technical specs that serve the business spec whose line is waived. */
function servingTheSame(spec: SpecDocument, clause: string, { specs }: LoadedProject): SpecDocument[] {
  if (spec.facts?.kind !== 'technical' || clause.includes('/')) return [];
  const id = clause.replace(/^.*#/, '');
  const named = businessOf(spec, spec.facts, specs).filter(({ facts }) => facts.items.some((item) => item.id?.value === id)).map(({ path }) => path);
  return specs.filter(({ path }) => named.includes(path)).flatMap((business) => technicalOf(business, specs)).filter(({ path }) => path !== spec.path);
}

function editsOf({ text }: SpecDocument, changes: readonly TextChange[]): { range: Range; newText: string }[] {
  const starts = lineStarts(text);
  return changes.map((change) => ({ range: rangeOf(starts, change.span), newText: change.text }));
}
