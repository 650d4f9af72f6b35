import { walkExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import type { ColumnFact } from '../../spec/types';
import { modelText, type Comparison, type StageComparison } from '../comparison';
import { exprText } from '../expr/text';
import { isHidden, type PairView } from '../match/view';
import { specColumn } from './columns';
import { isDescribed } from './described';
import { short, stageFinding, type FindingDraft, type Rule } from './rule';

/** COL007: a CASE branch of a column of which the spec says only the name. */
export const branchUnspecced: Rule = {
  code: 'COL007',
  title: 'CASE branch that is not in the spec',
  question: 'Did anybody decide this branch?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: customer_id }\n  - { name: segment, expression: \"case when orders > 10 then 'regular' else 'new' end\" }\n",
    good: "select customer_id, case when orders > 10 then 'regular' else 'new' end as segment from {{ ref('customers') }}",
    bad: "select case when customer_id < 0 then 0 else customer_id end as customer_id, case when orders > 10 then 'regular' else 'new' end as segment from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    const { view } = stage;
    if (!view || !isDescribed(stage, comparison)) return {};
    return { findings: (stage.fact.columns?.items ?? []).flatMap((fact) => findingsOf(stage, comparison, view, fact)) };
  },
};

type Case = Extract<Expr, { kind: 'case' }>;
type Branch = Case['branches'][number];

/** What a column means, in words or by a rule it implements, accounts for its branches. */
function findingsOf(stage: StageComparison, comparison: Comparison, view: PairView, fact: ColumnFact): FindingDraft[] {
  if (fact.kind === 'all_from' || fact.expression || fact.means || fact.implements.length > 0) return [];
  const own = specColumn(view, fact);
  const partner = own?.name === undefined ? undefined : view.partner(own.name);
  const found = own?.name === undefined ? undefined : view.pair.model.columns.find((column) => column.name === partner?.name);
  if (!found) return [];
  const cases = casesIn(found.expr);
  if (cases.length === 0) return [];
  // The expression of a step that was merged into this stage says more than the name.
  const said = own ? casesIn(own.expr).flatMap((expr) => expr.branches) : [];
  const isSaid = ({ when, then }: Branch): boolean => said.some((branch) => view.compare(branch.when, view.toSpec(when), 'filter') !== 'different' && view.compare(branch.then, view.toSpec(then)) !== 'different');
  return cases.flatMap((expr) => expr.branches.filter((branch) => !isSaid(branch)).map(({ when, then }): FindingDraft => {
    const text = `when ${exprText(when)} then ${exprText(then)}`;
    const start = when.span?.start ?? found.span.start;
    const span = when.span && then.span ? { start, end: then.span.end } : found.span;
    return stageFinding(stage, { text: `branch ${fact.name.value} ${text}`, unspecced: true, spec: { span: fact.span, text: fact.name.value }, model: [span], message: `The model gives ${fact.name.value} another value ${short(modelText(comparison, span).startsWith('when') ? modelText(comparison, span) : text)}; the spec says only its name.` });
  }));
}

function casesIn(expr: Expr): Case[] {
  const found: Case[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'case') found.push(part);
  });
  return found.length > 0 && isHidden(expr) ? [] : found;
}
