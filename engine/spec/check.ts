import type { ProjectIndex } from '../project/types';
import type { SpeclineConfig } from './config';
import { withoutDismissed } from './prompts/dismiss';
import { specRules } from './rules';
import type { SpecDocument, SpecProblem } from './types';

/** What a spec is checked against: the other specs, the settings, and the dbt project where there is one. */
export interface CheckContext {
  project?: ProjectIndex;
  specs: readonly SpecDocument[];
  config: SpeclineConfig;
}

/** All problems of a spec with the severities of the settings: those of its text, then those that `checkSpec` finds. */
export function problemsOf(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  // What looks like no key may be one of the template that could not be read; a slip of the pen is one all the same.
  const own = context.config.broken ? spec.problems.filter(({ code, fixes }) => code !== 'SPEC012' || fixes.length > 0) : spec.problems;
  return [...withSeverities(own, context), ...checkSpec(spec, context)];
}

/** Problems that need other documents or the project: names, ids, coverage, pairs, meanings. */
export function checkSpec(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  if (!spec.facts) return [];
  const problems = withoutDismissed(spec, specRules.flatMap((rule) => (context.config.severities[rule.code] === 'off' ? [] : (rule.check?.(spec, context) ?? []))));
  return withSeverities(problems, context);
}

function withSeverities(problems: readonly SpecProblem[], context: CheckContext): SpecProblem[] {
  return problems.flatMap((problem) => {
    const severity = context.config.severities[problem.code];
    if (severity === 'off') return [];
    return [severity ? { ...problem, severity } : problem];
  });
}
