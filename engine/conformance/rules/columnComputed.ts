import { exprText } from '../expr/text';
import { specIsVague, type Comparison, type StageComparison } from '../comparison';
import { knownOf, sourcesOf } from '../normalise/model';
import { isHidden, type PairView } from '../match/view';
import type { ColumnFact } from '../../spec/types';
import { specColumn } from './columns';
import { stageFinding, type FindingDraft, type Rule } from './rule';

/** COL006: a column that the spec takes as it is and the model computes. */
export const columnComputed: Rule = {
  code: 'COL006',
  title: 'Column computed, though the spec takes it as it is',
  question: 'Does the model change a column the spec only names?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the SQL, raw or compiled; columns of the inputs',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: payments }\nsteps:\n  - name: paid\n    from: payments\n    columns:\n      - { name: amount }\nfrom: paid\ncolumns:\n  - { name: amount }\n",
    good: "with paid as (select amount from {{ ref('payments') }}) select amount from paid",
    bad: "with paid as (select amount from {{ ref('payments') }}) select round(amount, 0) as amount from paid",
  },
  judge(stage, comparison) {
    const { view } = stage;
    if (!view || stage.merged || specIsVague(comparison, view)) return {};
    return { findings: (stage.fact.columns?.items ?? []).flatMap((fact) => finding(stage, comparison, view, fact)) };
  },
};

function finding(stage: StageComparison, comparison: Comparison, view: PairView, fact: ColumnFact): FindingDraft[] {
  if (fact.kind === 'all_from' || fact.expression || fact.from.length > 0 || fact.means || fact.implements.length > 0) return [];
  const own = specColumn(view, fact);
  if (own?.name === undefined || own.expr.kind !== 'column' || !isKnownColumn(comparison, view, own.expr.source, own.name)) return [];
  const found = view.partner(own.name);
  if (!found || isHidden(found.expr) || view.compare(own.expr, found.expr) !== 'different') return [];
  return [stageFinding(stage, { text: `computed ${own.name}`, unspecced: true, spec: { span: fact.span, text: fact.name.value }, model: [found.span], message: `The spec takes ${fact.name.value} as it is; the model computes it as ${exprText(found.expr)}.` })];
}

/** True where the name is a column of what the stage reads: then naming it means taking it. */
function isKnownColumn(comparison: Comparison, view: PairView, key: string | undefined, name: string): boolean {
  const source = sourcesOf(view.pair.spec).find((candidate) => candidate.key === key);
  return source !== undefined && knownOf(comparison.spec, source).names.includes(name);
}
