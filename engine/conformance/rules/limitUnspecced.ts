import { modelText, type Comparison, type StageComparison } from '../comparison';
import { TOP } from '../lowerSpec';
import { isDescribed } from './described';
import type { NStage } from '../normalise/model';
import { stageFinding, whereOf, type Rule } from './rule';

/** AGG008: a limit that no line of the spec accounts for. */
export const limitUnspecced: Rule = {
  code: 'AGG008',
  title: 'Limit that is not in the spec',
  question: 'Does the model stop after some rows, though the spec keeps all?',
  severity: 'warning',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n',
    good: "select order_id from {{ ref('orders') }}",
    bad: "select order_id from {{ ref('orders') }} limit 1000",
  },
  judge(stage, comparison) {
    const { view } = stage;
    const limit = view?.pair.model.limit ?? limitAbove(stage, comparison);
    if (!limit || view?.pair.spec.limit || !(isDescribed(stage, comparison, (step) => step.limit !== undefined) || isLast(stage, comparison))) return {};
    return { findings: [stageFinding(stage, { text: 'limit', unspecced: true, model: [limit.span], message: `In ${whereOf(stage)} the model keeps only some rows (${modelText(comparison, limit.span) || 'limit'}); the spec has no limit.` })] };
  },
};

/** The limit of the last query, where the spec's top level stands for no stage of the model or for one below. */
function limitAbove(stage: StageComparison, { model, stages }: Comparison): NStage['limit'] {
  if (stage.id !== TOP || !model || stages.some(({ view }) => view?.pair.model.id === model.last)) return undefined;
  return model.stages.get(model.last)?.limit;
}

/** However the last query comes about, its limit leaves rows out, and a spec that limits nothing has no words for that. */
function isLast(stage: StageComparison, comparison: Comparison): boolean {
  if (stage.id !== TOP || (stage.fact.columns === undefined && stage.fact.union === undefined)) return false;
  return [...comparison.spec.stages.values()].every((other) => !other.limit && other.opaque.every((opaque) => comparison.told.has(opaque)));
}
