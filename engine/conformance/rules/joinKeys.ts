import type { Span } from '../../text';
import { exprText } from '../expr/text';
import type { JoinFact } from '../../spec/types';
import type { Comparison, StageComparison } from '../comparison';
import { matchKeys } from '../match/joins';
import type { NKey } from '../normalise/model';
import { joinAddress, joinMatchOf } from './joinType';
import { stageClause, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** JOIN002: the keys of a join are the specified ones, no fewer and no more. */
export const joinKeys: Rule = {
  code: 'JOIN002',
  title: 'Join on other keys',
  question: 'Does the model join on these keys?',
  severity: 'error',
  group: 'joins',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\n',
    good: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders using (customer_id)",
    bad: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders on customers.customer_id = orders.account_id",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.joins?.items ?? []).flatMap((fact) => (fact.keys ? judgeKeys(stage, comparison, fact, fact.keys.span) : [])) };
  },
};

function judgeKeys(stage: StageComparison, comparison: Comparison, fact: JoinFact, span: Span): ClauseDraft[] {
  const match = joinMatchOf(stage, fact);
  // Where there is no such join, the join's own clause says so.
  if (!stage.view || !match?.model) return [];
  const { view } = stage;
  const condition = fact.condition;
  // Keys that are written as a condition come last.
  const spec = condition ? { ...match.spec, keys: [...match.spec.keys.filter((key) => !isFrom(key, condition.span)), ...match.spec.keys.filter((key) => isFrom(key, condition.span))] } : match.spec;
  const text = (fact.keys?.value ?? []).map((key) => (key.left === key.right ? key.left : `${key.left} = ${key.right}`)).join(', ');
  const result = matchKeys(view, spec, match.model, comparison.filters.of(view));
  const missing = result.missing.filter((key) => !isFrom(key, condition?.span));
  // What the spec keeps as text it says.
  const unsaid = result.extra.filter((key) => !key.spans.some((place) => comparison.quoted.some((quoted) => quoted.start <= place.start && place.end <= quoted.end)));
  const clause = (draft: Draft): ClauseDraft[] => [stageClause(stage, `${joinAddress(fact)}/keys`, { span, text }, draft)];
  const whole = match.model.spans.slice(0, 1);
  const keys = match.model.keys.flatMap((key) => key.spans.slice(0, 1));
  const model = keys.length > 0 ? keys : whole;
  if (missing.length === 0 && unsaid.length === 0) return clause({ verdict: 'matches', model, message: `The model joins ${fact.to.value} on ${text}, as the spec says.` });
  if (result.doubtful || !view.pair.solid) return clause({ verdict: 'unknown', model, reason: match.model.opaque ? 'opaque-jinja' : 'not-provable', message: `Can't tell whether the model joins ${fact.to.value} on ${text}: not every part of its condition can be read.` });
  const extra = unsaid.map((key) => `${exprText(key.left)} = ${exprText(key.right)}`);
  const others = unsaid.flatMap((key) => key.spans.slice(0, 1));
  if (missing.length === 0) return clause({ verdict: 'differs', model: others, message: `The spec joins ${fact.to.value} on ${text}; the model also asks for ${wordsOf(extra)}, so fewer rows match.` });
  const lacking = missing.map((key) => `${exprText(key.left)} = ${exprText(key.right)}`);
  const instead = extra.length > 0 ? `joins on ${wordsOf(extra)} instead` : 'does not ask for it, so more rows match';
  return clause({ verdict: 'differs', model: others.length > 0 ? others : whole, message: `The spec joins ${fact.to.value} on ${wordsOf(lacking)}; the model ${instead}.` });
}

function isFrom(key: NKey, span: Span | undefined): boolean {
  return span !== undefined && key.spans.some((own) => own.start === span.start && own.end === span.end);
}
