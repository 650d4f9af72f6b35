import { exprText } from '../expr/text';
import type { Expr } from '../../sql/types';
import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import type { UnnestFact } from '../../spec/types';
import { stageClause, unmatched, whereOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** AGG006: lists become rows as specified. */
export const unnest: Rule = {
  code: 'AGG006',
  title: 'Other unnest',
  question: 'Does the model make rows of this list?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nunnest:\n  - { expression: "orders.items", as: item }\n',
    good: "select orders.order_id from {{ ref('orders') }} as orders cross join unnest(orders.items) as item",
    bad: "select orders.order_id from {{ ref('orders') }} as orders",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.unnest?.items ?? []).map((fact) => judge(stage, comparison, fact)) };
  },
};

function judge(stage: StageComparison, comparison: Comparison, fact: UnnestFact): ClauseDraft {
  const address = `unnest/${fact.as.value}`;
  const spec = { span: fact.span, text: `unnest ${fact.expression.value}` };
  const { view } = stage;
  if (!view) return unmatched(stage, address, spec);
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, address, spec, draft);
  const own = view.pair.spec.unnests.find((candidate) => candidate.span.start === fact.span.start);
  const hidden = hiddenIn(comparison, view, 'unnest') ?? hiddenIn(comparison, view, 'from');
  if (!own) return clause({ verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: this could not be followed through the steps." });
  if (hidden) return clause({ verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether the model makes rows of it: ${reasonOf(hidden).text}.` });
  const candidates = view.pair.model.unnests.map((candidate) => ({ candidate, verdict: view.compare(listOf(own.expr), listOf(view.toSpec(candidate.expr))) }));
  const equal = candidates.find(({ verdict }) => verdict === 'equal')?.candidate;
  if (equal && equal.outer === own.outer) return clause({ verdict: 'matches', model: [equal.span], message: `The model makes rows of ${exprText(listOf(own.expr))}, as the spec says.` });
  if (equal && view.pair.solid) return clause({ verdict: 'differs', model: [equal.span], message: `The spec ${own.outer ? 'keeps' : 'drops'} rows of which ${fact.expression.value} is empty; the model ${equal.outer ? 'keeps' : 'drops'} them.` });
  if (equal) return clause({ verdict: 'unknown', model: [equal.span], reason: 'stage-unmatched', message: `Can't tell whether rows with an empty list are kept: the model's stage starts from something else.` });
  const rivals = candidates.filter(({ candidate }) => !view.pair.spec.unnests.some((item) => item !== own && view.compare(listOf(item.expr), listOf(view.toSpec(candidate.expr))) === 'equal'));
  const [only] = rivals;
  if (only && rivals.length === 1 && only.verdict === 'different' && view.pair.solid) return clause({ verdict: 'differs', model: [only.candidate.span], message: `The spec makes rows of ${fact.expression.value}; the model makes rows of ${exprText(listOf(view.toSpec(only.candidate.expr)))}.` });
  if (candidates.length === 0 && view.pair.solid && view.pair.modelOnly.length === 0) return clause({ verdict: 'differs', model: [view.pair.model.span], message: `The spec makes rows of ${fact.expression.value}; ${whereOf(stage)} does not.` });
  return clause({ verdict: 'unknown', reason: 'not-provable', message: `Can't tell whether the model makes rows of ${fact.expression.value}.` });
}

const WRAPPERS = new Set(['unnest', 'explode', 'explode_outer', 'flatten', 'posexplode', 'json_array_elements', 'jsonb_array_elements', 'lateral', 'table']);

/** The list itself, whatever function makes rows of it. */
function listOf(expr: Expr): Expr {
  return expr.kind === 'call' && WRAPPERS.has(expr.name) && expr.args.length === 1 && expr.args[0] ? listOf(expr.args[0]) : expr;
}
