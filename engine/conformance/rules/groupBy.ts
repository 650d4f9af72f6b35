import { exprText } from '../expr/text';
import type { Expr } from '../../sql/types';
import { hiddenIn, isUnparsed, reasonOf, type Comparison, type StageComparison } from '../comparison';
import { isHidden, type PairView } from '../match/view';
import type { NGroup } from '../normalise/model';
import { stageClause, unmatched, whereOf, wordsOf, type Draft, type Rule } from './rule';

/** AGG001: rows are grouped as specified. */
export const groupBy: Rule = {
  code: 'AGG001',
  title: 'Grouped otherwise',
  question: 'Does the model group rows so?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: payments }\nfrom: payments\naggregate: { by: [customer_id] }\n',
    good: "select customer_id, sum(amount) as amount from {{ ref('payments') }} group by 1",
    bad: "select customer_id, status, sum(amount) as amount from {{ ref('payments') }} group by 1, 2",
  },
  judge(stage, comparison) {
    const fact = stage.fact.aggregate;
    if (!fact) return {};
    const text = fact.by.length === 0 ? 'one row in all' : `by ${fact.by.map((item) => item.value).join(', ')}`;
    const spec = { span: fact.span, text };
    if (!stage.view) return { clauses: [unmatched(stage, 'aggregate', spec)] };
    return { clauses: [stageClause(stage, 'aggregate', spec, judge(stage, comparison, stage.view, text))] };
  },
};

function judge(stage: StageComparison, comparison: Comparison, view: PairView, text: string): Draft {
  const own = view.pair.spec.aggregate;
  if (!own) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: the grouping could not be followed through the steps." };
  const model = view.pair.model;
  const found = model.aggregate ?? distinctAsGroup(view);
  const hidden = hiddenIn(comparison, view, 'aggregate');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell how the model groups: ${reasonOf(hidden).text}.` };
  if (!found) {
    if (!view.pair.solid || model.distinct || model.dedupe) return { verdict: 'unknown', reason: 'not-provable', message: "Can't tell: the model may group rows in another stage or in another way." };
    return { verdict: 'differs', model: [model.span], message: `The spec groups rows ${text}; ${whereOf(stage)} does not group them.` };
  }
  const place = { model: [found.span] };
  if (found.grouping !== undefined) return { verdict: 'unknown', ...place, reason: 'unsupported', message: "Can't tell: GROUPING SETS, ROLLUP and CUBE are not compared yet." };
  const { missing, extra } = difference(view, own, found);
  if (missing.length === 0 && extra.length === 0) return { verdict: 'matches', ...place, message: `The model groups rows ${text}, as the spec says.` };
  if (!view.pair.solid || missing.some(isUnparsed) || [...missing, ...extra].some(isHidden)) return { verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell whether the model groups rows ${text}.` };
  const doubtful = missing.some((expr) => extra.some((other) => view.compare(expr, other) === 'unknown'));
  if (doubtful) return { verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell: the model groups by ${wordsOf(extra.map(exprText))}, which is neither provably the same nor provably another.` };
  const parts = [...(missing.length > 0 ? [`not by ${wordsOf(missing.map(exprText))}`] : []), ...(extra.length > 0 ? [`also by ${wordsOf(extra.map(exprText))}`] : [])];
  return { verdict: 'differs', ...place, message: `The spec groups rows ${text}; the model groups ${parts.join(', and ')}.` };
}

/** SELECT DISTINCT of plain columns groups by them. */
function distinctAsGroup(view: PairView): NGroup | undefined {
  const { distinct, columns } = view.pair.model;
  if (!distinct || columns.some((column) => column.expr.kind === 'star')) return undefined;
  return { by: columns.map((column) => ({ expr: column.expr, ...(column.name === undefined ? {} : { name: column.name }) })), implicit: false, span: distinct.span };
}

function difference(view: PairView, own: NGroup, found: NGroup): { missing: Expr[]; extra: Expr[] } {
  const left = found.by.map((item) => ({ ...item, expr: view.toSpec(item.expr) }));
  const missing: Expr[] = [];
  for (const item of own.by) {
    const index = left.findIndex((other) => view.compare(item.expr, other.expr) === 'equal' || isOutput(view, item.name, other.expr) || (item.name !== undefined && other.name === item.name && view.partner(item.name) !== undefined));
    if (index >= 0) left.splice(index, 1);
    else missing.push(item.expr);
  }
  // A constant groups nothing.
  return { missing: missing.filter((expr) => expr.kind !== 'literal'), extra: left.map((item) => item.expr).filter((expr) => expr.kind !== 'literal' && !own.by.some((item) => view.compare(item.expr, expr) === 'equal')) };
}

/** The spec names an output column that the model computes by this expression. */
function isOutput(view: PairView, name: string | undefined, expr: Expr): boolean {
  const column = name === undefined ? undefined : view.partner(name);
  return column !== undefined && view.compare(column.expr, expr) === 'equal';
}
