import { exprKey } from '../expr/key';
import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import type { PairView } from '../match/view';
import { sourcesOf } from '../normalise/model';
import { stageClause, unmatched, whereOf, type Draft, type Rule } from './rule';

/** AGG002: duplicate rows are removed, or kept, as specified. */
export const distinct: Rule = {
  code: 'AGG002',
  title: 'Duplicates kept or removed',
  question: 'Does the model remove duplicate rows?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndistinct: true\n',
    good: "select distinct customer_id from {{ ref('orders') }}",
    bad: "select customer_id from {{ ref('orders') }}",
  },
  judge(stage, comparison) {
    const fact = stage.fact.distinct;
    if (!fact) return {};
    const spec = { span: fact.span, text: fact.value ? 'distinct' : 'not distinct' };
    if (!stage.view) return { clauses: [unmatched(stage, 'distinct', spec)] };
    return { clauses: [stageClause(stage, 'distinct', spec, judge(stage, comparison, stage.view, fact.value))] };
  },
};

function judge(stage: StageComparison, comparison: Comparison, view: PairView, wanted: boolean): Draft {
  const { model } = view.pair;
  const hidden = hiddenIn(comparison, view, 'distinct');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether duplicates are removed: ${reasonOf(hidden).text}.` };
  const removes = model.distinct !== undefined || groupsByAll(view) || model.union?.op === 'union';
  const place = { model: [model.distinct?.span ?? model.aggregate?.span ?? model.span] };
  if (removes === wanted) return { verdict: 'matches', ...place, message: wanted ? 'The model removes duplicate rows, as the spec says.' : 'The model keeps duplicate rows, as the spec says.' };
  if (isOnlyAsked(comparison, view)) return { verdict: 'matches', ...place, message: 'Whether duplicates are removed makes no difference here: the step is only asked for a match.' };
  if (!view.pair.solid || model.aggregate || model.dedupe || model.union) return { verdict: 'unknown', ...place, reason: 'not-provable', message: "Can't tell: the model may remove duplicates in another way." };
  return { verdict: 'differs', ...place, message: wanted ? `The spec removes duplicate rows; ${whereOf(stage)} keeps them.` : `The spec keeps duplicate rows; ${whereOf(stage)} removes them by DISTINCT.` };
}

/** True for a step that is read by semi and anti joins alone. */
function isOnlyAsked(comparison: Comparison, view: PairView): boolean {
  const readers = comparison.stages.flatMap(({ view: reader }) => (reader ? sourcesOf(reader.pair.spec).filter((source) => source.target.kind === 'stage' && source.target.id === view.pair.id).map((source) => reader.pair.spec.joins.find((join) => join.source === source)) : []));
  return readers.length > 0 && readers.every((join) => join?.type === 'semi' || join?.type === 'anti');
}

/** GROUP BY of every output column and nothing else is DISTINCT. */
function groupsByAll(view: PairView): boolean {
  const { aggregate, columns } = view.pair.model;
  if (!aggregate || aggregate.implicit || aggregate.grouping !== undefined || columns.length === 0) return false;
  const keys = new Set(aggregate.by.map((item) => exprKey(item.expr)));
  const outputs = new Set(columns.map((column) => exprKey(column.expr)));
  return [...outputs].every((key) => keys.has(key)) && [...keys].every((key) => outputs.has(key));
}
