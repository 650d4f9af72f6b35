import { isSubset, stageKeys } from '../keys';
import type { Comparison, StageComparison } from '../comparison';
import type { NStage } from '../normalise';
import { TOP } from '../lowerSpec';
import { isDescribed, removesDuplicates } from './described';
import { stageFinding, whereOf, type Rule } from './rule';

/** AGG009: duplicates removed without a word in the spec. */
export const distinctUnspecced: Rule = {
  code: 'AGG009',
  title: 'Duplicates removed that the spec keeps',
  question: 'Does the model remove duplicate rows, though the spec does not say so?',
  severity: 'warning',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled; keys of what it reads',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: customer_id }\n',
    good: "select customer_id from {{ ref('orders') }}",
    bad: "select distinct customer_id from {{ ref('orders') }}",
  },
  judge(stage, comparison) {
    const { view } = stage;
    const model = view?.pair.model;
    if (!view || !model?.distinct || !isDescribed(stage, comparison, removesDuplicates)) return {};
    const { spec } = view.pair;
    if (spec.distinct || spec.aggregate || spec.dedupe || spec.union || isRedundant(comparison, model) || isGrain(stage, comparison, model)) return {};
    return { findings: [stageFinding(stage, { text: 'distinct', unspecced: true, model: [model.distinct.span], message: `In ${whereOf(stage)} the model removes duplicate rows by DISTINCT; the spec does not say so.` })] };
  },
};

/** DISTINCT over rows that are unique anyway changes nothing. */
function isRedundant(comparison: Comparison, stage: NStage): boolean {
  const { distinct, ...rest } = stage;
  return distinct !== undefined && comparison.model !== undefined && stageKeys(comparison.model, rest, comparison.keys.ofRelation).length > 0;
}

/** DISTINCT over the columns of the grain is how the grain comes about. */
function isGrain(stage: StageComparison, comparison: Comparison, model: NStage): boolean {
  const grain = comparison.facts.grain?.value.map((item) => comparison.env.fold(item.value));
  if (stage.id !== TOP || !grain) return false;
  return isSubset(model.columns.map((column) => column.name ?? ''), grain);
}
