import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import { stageClause, unmatched, type ClauseDraft, type Rule } from './rule';
import { short } from './rule';

/** AGG007: series and recursion; what a sentence says of them is not compared word by word. */
export const series: Rule = {
  code: 'AGG007',
  title: 'Series or recursion',
  question: 'Does the model make this series, or recurse?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: employees }\nsteps:\n  - name: tree\n    from: employees\n    recursive: "manager to employee"\nfrom: tree\n',
    good: "with recursive tree as (select id, manager_id from {{ ref('employees') }} union all select e.id, e.manager_id from {{ ref('employees') }} as e join tree on e.manager_id = tree.id) select * from tree",
    bad: "with tree as (select id, manager_id from {{ ref('employees') }}) select * from tree",
  },
  judge(stage, comparison) {
    return { clauses: [...recursion(stage, comparison), ...generation(stage)] };
  },
};

function recursion(stage: StageComparison, comparison: Comparison): ClauseDraft[] {
  const fact = stage.fact.recursive;
  if (!fact) return [];
  const spec = { span: fact.span, text: short(fact.value) };
  if (!stage.view) return [unmatched(stage, 'recursive', spec)];
  const { model } = stage.view.pair;
  if (model.recursive) return [stageClause(stage, 'recursive', { spec, verdict: 'matches', model: [model.span], message: 'The model has a recursive stage here; what it follows is for a person to read.' })];
  const hidden = hiddenIn(comparison, stage.view, 'union');
  return [stageClause(stage, 'recursive', { spec, verdict: 'unknown', model: [model.span], reason: hidden ? reasonOf(hidden).reason : 'not-provable', message: "Can't tell: the stage of the model does not call itself; it may follow the levels in another way." })];
}

function generation(stage: StageComparison): ClauseDraft[] {
  const fact = stage.fact.generate;
  if (!fact) return [];
  const spec = { span: fact.span, text: short(fact.value) };
  if (!stage.view) return [unmatched(stage, 'generate', spec)];
  return [stageClause(stage, 'generate', { spec, verdict: 'unknown', model: [stage.view.pair.model.span], reason: 'not-checked', message: "Can't tell: a series is described in words, which are not compared with SQL." })];
}
