import { SETTINGS_FILE } from '../template/chain';
import type { CheckContext } from '../check';
import type { SpecDocument, SpecProblem } from '../types';
import type { SpecRule } from './rule';

/** SPEC017: the organisation's template can be used; where it cannot, every spec says that only the built-in one was. */
export const templateUsable: SpecRule = {
  code: 'SPEC017',
  title: 'Organisation’s template that cannot be used',
  question: 'Can the organisation’s template be used?',
  severity: 'warning',
  // It is about another file than the spec.
  example: { kind: 'business', good: '', bad: '' },
  check: usable,
};

function usable(spec: SpecDocument, { config: { broken } }: CheckContext): SpecProblem[] {
  if (!broken) return [];
  const message = `The organisation's template cannot be used (${broken.file ?? SETTINGS_FILE} says why), so this spec is held against the built-in one alone, and keys of its own are not judged.`;
  return [{ code: 'SPEC017', severity: 'warning', span: spec.facts?.model?.span ?? { start: 0, end: 1 }, message, fixes: [] }];
}
