import { exprText, orderKeyText } from '../expr/text';
import { isHidden } from '../match/view';
import { isDescribed, removesDuplicates } from './described';
import { stageFinding, whereOf, wordsOf, type Rule } from './rule';

/** AGG011: one row kept of several without a word in the spec. */
export const dedupeUnspecced: Rule = {
  code: 'AGG011',
  title: 'Deduplication that is not in the spec',
  question: 'Does the model choose one row of several, though the spec does not say which?',
  severity: 'warning',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n  - { name: status }\n',
    good: "select order_id, status from {{ ref('orders') }}",
    bad: "select order_id, status from {{ ref('orders') }} qualify row_number() over (partition by order_id order by loaded_at desc) = 1",
  },
  judge(stage, comparison) {
    const { view } = stage;
    const dedupe = view?.pair.model.dedupe;
    if (!view || !dedupe || view.pair.spec.dedupe || view.pair.spec.distinct || view.pair.spec.aggregate || !isDescribed(stage, comparison, removesDuplicates)) return {};
    if (dedupe.by.some(isHidden)) return {};
    const by = wordsOf(dedupe.by.map(exprText)) || 'all rows';
    const order = dedupe.order.length > 0 ? `, the first by ${dedupe.order.map(orderKeyText).join(', ')}` : ', any of them';
    return { findings: [stageFinding(stage, { text: `deduplicate ${by}`, unspecced: true, model: dedupe.spans.slice(0, 1), message: `In ${whereOf(stage)} the model keeps one row per ${by}${order}; the spec does not say so.` })] };
  },
};
