import { exprText } from '../expr/text';
import { modelText, specIsVague, type Comparison, type StageComparison } from '../comparison';
import type { Conjunct } from '../match/filters';
import { isHidden } from '../match/view';
import { isFirstRows } from './deduplicate';
import { runs } from './joinType';
import { stageFinding, whereOf, type FindingDraft, type Rule } from './rule';

/** FILTER002: a filter that no line of the spec accounts for. */
export const filterUnspecced: Rule = {
  code: 'FILTER002',
  title: 'Filter that is not in the spec',
  question: 'Does the model leave out rows the spec keeps?',
  severity: 'warning',
  group: 'filters',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: payments }\nfrom: payments\nfilters: []\n',
    good: "select * from {{ ref('payments') }}",
    bad: "select * from {{ ref('payments') }} where paid_at >= '2024-01-01'",
  },
  judge(stage, comparison) {
    const { view } = stage;
    if (!view || stage.merged || !isClosed(stage, comparison) || specIsVague(comparison, view)) return {};
    const match = comparison.filters.of(view);
    if (match.spec.some((conjunct) => !match.equal.has(conjunct) && !comparison.filters.moved(conjunct) && isHidden(conjunct.expr))) return {};
    return { findings: match.leftover.flatMap((conjunct) => finding(stage, comparison, conjunct)) };
  },
};

/** The section is closed when this stage, or a step that was merged into it, has it. */
function isClosed(stage: StageComparison, comparison: Comparison): boolean {
  return stage.fact.filters !== undefined || comparison.stages.some((other) => other.merged && other.view === stage.view && other.fact.filters !== undefined);
}

function finding(stage: StageComparison, comparison: Comparison, conjunct: Conjunct): FindingDraft[] {
  // Conditions of ON belong to their join.
  if (conjunct.at === 'on' || isHidden(conjunct.expr) || comparison.filters.isClaimed(conjunct)) return [];
  if (accountsFor(stage, comparison, conjunct) || (stage.view && isFirstRows(comparison, stage.view, conjunct.expr))) return [];
  const text = modelText(comparison, conjunct.spans[0]);
  const when = conjunct.when ? ` ${runs(conjunct.when)}` : '';
  return [stageFinding(stage, { text: exprText(conjunct.expr), unspecced: true, model: conjunct.spans.slice(0, 1), message: `In ${whereOf(stage)} the model keeps only rows where ${text}${when}; the spec has no such filter.` })];
}

/** A filter of the spec on the same columns that could be this one in other words: nothing is proved, so nothing is reported. */
function accountsFor(stage: StageComparison, comparison: Comparison, conjunct: Conjunct): boolean {
  const view = stage.view;
  if (!view) return true;
  const match = comparison.filters.of(view);
  const open = match.spec.filter((own) => !match.equal.has(own) && !match.otherTime.has(own) && !match.intoOn.has(own) && !match.other.has(own) && !comparison.filters.moved(own));
  return open.some((own) => view.compare(own.expr, conjunct.expr, 'filter') === 'unknown');
}
