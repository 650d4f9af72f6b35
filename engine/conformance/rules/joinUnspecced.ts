import { modelText, specIsVague, type Comparison, type StageComparison } from '../comparison';
import { extraJoins } from '../match/joins';
import { isHidden } from '../match/view';
import { leavesBelow } from '../match/affinity';
import type { NJoin } from '../normalise/model';
import { stageFinding, whereOf, type FindingDraft, type Rule } from './rule';

/** JOIN004: a join that no line of the spec accounts for. */
export const joinUnspecced: Rule = {
  code: 'JOIN004',
  title: 'Join that is not in the spec',
  question: 'Does the model join anything the spec does not name?',
  severity: 'warning',
  group: 'joins',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins: []\n',
    good: "select customers.customer_id from {{ ref('customers') }} as customers",
    bad: "select customers.customer_id from {{ ref('customers') }} as customers join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id",
  },
  judge(stage, comparison) {
    const { view } = stage;
    if (!view || stage.merged || !stage.fact.joins || specIsVague(comparison, view) || view.pair.specOnly.some((source) => source.target.kind === 'stage')) return {};
    return { findings: extraJoins(view).flatMap((join) => finding(stage, comparison, join)) };
  },
};

function finding(stage: StageComparison, comparison: Comparison, join: NJoin): FindingDraft[] {
  if (join.derived === 'scalar' || join.keys.some((key) => isHidden(key.left) || isHidden(key.right))) return [];
  const name = nameOf(comparison, join);
  if (name === undefined) return [];
  const how = join.derived === 'exists' || join.derived === 'in' ? (join.type === 'anti' ? `keeps only rows without a match in ${name}` : `keeps only rows with a match in ${name}`) : `joins ${name} with ${join.type === 'inner' || join.type === 'anti' ? 'an' : 'a'} ${join.type} join`;
  return [stageFinding(stage, { text: `join ${join.type} ${name}`, unspecced: true, model: join.spans.slice(0, 1), message: `In ${whereOf(stage)} the model ${how}; the spec has no such join.` })];
}

/** What is joined, in words; undefined for a relation that Jinja hides. */
function nameOf(comparison: Comparison, join: NJoin): string | undefined {
  const { model } = comparison;
  if (!model) return undefined;
  if ([...leavesBelow(model, [join.source])].some((leaf) => leaf.startsWith('opaque:'))) return undefined;
  const { target } = join.source;
  if (target.kind === 'stage') return model.stages.get(target.id)?.name ?? modelText(comparison, join.source.span, 40);
  const relation = model.relations.get(target.id);
  return relation?.name ?? join.source.name.text;
}
