import { hasAggregate } from '../../sql/exprs';
import type { Comparison } from '../comparison';
import { isSubset, sameColumns, stageKeys, type ProvenKey } from '../keys';
import type { Expr } from '../../sql/types';
import { TOP } from '../lowerSpec';
import { sourcesOf, type NStage } from '../normalise/model';
import { outputKnown } from './columns';
import { modelClause, wordsOf, yamlPlace, type ClauseDraft, type Draft, type Rule } from './rule';

/** GRAIN001: the grain's columns are a key of the model. */
export const grain: Rule = {
  code: 'GRAIN001',
  title: 'Other grain',
  question: 'Is one row of the model what the spec says?',
  severity: 'error',
  group: 'grain',
  evidence: 'GROUP BY, DISTINCT and keys carried through joins, also in the models it reads; unique tests and constraints',
  gives: 'clause',
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
    return { clauses: [modelClause('grain', { span: fact.span, text: fact.value.map((item) => item.value).join(', ') }, judgeGrain(comparison, wanted))] };
  },
};

function judgeGrain(comparison: Comparison, wanted: readonly string[]): Draft {
  const { model, node } = comparison;
  const last = comparison.stages.find((stage) => stage.id === TOP)?.view?.pair.model;
  const derived = model && last ? stageKeys(model, last, comparison.keys.ofRelation) : [];
  const keys = [...derived, ...comparison.keys.ofNode(node)];
  const spec = `one row per ${wordsOf(wanted)}`;
  const equal = keys.find((key) => sameColumns(key.columns, wanted));
  if (equal) return { verdict: 'matches', model: placesOf(equal, last), message: `The model has ${spec}, by ${equal.text}.`, evidence: equal.span ? undefined : { tier: equal.tier, from: equal.text } };
  const known = last && outputKnown(comparison, last);
  const absent = known?.complete ? wanted.filter((name) => !known.names.includes(name)) : [];
  if (absent.length > 0) return { verdict: 'differs', model: placesOf(undefined, last), message: `The spec has ${spec}; the model has no column ${wordsOf(absent)}.` };
  return grouped(last, derived, keys, wanted, spec) ?? unproven(last, keys, wanted, spec);
}

/** GROUP BY gives other rows where the grain names what the model computes from the rows of a group. */
function grouped(last: NStage | undefined, derived: readonly ProvenKey[], keys: readonly ProvenKey[], wanted: readonly string[], spec: string): Draft | undefined {
  const by = last?.aggregate && last.aggregate.grouping === undefined ? derived[0] : undefined;
  if (!last || !by) return undefined;
  const outside = wanted.filter((name) => !by.columns.includes(name));
  const computed = outside.length > 0 && outside.every((name) => last.columns.some((column) => column.name === name && (hasAggregate(column.expr) || isOfStage(last, column.expr))));
  const declared = keys.some((key) => !derived.includes(key) && isSubset(key.columns, wanted) && !isSubset(by.columns, key.columns));
  if (!computed || declared) return undefined;
  const coarser = isSubset(by.columns, wanted) ? ', which is coarser' : '';
  return { verdict: 'differs', model: placesOf(by, last), message: `The spec has ${spec}; the model has one row per ${wordsOf(by.columns) || 'all rows together'} (${by.text})${coarser}.` };
}

/** A column of a step that is not grouped by: only a relation's primary key lets another of its columns have one value in a group. */
function isOfStage(stage: NStage, expr: Expr): boolean {
  return expr.kind === 'column' && sourcesOf(stage).some((source) => source.key === expr.source && source.target.kind === 'stage');
}

function unproven(last: NStage | undefined, keys: readonly ProvenKey[], wanted: readonly string[], spec: string): Draft {
  const unknown = (key: ProvenKey | undefined, message: string): Draft => ({ verdict: 'unknown', model: placesOf(key, last), reason: 'not-provable', message });
  const coarser = keys.find((key) => isSubset(key.columns, wanted));
  if (coarser) return unknown(coarser, `Can't tell whether the spec means it: the model is coarser, since ${wordsOf(coarser.columns) || 'one row in all'} alone is already unique (${coarser.text}), where the spec has ${spec}.`);
  const finer = keys.find((key) => isSubset(wanted, key.columns));
  if (finer) return unknown(finer, `Can't tell whether the model has ${spec}: it may be finer, since what is proved is one row per ${wordsOf(finer.columns)} (${finer.text}).`);
  const other = keys.find((key) => key.columns.length > 0);
  return unknown(other, `Can't tell whether the model has ${spec}: ${other ? `what is proved is one row per ${wordsOf(other.columns)} (${other.text})` : 'no test, constraint or GROUP BY proves it'}.`);
}

/** Where a key is written: in the SQL, in YAML; else its words, where the rows come from. */
function placesOf(key: ProvenKey | undefined, last: NStage | undefined): NonNullable<ClauseDraft['model']> {
  if (key?.span) return [key.span];
  if (key?.place) return [yamlPlace(key.place, key.text)];
  const group = last?.aggregate && !last.aggregate.implicit ? last.aggregate.span : undefined;
  const place = group ?? last?.base?.span ?? last?.span;
  return place ? [key ? { ...place, text: key.text } : place] : [];
}
