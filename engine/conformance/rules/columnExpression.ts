import { sameBesideJinja } from '../expr/jinja';
import { exprText } from '../expr/text';
import type { ColumnFact } from '../../spec/types';
import { walkExpr } from '../../sql/exprs';
import type { Located, Span } from '../../text';
import { isUnparsed, unparsedAt, type Comparison, type StageComparison } from '../comparison';
import { isHidden, type PairView } from '../match/view';
import type { NColumn } from '../normalise/model';
import { columnAddress } from './column';
import { madeAt, specColumn } from './columns';
import { lineageOf } from './lineage';
import { short, stageClause, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** COL004: a column is computed as specified, from what is specified. */
export const columnExpression: Rule = {
  code: 'COL004',
  title: 'Column computed otherwise',
  question: 'Does the model compute this column so?',
  severity: 'error',
  group: 'columns',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: payments }\nfrom: payments\ncolumns:\n  - { name: amount, expression: "coalesce(amount_cents, 0) / 100" }\n',
    good: "select ifnull(amount_cents, 0) / 100 as amount from {{ ref('payments') }}",
    bad: "select amount_cents / 100 as amount from {{ ref('payments') }}",
  },
  judge(stage, comparison) {
    const clauses: ClauseDraft[] = [];
    for (const fact of stage.fact.columns?.items ?? []) {
      // A column that is missing is told by its own clause.
      const pair = fact.expression || fact.from.length > 0 ? columnsOf(stage, fact) : undefined;
      if (!pair) continue;
      if (fact.expression) clauses.push(judgeExpression(stage, comparison, fact, fact.expression, pair));
      if (fact.from.length > 0) clauses.push(judgeLineage(stage, comparison, fact, pair));
    }
    return { clauses };
  },
};

/** A column of the spec, and the one of the model that stands for it. */
interface Columns {
  view: PairView;
  own: NColumn;
  found: NColumn;
}

function columnsOf({ view, merged }: StageComparison, fact: ColumnFact): Columns | undefined {
  const own = view && !merged && fact.kind !== 'all_from' ? specColumn(view, fact) : undefined;
  const found = own?.name === undefined ? undefined : view?.partner(own.name);
  return view && own && found ? { view, own, found } : undefined;
}

/** Places of the parts of a column, which stages below may have made. */
function originsOf({ expr, through = [] }: NColumn): Span[] {
  const spans: Span[] = [];
  walkExpr(expr, (part) => {
    if (part.span) spans.push(part.span);
  });
  return [...spans, ...through];
}

function judgeExpression(stage: StageComparison, comparison: Comparison, fact: ColumnFact, written: Located<string>, { view, own, found }: Columns): ClauseDraft {
  const model = [madeAt(comparison, view.pair.model, found)];
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, `${columnAddress(fact)}/expression`, { span: written.span, text: short(written.value) }, draft);
  const unparsed = unparsedAt(comparison, written.span);
  if (unparsed !== undefined || isUnparsed(own.expr)) return clause({ verdict: 'unknown', model, reason: 'unparsed', message: `Can't tell: the expression of ${fact.name.value} is not SQL that could be parsed.` });
  const verdict = view.compare(own.expr, found.expr);
  if (verdict === 'equal') return clause({ verdict: 'matches', model, message: `The model computes ${fact.name.value} as the spec says.` });
  const hidden = isHidden(own.expr) || isHidden(found.expr);
  const isProved = view.pair.solid || view.pair.spec.union !== undefined;
  const isOther = (): boolean => view.compareBeside(own.expr, found.expr) === 'different' || (verdict === 'different' && sameBesideJinja(own.expr, found.expr));
  if (hidden && !(isProved && isOther())) return clause({ verdict: 'unknown', model, reason: 'opaque-jinja', message: `Can't tell how the model computes ${fact.name.value}: Jinja or a subquery is a part of it.` });
  if (!hidden && (verdict === 'unknown' || !isProved)) return clause({ verdict: 'unknown', model, reason: 'not-provable', message: `Can't tell: the model computes ${fact.name.value} as ${exprText(found.expr)}, which is neither provably the same as in the spec nor provably another.` });
  return clause({ verdict: 'differs', model, origins: originsOf(found), message: `The spec computes ${fact.name.value} as ${exprText(own.expr)}; the model as ${exprText(found.expr)}.` });
}

function judgeLineage(stage: StageComparison, comparison: Comparison, fact: ColumnFact, { view, own, found }: Columns): ClauseDraft {
  const text = fact.from.map((item) => item.value).join(', ');
  const span = fact.from[0]?.span ?? fact.span;
  const model = [madeAt(comparison, view.pair.model, found)];
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, `${columnAddress(fact)}/from`, { span, text }, draft);
  const results = fact.from.map((item) => ({ item: item.value, read: lineageOf(comparison, view, found, item.value, fact.expression || fact.from.length > 1 ? undefined : own.expr) }));
  const absent = results.filter((result) => result.read === 'no').map((result) => result.item);
  if (results.every((result) => result.read === 'yes')) return clause({ verdict: 'matches', model, message: `The model makes ${fact.name.value} from ${text}.` });
  if (absent.length === 0 || !view.pair.solid || isHidden(found.expr)) return clause({ verdict: 'unknown', model, reason: 'not-provable', message: `Can't tell whether the model makes ${fact.name.value} from ${text}.` });
  return clause({ verdict: 'differs', model, origins: originsOf(found), message: `The spec makes ${fact.name.value} from ${wordsOf(absent)}; the model makes it from ${exprText(found.expr)}.` });
}
