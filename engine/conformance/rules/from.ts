import { isNameless } from '../match/affinity';
import { hiddenIn, modelText, reasonOf, type Comparison, type StageComparison } from '../comparison';
import { sourcesOf } from '../normalise/model';
import { stageClause, unmatched, whereOf, type Draft, type Rule } from './rule';

/** INPUT004: a stage starts from what the spec says. */
export const from: Rule = {
  code: 'INPUT004',
  title: 'Stage that starts from something else',
  question: 'Does this stage start from that?',
  severity: 'error',
  group: 'inputs',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\n',
    good: "select c.customer_id from {{ ref('customers') }} as c left join {{ ref('orders') }} as o on c.customer_id = o.customer_id",
    bad: "select o.customer_id from {{ ref('orders') }} as o",
  },
  judge(stage, comparison) {
    const fact = stage.fact.from;
    if (!fact) return {};
    const spec = { span: fact.span, text: `from ${fact.value}` };
    if (!stage.view) return { clauses: [unmatched(stage, 'from', spec)] };
    return { clauses: [stageClause(stage, 'from', spec, judge(stage, comparison, fact.value))] };
  },
};

function judge(stage: StageComparison, comparison: Comparison, name: string): Draft {
  const { view } = stage;
  if (!view) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell." };
  const { pair } = view;
  const model = pair.model.base ? [pair.model.base.span] : [];
  if (stage.merged) return { verdict: 'matches', model, message: `The model reads ${name} in the stage that does this step's work.` };
  const { model: graph } = comparison;
  if (graph && pair.model.base && pair.spec.base?.target.kind === 'relation' && isNameless(graph, pair.model.base)) return { verdict: 'unknown', model, reason: 'opaque-jinja', message: `Can't tell whether ${whereOf(stage)} starts from ${name}: Jinja names what it reads.` };
  if (pair.solid && pair.spec.base) return { verdict: 'matches', model, message: `${whereOf(stage)} starts from ${name}, as the spec says.`.replace(/^t/, 'T') };
  const hidden = hiddenIn(comparison, view, 'from');
  if (hidden) return { verdict: 'unknown', model, reason: reasonOf(hidden).reason, message: `Can't tell what the stage starts from: ${reasonOf(hidden).text}.` };
  if (replaced(stage, comparison)) return { verdict: 'differs', model, message: `The spec starts from ${name}; ${whereOf(stage)} starts from ${modelText(comparison, pair.model.base?.span, 40)} and does not read ${name}.` };
  return { verdict: 'unknown', model, reason: 'stage-unmatched', message: `Can't tell: ${whereOf(stage)} starts from ${modelText(comparison, pair.model.base?.span, 40) || 'something else'}, which could not be paired with ${name}.` };
}

/** Both start from a relation of the project, and the model's stage reads the spec's nowhere. */
function replaced(stage: StageComparison, comparison: Comparison): boolean {
  const { view } = stage;
  const { model, spec } = comparison;
  const [own, found] = [view?.pair.spec.base, view?.pair.model.base];
  if (!view || !model || own?.target.kind !== 'relation' || found?.target.kind !== 'relation') return false;
  const wanted = spec.relations.get(own.target.id);
  const actual = model.relations.get(found.target.id);
  if (!wanted || !actual || (actual.kind !== 'ref' && actual.kind !== 'source') || (wanted.kind !== 'ref' && wanted.kind !== 'source')) return false;
  const identity = spec.env.identity(wanted);
  const read = [...model.relations.values()].some((relation) => model.env.identity(relation) === identity || relation.kind === 'opaque' || relation.kind === 'name');
  return !read && sourcesOf(view.pair.model).every((source) => source.target.kind === 'relation');
}
