import type { ProjectIndex } from '../project/types';
import { checkBusiness } from './checkBusiness';
import { checkModel } from './checkModel';
import { checkTechnical } from './checkTechnical';
import type { SpeclineConfig } from './config';
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
  const problems = [
    ...duplicateIds(spec),
    ...checkModel(spec, context),
    ...(spec.facts.kind === 'business' ? checkBusiness(spec, context) : checkTechnical(spec, spec.facts, context)),
  ];
  return problems.flatMap((problem) => {
    const severity = context.config.severities[problem.code];
    if (severity === 'off') return [];
    return [severity ? { ...problem, severity } : problem];
  });
}

function duplicateIds(spec: SpecDocument): SpecProblem[] {
  const ids = new Set(spec.ids.map(({ id }) => id));
  const seen = new Set<string>();
  // What an alias repeats is written once.
  const places = [...new Map(spec.ids.map((fact) => [fact.span.start, fact])).values()];
  return places.flatMap(({ id, span }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const fresh = freshId(id, ids);
    ids.add(fresh);
    return [
      {
        code: 'SPEC026',
        severity: 'error' as const,
        span,
        message: `The id ${id} is used twice in this spec; ids are never reused.`,
        fixes: [{ title: `Renumber to ${fresh}`, preferred: true, changes: [{ span, text: fresh }] }],
      },
    ];
  });
}

/** An id that is not in use, from one that is: `EC-late` → `EC-late-2`. */
export function freshId(id: string, used: ReadonlySet<string>): string {
  const base = id.replace(/-\d+$/, '');
  for (let n = 2; ; n++) if (!used.has(`${base}-${n}`)) return `${base}-${n}`;
}
