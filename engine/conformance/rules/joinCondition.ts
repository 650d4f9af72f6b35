import { exprText } from '../expr/text';
import type { JoinFact } from '../../spec/types';
import type { Expr } from '../../sql/types';
import { isUnparsed, modelText, specIsVague, type Comparison, type StageComparison } from '../comparison';
import { matchJoins } from '../match/joins';
import { columnNames, isHidden, type PairView } from '../match/view';
import { equalityOf } from '../normalise/joins';
import type { NCondition, NJoin } from '../normalise/model';
import { joinAddress, joinMatchOf } from './joinType';
import { short, stageClause, stageFinding, type ClauseDraft, type Draft, type FindingDraft, type Rule } from './rule';

/** JOIN003: what ON asks for besides the keys. */
export const joinCondition: Rule = {
  code: 'JOIN003',
  title: 'Join on another condition',
  question: 'Does the model join under this condition, and no other?',
  severity: 'error',
  group: 'joins',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id], condition: \"orders.status = 'paid'\" }\n",
    good: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id and orders.status = 'paid'",
    bad: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id and orders.status = 'open'",
  },
  judge(stage, comparison) {
    const facts = stage.fact.joins?.items ?? [];
    return { clauses: facts.flatMap((fact) => judgeCondition(stage, comparison, fact)), findings: stage.merged ? [] : extraConditions(stage, comparison) };
  },
};

function judgeCondition(stage: StageComparison, comparison: Comparison, fact: JoinFact): ClauseDraft[] {
  const match = joinMatchOf(stage, fact);
  const { condition } = fact;
  if (!condition || !stage.view || !match?.model) return [];
  const { view } = stage;
  const { model } = match;
  const at = (spans: readonly { start: number; end: number }[]): boolean => spans.some((span) => span.start === condition.span.start && span.end === condition.span.end);
  const wanted: Expr[] = [...match.spec.conditions.filter((c) => at(c.spans)).map((c) => c.expr), ...match.spec.keys.filter((key) => at(key.spans)).map(equalityOf)];
  const clause = (draft: Draft): ClauseDraft[] => [stageClause(stage, `${joinAddress(fact)}/condition`, { span: condition.span, text: short(condition.value) }, draft)];
  if (wanted.some(isUnparsed)) return clause({ verdict: 'unknown', reason: 'unparsed', message: `Can't tell: the condition is not SQL that could be parsed.` });
  const found = conditionsOf(view, model, comparison);
  const missing = wanted.filter((expr) => !found.some((other) => view.compare(expr, other.expr, 'filter') === 'equal'));
  const matched = found.filter((other) => wanted.some((expr) => view.compare(expr, other.expr, 'filter') === 'equal')).flatMap((other) => other.spans.slice(0, 1));
  const whole = { model: model.spans.slice(0, 1) };
  const [first] = missing;
  if (!first) return clause({ verdict: 'matches', ...(matched.length > 0 ? { model: matched } : whole), message: `The model joins ${fact.to.value} under the condition of the spec.` });
  // What the model has word for word is no other wording of what is missing.
  const open = found.filter((candidate) => !wanted.some((expr) => view.compare(expr, candidate.expr, 'filter') === 'equal'));
  const other = open.find((candidate) => sameColumns(candidate.expr, first) && view.compare(first, candidate.expr, 'filter') === 'different');
  if (!view.pair.solid || model.opaque || isHidden(first)) return clause({ verdict: 'unknown', ...whole, reason: 'not-provable', message: `Can't tell whether the model joins ${fact.to.value} where ${exprText(first)}.` });
  if (other) return clause({ verdict: 'differs', model: other.spans.slice(0, 1), message: `The spec joins ${fact.to.value} where ${exprText(first)}; the model does where ${exprText(other.expr)}.` });
  const later = [...comparison.filters.of(view).fromOn].find(([own]) => own.expr === first)?.[1];
  if (later) return clause({ verdict: 'differs', model: later.spans.slice(0, 1), message: `The spec joins ${fact.to.value} only where ${exprText(first)}; the model asks for that in WHERE, after the join, which drops rows without a match.` });
  const names = columnNames(first);
  const touched = open.some((candidate) => isHidden(candidate.expr) || [...columnNames(candidate.expr)].some((name) => names.has(name))) || comparison.filters.touchesElsewhere(names, view);
  if (touched) return clause({ verdict: 'unknown', ...whole, reason: 'not-provable', message: `Can't tell: the model's condition for ${fact.to.value} is written in another way than ${exprText(first)}.` });
  return clause({ verdict: 'differs', ...whole, message: `The spec joins ${fact.to.value} only where ${exprText(first)}; the model does not ask for that.` });
}

/** The conditions and keys of a join; of inner joins also what filters the stage. */
function conditionsOf(view: PairView, model: NJoin, comparison: Comparison): NCondition[] {
  const own = [...model.conditions, ...model.keys.map((key) => ({ expr: equalityOf(key), spans: key.spans }))].map((condition) => ({ ...condition, expr: view.toSpec(condition.expr) }));
  return model.type === 'inner' || model.type === 'cross' ? [...own, ...comparison.filters.of(view).model] : own;
}

function sameColumns(a: Expr, b: Expr): boolean {
  const [left, right] = [columnNames(a), columnNames(b)];
  return left.size > 0 && left.size === right.size && [...left].every((name) => right.has(name));
}

/** ON conditions of specified joins that the spec does not have. */
function extraConditions(stage: StageComparison, comparison: Comparison): FindingDraft[] {
  const { view } = stage;
  if (!view || specIsVague(comparison, view)) return [];
  const filters = comparison.filters.of(view);
  const moved = new Set(filters.intoOn.values());
  return matchJoins(view).flatMap(({ spec, model }) => {
    if (!model || (spec.keys.length === 0 && spec.conditions.length === 0) || spec.conditions.some((condition) => isUnparsed(condition.expr))) return [];
    const wanted = [...spec.conditions.map((condition) => condition.expr), ...spec.keys.map(equalityOf), ...(isInner(model) ? filters.spec.map((conjunct) => conjunct.expr) : [])];
    return model.conditions.flatMap((condition) => {
      if (moved.has(condition)) return [];
      const expr = view.toSpec(condition.expr);
      if (isHidden(expr) || wanted.some((other) => view.compare(other, expr, 'filter') === 'equal')) return [];
      // A written condition on the same columns is judged by its clause.
      if (wanted.some((other) => sameColumns(other, expr))) return [];
      const text = modelText(comparison, condition.spans[0]);
      return [stageFinding(stage, { text: exprText(expr), unspecced: true, severity: 'warning', model: condition.spans.slice(0, 1), message: `The model joins ${spec.source.name.text} only where ${text}; the spec has no such condition.` })];
    });
  });
}

function isInner(join: NJoin): boolean {
  return join.type === 'inner' || join.type === 'cross';
}
