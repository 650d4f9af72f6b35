import { hiddenIn, modelText, reasonOf, type Comparison, type StageComparison } from '../comparison';
import type { PairView } from '../match/view';
import { stageClause, unmatched, whereOf, wordsOf, type Draft, type Rule } from './rule';

/** AGG005: the specified steps are put together, and so. */
export const union: Rule = {
  code: 'AGG005',
  title: 'Other set operation',
  question: 'Does the model put these steps together so?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: web }\n  - { ref: shop }\nsteps:\n  - { name: a, from: web }\n  - { name: b, from: shop }\nunion: { op: union_all, branches: [a, b] }\n',
    good: "select * from {{ ref('web') }} union all select * from {{ ref('shop') }}",
    bad: "select * from {{ ref('web') }} union select * from {{ ref('shop') }}",
  },
  judge(stage, comparison) {
    const fact = stage.fact.union;
    if (!fact) return {};
    const spec = { span: fact.span, text: `${fact.op.value.replace('_', ' ')} of ${fact.branches.map((branch) => branch.value).join(', ')}` };
    if (stage.view && comparison.alone?.union === stage.id) return { clauses: [stageClause(stage, 'union', spec, onlyOne(comparison, stage.view, comparison.alone.branch, fact.branches.length))] };
    if (stage.view && stage.merged) return { clauses: [stageClause(stage, 'union', spec, within(stage.view, fact.op.value))] };
    if (!stage.view) return { clauses: [unmatched(stage, 'union', spec)] };
    return { clauses: [stageClause(stage, 'union', spec, judge(stage, comparison, stage.view))] };
  },
};

function onlyOne(comparison: Comparison, view: PairView, branch: string, count: number): Draft {
  const { span } = view.pair.model.base ?? view.pair.model;
  return { verdict: 'differs', model: [span], message: `The spec puts ${count} branches together; the model has only ${branch.replace(/^step:/, '')} (${modelText(comparison, span, 40)}).` };
}

/** The step's branches are branches of the set operation that reads it, whose own clause tells how many the model has. */
function within({ pair: { spec, model } }: PairView, op: string): Draft {
  if (spec.union?.op !== op) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: the set operation could not be followed through the steps." };
  if (model.union?.op !== op) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: no set operation of the model could be paired with this." };
  return { verdict: 'matches', model: [model.union.span], message: 'The model puts these branches together with those of the step that reads them.' };
}

function judge(stage: StageComparison, comparison: Comparison, view: PairView): Draft {
  const own = view.pair.spec.union;
  const found = view.pair.model.union;
  if (!own) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: the set operation could not be followed through the steps." };
  const hidden = hiddenIn(comparison, view, 'union') ?? hiddenIn(comparison, view, 'from');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell how the model puts the steps together: ${reasonOf(hidden).text}.` };
  if (!found) return { verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: no set operation of the model could be paired with this.` };
  const model = [found.span];
  if (own.op !== found.op) return { verdict: 'differs', model, message: `The spec puts the steps together by ${own.op.replace('_', ' ')}; ${whereOf(stage)} does so by ${found.op.replace('_', ' ')}.` };
  const unpaired = own.branches.filter((branch) => !comparison.matching.pairs.has(branch) && !comparison.matching.pairs.has(`${branch}~first`));
  if (unpaired.length === 0 && own.branches.length === found.branches.length) return { verdict: 'matches', model, message: `The model puts the same ${own.branches.length} branches together.` };
  if (own.branches.length !== found.branches.length && comparison.matching.modelOnly.every((candidate) => candidate.opaque.length === 0)) {
    return { verdict: 'differs', model, message: `The spec puts ${own.branches.length} branches together; the model ${found.branches.length}.` };
  }
  return { verdict: 'unknown', model, reason: 'stage-unmatched', message: `Can't tell: ${wordsOf(unpaired.map((branch) => branch.replace(/^step:/, '')))} could not be paired with a branch of the model.` };
}
