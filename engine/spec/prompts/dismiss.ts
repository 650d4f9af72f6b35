import { get, items, text } from '../../yaml/tree';
import { appendItems } from '../appendItems';
import { insertSection } from '../edits';
import { renderItem } from '../render';
import { schemaOf } from '../schema';
import type { SpecDocument, SpecFix, SpecProblem } from '../types';

/** At most so many hints are shown of a spec at a time: more would be read by nobody. */
export const MOST_HINTS = 5;

/** Problems that ask a person to think, by their codes, the most important first. */
export const HINTS = ['SPEC055', 'SPEC054', 'SPEC056', 'SPEC052', 'SPEC053', 'SPEC051', 'SPEC050', 'SPEC057'] as const;
export type HintCode = (typeof HINTS)[number];

/** A hint about something; its last quick fix records in the spec why it does not apply. Fixes are made when they are asked for. */
export function hint(spec: SpecDocument, code: HintCode, about: string, problem: Pick<SpecProblem, 'span' | 'message'>, fixes: () => SpecFix[] = () => []): SpecProblem {
  let made: SpecFix[] | undefined;
  return {
    code,
    severity: 'hint',
    about,
    ...problem,
    get fixes() {
      return (made ??= [...fixes(), ...itemFix(spec, 'dismissed', { hint: code, about, reason: '' }, 'Dismiss it with a reason')]);
    },
  };
}

/** The fix that adds an item at the end of a section, or the section; none where the list cannot be followed. */
export function itemFix(spec: SpecDocument, section: string, item: Record<string, unknown>, title: string): SpecFix[] {
  if (spec.kind === undefined) return [];
  const list = get(spec.tree, section);
  const changes = list && items(list).length > 0 ? appendItems(spec.text, list, [item]) : list ? undefined : insertSection(schemaOf(spec), spec.tree, spec.text, section, `${section}:\n${renderItem(item, 1).trimEnd()}`);
  return changes && changes.length > 0 ? [{ title, changes, preferred: false }] : [];
}

/** Problems without the hints that the spec dismisses with a reason; of the others no more than a handful, and how many wait. */
export function withoutDismissed(spec: SpecDocument, problems: readonly SpecProblem[]): SpecProblem[] {
  const dismissed = items(get(spec.tree, 'dismissed')).flatMap((item) => ((text(get(item, 'reason')) ?? '').trim() === '' ? [] : [{ code: text(get(item, 'hint')), about: text(get(item, 'about')) }]));
  const isHint = ({ code }: SpecProblem): boolean => (HINTS as readonly string[]).includes(code);
  const open = problems.filter((problem) => isHint(problem) && !dismissed.some(({ code, about }) => code === problem.code && (about === undefined || about === problem.about)));
  const ranked = [...open].sort((a, b) => HINTS.indexOf(a.code as HintCode) - HINTS.indexOf(b.code as HintCode));
  const shown = ranked.slice(0, MOST_HINTS);
  const [last] = shown.slice(-1);
  const waiting = ranked.length - shown.length;
  const kept = new Map(shown.map((problem) => [problem, problem === last && waiting > 0 ? { ...problem, message: `${problem.message} (${waiting} more hint${waiting === 1 ? '' : 's'} after these.)` } : problem]));
  return problems.flatMap((problem) => (isHint(problem) ? (kept.get(problem) ?? []) : [problem]));
}
