import type { Comparison } from '../comparison';
import { isHidden } from '../match/view';
import { short, type FindingDraft, type Rule } from './rule';

/** EVID002: parts of the model that Jinja or macros hide. */
export const hiddenParts: Rule = {
  code: 'EVID002',
  title: 'Part that cannot be read',
  question: 'Is all of the SQL understood?',
  severity: 'information',
  group: 'other',
  evidence: 'the SQL, raw or compiled',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select * from {{ ref('customers') }}",
    bad: "select * from {{ ref('customers') }} {{ house_filter() }}",
  },
  judge(comparison) {
    const findings = new Map<string, FindingDraft>();
    for (const stage of comparison.model?.stages.values() ?? []) {
      for (const opaque of stage.opaque) {
        const text = short(opaque.text, 60);
        findings.set(text, { text: `hidden ${opaque.text}`, unspecced: false, model: [opaque.span], message: `What this renders to is not known, so the clauses it touches cannot be told: ${text}` });
      }
    }
    return { findings: [...findings.values(), ...leftoverFilters(comparison), ...decidedByDbt(comparison)] };
  },
};

/** Conditions that only a run of dbt decides: the model was read under one answer, and what another answer would explain is not accused. */
function decidedByDbt({ analysis }: Comparison): FindingDraft[] {
  const chosen = analysis?.chosen;
  const once = new Map((chosen?.analysis.choices ?? []).map((choice) => [`${choice.span.start} ${choice.text}`, choice]));
  return [...once.values()].map(({ key, text, span, taken, byDefault, settled }) => {
    const what = text.startsWith('{%') ? `${short(text, 60)} was read as ${taken ? 'true' : 'false'}` : `${short(text, 60)} was read by its default`;
    return { text: `decided ${key}`, unspecced: false, model: [span], message: `What dbt is run with decides this: ${what}${settled ? ', as dbt did when it last compiled the model' : byDefault ? '' : ', which nothing in the project says'}.` };
  });
}

/** Filters no clause accounts for that Jinja or a subquery writes: they may be nothing, so they are no unspecced logic. */
function leftoverFilters(comparison: Comparison): FindingDraft[] {
  const text = comparison.analysis?.chosen?.text ?? '';
  return comparison.stages.flatMap((stage) => {
    const { view } = stage;
    if (!view || stage.merged || !stage.fact.filters) return [];
    return comparison.filters.of(view).leftover.filter((conjunct) => isHidden(conjunct.expr)).map((conjunct): FindingDraft => {
      const [span] = conjunct.spans;
      return {
        text: `hidden filter ${stage.prefix}${span ? text.slice(span.start, span.end) : ''}`,
        unspecced: false,
        model: conjunct.spans.slice(0, 1),
        ...(stage.name === undefined ? {} : { stage: stage.name }),
        message: 'The model has a filter that cannot be compared, because Jinja or a subquery is a part of it; the spec may not have it.',
      };
    });
  });
}
