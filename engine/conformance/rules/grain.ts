import type { ModelPlace } from '../types';
import type { Span } from '../../text';
import type { Comparison } from '../comparison';
import { declaredKeys, isSubset, sameColumns, stageKeys, type ProvenKey } from '../keys';
import { outputKnown } from './columns';
import { TOP } from '../lowerSpec';
import { wordsOf, type ClauseDraft, type Rule, type Told } from './rule';

/** GRAIN001: the grain's columns are a key of the model. */
export const grain: Rule = {
  code: 'GRAIN001',
  title: 'Other grain',
  question: 'Is one row of the model what the spec says?',
  severity: 'error',
  group: 'grain',
  evidence: 'GROUP BY, DISTINCT and keys carried through joins; unique tests and constraints',
  scope: 'model',
  example: {
    spec: 'grain: [customer_id]\ninputs:\n  - { ref: payments }\nfrom: payments\n',
    good: "select customer_id, sum(amount) as amount from {{ ref('payments') }} group by customer_id",
    bad: "select account_id, max(customer_id) as customer_id from {{ ref('payments') }} group by account_id",
  },
  judge(comparison) {
    const { grain: fact } = comparison.facts;
    if (!fact) return {};
    const wanted = fact.value.map((item) => comparison.env.fold(item.value));
    return { clauses: [{ address: 'grain', spec: { span: fact.span, text: fact.value.map((item) => item.value).join(', ') }, ...judgeGrain(comparison, wanted) }] };
  },
};

function judgeGrain(comparison: Comparison, wanted: readonly string[]): Omit<ClauseDraft, 'address' | 'spec'> {
  const { model, node } = comparison;
  const last = comparison.stages.find((stage) => stage.id === TOP)?.view?.pair.model;
  const derived = model && last ? stageKeys(comparison, model, last) : [];
  const keys = [...derived, ...declaredKeys(comparison, node)];
  const place = placesOf(comparison, last?.aggregate && !last.aggregate.implicit ? last.aggregate.span : undefined);
  const words = `one row per ${wordsOf(wanted)}`;
  const equal = keys.find((key) => sameColumns(key.columns, wanted));
  if (equal) return { verdict: 'matches', model: proofOf(equal, place), message: `The model has ${words}, by ${equal.text}.`, evidence: { tier: equal.tier, from: equal.text } };
  const known = last && outputKnown(comparison, last);
  const absent = known?.complete ? wanted.filter((name) => !known.names.includes(name)) : [];
  if (absent.length > 0) return { verdict: 'differs', model: place, message: `The spec has ${words}; the model has no column ${wordsOf(absent)}.` };
  const grouped = groupedBy(last, derived);
  const declared = keys.filter((key) => !derived.includes(key));
  if (grouped && !isSubset(wanted, grouped.columns) && !declared.some((key) => isSubset(key.columns, wanted) && !isSubset(grouped.columns, key.columns))) {
    return { verdict: 'differs', model: place, message: `The spec has ${words}; the model has one row per ${wordsOf(grouped.columns) || 'all rows together'} (${grouped.text}).` };
  }
  const coarser = keys.find((key) => isSubset(key.columns, wanted));
  if (coarser) return { verdict: 'unknown', model: proofOf(coarser, place), reason: 'not-provable', message: `Can't tell whether the spec means it: ${wordsOf(coarser.columns) || 'one row in all'} alone is already unique (${coarser.text}), so ${words} is finer than the model.` };
  const other = keys.find((key) => key.columns.length > 0);
  return { verdict: 'unknown', model: other ? proofOf(other, place) : place, reason: 'not-provable', message: `Can't tell whether the model has ${words}: ${other ? `what is proved is one row per ${wordsOf(other.columns)} (${other.text})` : 'no test, constraint or GROUP BY proves it'}.` };
}

/** Where a key is proved; a proof without a place of its own is told in words where the stage starts. */
function proofOf(key: ProvenKey, otherwise: (Told | ModelPlace)[]): (Told | ModelPlace)[] {
  if (key.proof) return [key.proof];
  return otherwise.map((place) => ({ ...place, text: key.text }));
}

/** The key that GROUP BY of the last stage gives. */
function groupedBy(last: { aggregate?: { implicit: boolean; grouping?: string } } | undefined, derived: readonly ProvenKey[]): ProvenKey | undefined {
  return last?.aggregate && last.aggregate.grouping === undefined ? derived[0] : undefined;
}

function placesOf(comparison: Comparison, group: Span | undefined): (Told | ModelPlace)[] {
  if (group) return [group];
  const last = comparison.stages.find((stage) => stage.id === TOP)?.view?.pair.model;
  return last ? [last.base?.span ?? last.span] : [];
}
