import { exprText } from '../expr/text';
import { sameColumns, stageKeys } from '../keys';
import { TOP } from '../lowerSpec';
import { isHidden } from '../match/view';
import { isDescribed } from './described';
import { stageFinding, whereOf, wordsOf, type Rule } from './rule';

/** AGG010: rows grouped without a word in the spec. */
export const groupUnspecced: Rule = {
  code: 'AGG010',
  title: 'Grouping that is not in the spec',
  question: 'Does the model group rows, though the spec keeps them apart?',
  severity: 'warning',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: customer_id }\n  - { name: amount }\n',
    good: "select customer_id, amount from {{ ref('orders') }}",
    bad: "select customer_id, sum(amount) as amount from {{ ref('orders') }} group by customer_id",
  },
  judge(stage, comparison) {
    const { view } = stage;
    const model = view?.pair.model;
    const group = model?.aggregate;
    if (!view || !model || !group || !comparison.model || !isDescribed(stage, comparison)) return {};
    const { spec } = view.pair;
    if (spec.aggregate || spec.distinct || spec.dedupe || spec.union || group.by.some(({ expr }) => isHidden(expr))) return {};
    const grain = comparison.facts.grain?.value.map((item) => comparison.env.fold(item.value));
    const isGrain = stage.id === TOP && grain !== undefined && stageKeys(comparison.model, model, () => []).some((key) => sameColumns(key.columns, grain));
    if (isGrain) return {};
    const by = group.by.length === 0 ? 'into one row' : `by ${wordsOf(group.by.map(({ expr }) => exprText(expr)))}`;
    return { findings: [stageFinding(stage, { text: `group ${by}`, unspecced: true, model: [group.span], message: `In ${whereOf(stage)} the model groups rows ${by}; the spec does not say so.` })] };
  },
};
