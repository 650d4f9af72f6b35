import { exprKey } from '../expr/key';
import type { Expr } from '../../sql/types';
import { modelText, specIsVague, type Comparison, type StageComparison } from '../comparison';
import type { PairView } from '../match/view';
import { someExpr } from '../../sql/exprs';
import { isLive } from '../normalise/live';
import type { NColumn, NStage } from '../normalise/model';
import { TOP } from '../lowerSpec';
import { namedAt } from './columns';
import { stageFinding, whereOf, type FindingDraft, type Rule } from './rule';

/** COL002: a column that no line of the spec accounts for. */
export const columnUnspecced: Rule = {
  code: 'COL002',
  title: 'Column that is not in the spec',
  question: 'Does the model put out columns the spec does not list?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: customer_id }\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id, email from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    const { view } = stage;
    if (!view || stage.merged || !stage.fact.columns || view.pair.spec.opaque.some((opaque) => !comparison.told.has(opaque))) return {};
    if (stage.id !== TOP && specIsVague(comparison, view)) return {};
    const { spec, model } = view.pair;
    const listed = new Set<NColumn | undefined>();
    // Of two columns of one name, as a star over sources with a common key gives, the spec lists one.
    const seen = new Set<string>();
    for (const { name } of spec.columns) {
      if (name === undefined) continue;
      listed.add(view.partner(name));
      listed.add(view.renamed(name));
      seen.add(name);
    }
    const findings: FindingDraft[] = [];
    for (const column of view.columns) {
      const { name } = column;
      if (name === undefined || listed.has(column) || spec.numbers.includes(name) || seen.has(name) || isPassed(view, column)) continue;
      if (stage.id !== TOP && (isSaidAbove(comparison, view, column, name) || isOwnNumber(view, name) || isIdle(comparison, view, name))) continue;
      seen.add(name);
      findings.push(finding(stage, comparison, model, column, name));
    }
    return { findings };
  },
};

/** Inside the model a column that is only handed on does nothing where rows are not grouped by it, and what a computed one does is judged where it is used. */
function isSaidAbove(comparison: Comparison, view: PairView, column: NColumn, name: string): boolean {
  if (column.expr.kind === 'column') return !view.pair.model.aggregate && !view.pair.model.distinct;
  return comparison.stages.some(({ view: reader }) => {
    const source = reader?.pair.sources.find(({ spec }) => spec.target.kind === 'stage' && spec.target.id === view.pair.id);
    if (!reader || !source) return false;
    const { model } = reader.pair;
    const reads = (expr: Expr): boolean => someExpr(expr, (part) => part.kind === 'column' && part.source === source.model.key && part.name.text === name);
    const used = [...model.columns.filter((other) => other.expr.kind !== 'column').map((other) => other.expr), ...model.filters.map((filter) => filter.expr), ...(model.aggregate?.by ?? []).map((item) => item.expr), ...model.joins.flatMap((join) => [...join.keys.flatMap((key) => [key.left, key.right]), ...join.conditions.map((condition) => condition.expr)])];
    return used.some(reads);
  });
}

/** The row number by which the stage keeps the first rows: it is 1 in every one, and what is done with it is judged where it is done. */
function isOwnNumber({ pair: { model } }: PairView, name: string): boolean {
  const { dedupe } = model;
  const expr = model.columns.find((column) => column.name === name)?.expr;
  if (!dedupe || expr?.kind !== 'call' || expr.name !== 'row_number' || !expr.over) return false;
  return exprKey(expr) === exprKey({ ...expr, over: { ...expr.over, partitionBy: dedupe.by, orderBy: dedupe.order } });
}

/** Nothing of what the model puts out depends on this column. */
function isIdle({ model, told }: Comparison, view: PairView, name: string): boolean {
  return model !== undefined && !isLive(model, view.pair.model.id, name, told);
}

/** A star of the spec over the same source takes this column. */
function isPassed(view: PairView, column: NColumn): boolean {
  const { expr, name } = column;
  return view.pair.spec.columns.some(({ expr: star, span, expanded }) => {
    if (expanded) return false;
    if (star.kind !== 'star' || span.end <= span.start) return false;
    // Where the model has that star itself, a column beside it is one more.
    if (view.columns.some((other) => exprKey(other.expr) === exprKey(star))) return false;
    const renamed = star.rename.find((item) => item.to.text === name)?.from.text ?? name;
    if (star.except.some((item) => item.text === renamed)) return false;
    // Where neither side's source has a partner, the one may be the other.
    if (view.pair.specOnly.some((source) => source.key === star.table?.text) && expr.kind === 'column' && view.pair.modelOnly.some((source) => source.key === expr.source)) return true;
    return isPlainFrom(expr, star.table?.text, renamed ?? '');
  });
}

function isPlainFrom(expr: Expr, source: string | undefined, name: string): boolean {
  return expr.kind === 'column' && expr.name.text === name && (source === undefined || expr.source === undefined || expr.source === source);
}

function finding(stage: StageComparison, comparison: Comparison, model: NStage, column: NColumn, name: string): FindingDraft {
  const span = namedAt(comparison, model, column);
  const text = modelText(comparison, span);
  return stageFinding(stage, { text: `column ${name}`, unspecced: true, model: [span], message: `In ${whereOf(stage)} the model puts out ${column.label || name}${text.length > 0 && text !== name && !column.expanded ? ` (${text})` : ''}; the spec does not list it.` });
}
