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

/** Problems that need other documents or the project: names, ids, coverage, pairs, meanings. */
export function checkSpec(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  if (!spec.facts) return [];
  const problems = withoutDismissed(spec, specRules.flatMap((rule) => (context.config.severities[rule.code] === 'off' ? [] : (rule.check?.(spec, context) ?? []))));
  return problems.flatMap((problem) => {
    const severity = context.config.severities[problem.code];
    if (severity === 'off') return [];
    return [severity ? { ...problem, severity } : problem];
  });
}
