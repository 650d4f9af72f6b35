import { exprKey } from '../expr/key';
import type { Expr } from '../../sql/types';
import { exprText, orderKeyText } from '../expr/text';
import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import type { PairView } from '../match/view';
import { stageClause, unmatched, whereOf, type Draft, type Rule } from './rule';

/** AGG004: the number of rows is limited as specified. */
export const limit: Rule = {
  code: 'AGG004',
  title: 'Other limit',
  question: 'Does the model stop after this many rows?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nlimit: { rows: "100", order_by: ["ordered_at desc"] }\n',
    good: "select * from {{ ref('orders') }} order by ordered_at desc limit 100",
    bad: "select * from {{ ref('orders') }} order by ordered_at desc limit 10",
  },
  judge(stage, comparison) {
    const fact = stage.fact.limit;
    if (!fact) return {};
    const spec = { span: fact.span, text: `limit ${fact.rows?.value ?? ''}` };
    if (!stage.view) return { clauses: [unmatched(stage, 'limit', spec)] };
    return { clauses: [stageClause(stage, 'limit', spec, judge(stage, comparison, stage.view))] };
  },
};

function judge(stage: StageComparison, comparison: Comparison, view: PairView): Draft {
  const own = view.pair.spec.limit;
  const found = view.pair.model.limit;
  if (!own) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: the limit could not be followed through the steps." };
  const hidden = hiddenIn(comparison, view, 'limit');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether the rows are limited: ${reasonOf(hidden).text}.` };
  if (!found) return view.pair.solid ? { verdict: 'differs', model: [view.pair.model.span], message: `The spec limits the rows; ${whereOf(stage)} does not.` } : { verdict: 'unknown', reason: 'not-provable', message: "Can't tell: the model's stage starts from something else." };
  const model = [found.span];
  const rows = own.rows && found.rows ? view.compare(own.rows, view.toSpec(found.rows)) : own.rows ? 'different' : 'equal';
  if (rows === 'different' && own.rows) return { verdict: 'differs', model, message: `The spec takes ${exprText(own.rows)} rows; the model takes ${found.rows ? exprText(found.rows) : 'all'}.` };
  const order = view.pair.spec.orderBy.map((key, index) => {
    const other = view.pair.model.orderBy[index];
    if (!other) return 'different';
    const same = isSameOutput(view, key.expr, view.toSpec(other.expr)) ? 'equal' : view.compare(key.expr, view.toSpec(other.expr));
    return same === 'equal' && key.descending !== other.descending ? 'different' : same;
  });
  if (order.includes('different') && view.pair.solid) return { verdict: 'differs', model, message: `The spec takes the first rows by ${view.pair.spec.orderBy.map(orderKeyText).join(', ')}; the model by ${view.pair.model.orderBy.map(orderKeyText).join(', ') || 'no order at all'}.` };
  if (rows === 'unknown' || order.some((verdict) => verdict !== 'equal')) return { verdict: 'unknown', model, reason: 'not-provable', message: "Can't tell whether the model limits the rows as the spec says." };
  return { verdict: 'matches', model, message: 'The model limits the rows as the spec says.' };
}

/** Both order by an output column of one name: how it is computed is told there. */
function isSameOutput(view: PairView, own: Expr, found: Expr): boolean {
  return view.pair.spec.columns.some((column) => {
    const partner = column.name === undefined ? undefined : view.partner(column.name);
    return partner !== undefined && exprKey(column.expr) === exprKey(own) && exprKey(partner.expr) === exprKey(found);
  });
}
