import type { JoinFact } from '../../spec/types';
import type { Comparison, StageComparison } from '../comparison';
import { keyOfJoined, keyOfPreceding } from '../keys';
import { joinAddress, joinMatchOf } from './joinType';
import { stageClause, type ClauseDraft, type Draft, type Rule } from './rule';

/** JOIN005: the cardinality a join claims follows from keys. */
export const cardinality: Rule = {
  code: 'JOIN005',
  title: 'Cardinality that keys do not prove',
  question: 'Do keys prove how many rows meet in this join?',
  severity: 'warning',
  group: 'joins',
  evidence: 'unique tests, constraints, GROUP BY and the grain that inputs state',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders, grain: [order_id] }\n  - { ref: customers, grain: [customer_id] }\nfrom: orders\njoins:\n  - { to: customers, type: left, keys: [customer_id], cardinality: many_to_one }\n',
    good: "select orders.order_id from {{ ref('orders') }} as orders left join {{ ref('customers') }} as customers on orders.customer_id = customers.customer_id",
    bad: "select orders.order_id from {{ ref('orders') }} as orders left join {{ ref('customers') }} as customers on orders.region = customers.region",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.joins?.items ?? []).flatMap((fact) => judgeCardinality(stage, comparison, fact) ?? []) };
  },
};

function judgeCardinality(stage: StageComparison, comparison: Comparison, fact: JoinFact): ClauseDraft | undefined {
  const claim = fact.cardinality;
  const match = joinMatchOf(stage, fact);
  if (!claim || !stage.view || !match?.model || !comparison.model) return undefined;
  const words = claim.value.replace(/_/g, ' ');
  const needsRight = claim.value === 'many_to_one' || claim.value === 'one_to_one';
  const needsLeft = claim.value === 'one_to_many' || claim.value === 'one_to_one';
  const model = match.model.spans.slice(0, 1);
  const right = needsRight ? keyOfJoined(comparison.model, match.model, comparison.keys.ofRelation) : undefined;
  const left = needsLeft ? keyOfPreceding(comparison.model, stage.view.pair.model, match.model, comparison.keys.ofRelation) : undefined;
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, `${joinAddress(fact)}/cardinality`, { span: claim.span, text: words }, draft);
  const lacking = [...(needsRight && !right ? [`${fact.to.value} is unique on the join's keys`] : []), ...(needsLeft && !left ? ['what precedes is unique on them'] : [])];
  if (lacking.length > 0) return clause({ verdict: 'unknown', model, reason: 'not-provable', message: `Can't tell whether the join is ${words}: no key proves that ${lacking.join(' and that ')}.` });
  const proof = [right?.text, left?.text].filter((text) => text !== undefined);
  return clause({ verdict: 'matches', model, message: `The join is ${words}${proof.length > 0 ? `, by ${proof.join(' and ')}` : ''}.` });
}
