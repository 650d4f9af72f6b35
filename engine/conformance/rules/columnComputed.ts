import { exprText } from '../expr/text';
import { branchesAround } from '../branches';
import { isUnparsed, modelText, specIsVague, type Comparison, type StageComparison } from '../comparison';
import { knownOf, sourcesOf, type NColumn } from '../normalise/model';
import { columnNames, isHidden, type PairView } from '../match/view';
import { hasAggregate, someExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import type { Span } from '../../text';
import type { ColumnFact } from '../../spec/types';
import { madeAt, specColumn } from './columns';
import { stageFinding, type FindingDraft, type Rule } from './rule';

/** COL006: a column that the spec takes as it is and the model computes. */
export const columnComputed: Rule = {
  code: 'COL006',
  title: 'Column computed, though the spec takes it as it is',
  question: 'Does the model change a column the spec only names?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the SQL, raw or compiled; columns of the inputs',
  gives: 'unspecced',
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
  if (fact.kind === 'all_from' || fact.expression || fact.from.length > 1 || fact.means || fact.implements.length > 0) return [];
  const own = specColumn(view, fact);
  if (own?.name === undefined || own.expr.kind !== 'column' || isUnparsed(own.expr)) return [];
  const found = view.partner(own.name);
  // What a group gives can be no column as it is: the spec leaves open how it is made.
  if (!found || isHidden(found.expr) || (hasAggregate(found.expr) && fact.from.length > 0) || (view.pair.model.aggregate && hasAggregate(found.expr))) return [];
  if (view.compare(own.expr, found.expr) !== 'different' && !isExchanged(view, own.expr, found.expr)) return [];
  const draft = { text: `computed ${own.name}`, spec: { span: fact.span, text: fact.name.value }, model: [renamedAt(comparison, found, own.name) ?? madeAt(comparison, view.pair.model, found)] };
  const taken = fact.from[0]?.value ?? fact.name.value;
  // Another column than the one it is made from is told by that clause.
  if (found.expr.kind === 'column' && fact.from.length > 0) return [];
  if (found.expr.kind === 'column' && !isKnownColumn(comparison, view, own.expr.source, own.expr.name.text)) {
    // The input may have no such column, and the spec may mean nothing but the name.
    return [stageFinding(stage, { ...draft, unspecced: false, severity: 'information', message: `The spec does not say where ${fact.name.value} comes from; the model takes it from ${exprText(found.expr)}.` })];
  }
  const exists = fact.from.length > 0 || isKnownColumn(comparison, view, own.expr.source, own.name) || columnNames(found.expr).has(own.name);
  return exists ? [stageFinding(stage, { ...draft, unspecced: true, message: `The spec takes ${taken} as it is; the model computes ${fact.name.value} as ${exprText(found.expr)}.` })] : [];
}

/**
 * The item that gives a column of a stage below another name and does nothing else; undefined where there is none, or where Jinja may make
 * that column of the one that the spec names.
 */
function renamedAt(comparison: Comparison, { item, span }: NColumn, name: string): Span | undefined {
  const fold = (text: string): string => comparison.env.fold({ text, quoted: false });
  const [, written] = /^([\w$]+)\s+as\s/i.exec(modelText(comparison, item)) ?? [];
  if (!item || written === undefined || fold(written) === name) return undefined;
  const has = (text: string, word: string): boolean => (text.match(/[\w$]+/g) ?? []).some((own) => fold(own) === fold(word));
  return branchesAround(comparison, span).some((text) => has(text, name) && has(text, written)) ? undefined : item;
}

/** True where two columns of one source have changed places: an alias of the select list that each might be cannot be made of the other. */
function isExchanged(view: PairView, own: Expr, found: Expr): boolean {
  if (own.kind !== 'column' || found.kind !== 'column' || own.name.text === found.name.text || own.source !== found.source) return false;
  const other = view.partner(found.name.text)?.expr;
  return other?.kind === 'column' && other.source === own.source && other.name.text === own.name.text;
}

/** True where the name is a column of what the stage reads, also where only the model's SQL shows that: then naming it means taking it. */
function isKnownColumn(comparison: Comparison, view: PairView, key: string | undefined, name: string): boolean {
  const sources = sourcesOf(view.pair.spec).filter((candidate) => key === undefined || candidate.key === key);
  const isRead = (expr: Expr): boolean => someExpr(expr, (part) => part.kind === 'column' && part.name.text === name && sources.some((source) => source.key === part.source));
  return sources.some((source) => knownOf(comparison.spec, source).names.includes(name)) || view.columns.some((column) => isRead(column.expr));
}
