import type { ColumnFact } from '../../spec/types';
import { reasonOf, type Comparison, type StageComparison } from '../comparison';
import { exprKey } from '../expr/key';
import type { PairView } from '../match/view';
import { judgeDedupe } from './deduplicate';
import { catalogColumns, containsWords, listAt, madeAt, outputKnown, passedByStar, specColumn } from './columns';
import { short, stageClause, unmatched, whereOf, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** COL001: each specified column comes out. */
export const column: Rule = {
  code: 'COL001',
  title: 'Column missing',
  question: 'Does this column come out?',
  severity: 'error',
  group: 'columns',
  evidence: 'the SQL, raw or compiled; the catalog',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: customer_id }\n  - { name: email }\n',
    good: "select customer_id, email from {{ ref('customers') }}",
    bad: "select customer_id, email as mail from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.columns?.items ?? []).map((fact) => (fact.kind === 'all_from' ? judgeStar(stage, comparison, fact) : judgeColumn(stage, comparison, fact))) };
  },
};

/** Address of a column's clause, without the stage's prefix. */
export function columnAddress(fact: ColumnFact): string {
  return `columns/${fact.name.value}${fact.kind === 'all_from' ? '.*' : ''}`;
}

function judgeColumn(stage: StageComparison, comparison: Comparison, fact: ColumnFact): ClauseDraft {
  const spec = { span: fact.name.span, text: fact.name.value };
  const { view } = stage;
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, columnAddress(fact), spec, draft);
  if (!view) {
    const listed = byCatalog(stage, comparison, fact);
    return listed ? clause(listed) : unmatched(stage, columnAddress(fact), spec);
  }
  if (stage.merged) return clause(mergedColumn(view, fact, comparison, stage));
  const own = specColumn(view, fact);
  // A row number that only serves to keep one row has become the deduplication.
  if (!own && view.pair.spec.dedupe?.spans.some((span) => span.start === fact.span.start && span.end === fact.span.end)) return clause(judgeDedupe(stage, comparison, view));
  const found = own?.name === undefined ? undefined : view.partner(own.name);
  if (found) {
    const other = found.name !== own?.name ? ` under the name ${found.label}` : '';
    const made = madeAt(comparison, view.pair.model, found);
    const named = found.item ?? made;
    return clause({ verdict: 'matches', model: named.start === made.start ? [made] : [made, named], message: `The model has the column ${fact.name.value}${other}.` });
  }
  if (own?.name !== undefined && view.pair.model.numbers.includes(own.name)) return clause({ verdict: 'matches', message: `The column ${fact.name.value} comes out through *; it numbers the rows of which the first is kept.` });
  const known = outputKnown(comparison, view.pair.model);
  const renamed = own?.name === undefined || !known.complete ? undefined : view.renamed(own.name);
  if (renamed) return clause({ verdict: 'differs', model: [madeAt(comparison, view.pair.model, renamed)], message: `The spec calls the column ${fact.name.value}; the model puts the same out as ${renamed.label}.` });
  const star = view.pair.model.columns.find((candidate) => candidate.expr.kind === 'star');
  if (own?.name !== undefined && (known.names.includes(own.name) || passedOn(comparison, view, own))) return clause({ verdict: 'matches', model: star ? [star.span] : [], message: `The column ${fact.name.value} comes out through ${star ? '*' : 'the stage'}.` });
  const listed = known.complete ? undefined : byCatalog(stage, comparison, fact);
  if (listed) return clause(listed);
  if (known.hidden) return clause({ verdict: 'unknown', reason: reasonOf(known.hidden).reason, message: `Can't tell whether ${fact.name.value} comes out: ${reasonOf(known.hidden).text}.` });
  if (!known.complete) return clause({ verdict: 'unknown', model: star ? [star.span] : [], reason: 'columns-unknown', message: `Can't tell whether ${fact.name.value} comes out: the columns that * stands for are not known.` });
  if (stage.name !== undefined && (!view.pair.solid || keepsText(view))) return clause({ verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: the stage of the model that was paired with this step does not surely stand for it.` });
  const rest = known.names.filter((candidate) => !view.pair.spec.columns.some((other) => other.name === candidate));
  const hint = rest.length > 0 ? `; it has ${wordsOf(rest.slice(0, 5))}${rest.length > 5 ? ' and others' : ''} that the spec does not list` : '';
  return clause({ verdict: 'differs', model: listAt(comparison, view.pair.model), message: `The spec has the column ${fact.name.value}; ${whereOf(stage)} does not put it out${hint}.` });
}

/** A step that keeps a part as text says too little of itself to be that stage of another name for certain. */
function keepsText({ pair: { spec, model } }: PairView): boolean {
  return spec.opaque.length > 0 && spec.name?.toLowerCase() !== model.name?.toLowerCase();
}

/** A plain column of a paired step: whether the step has it is the step's clause. */
function passedOn(comparison: Comparison, view: PairView, own: PairView['columns'][number]): boolean {
  const { expr } = own;
  if (own.name === undefined || !passedByStar(view, expr, own.name)) return false;
  const source = expr.kind === 'column' ? view.pair.sources.find((candidate) => candidate.spec.key === expr.source) : undefined;
  if (!source || source.spec.target.kind !== 'stage') return false;
  const step = comparison.stages.find((stage) => stage.id === source.spec.target.id || `${stage.id}~first` === source.spec.target.id);
  return step?.view !== undefined && step.fact.columns !== undefined;
}

/** What the catalog says; undefined where it does not have the relation. */
function byCatalog(stage: StageComparison, comparison: Comparison, fact: ColumnFact): Draft | undefined {
  const catalog = catalogColumns(comparison, stage);
  if (!catalog) return undefined;
  const present = catalog.includes(comparison.env.fold({ text: fact.name.value, quoted: false }));
  const evidence = { tier: 'E4' as const, from: comparison.project.artifacts.catalog?.file ?? 'the catalog' };
  if (present) return { verdict: 'matches', evidence, message: `The relation has the column ${fact.name.value}, by the catalog.` };
  return { verdict: 'differs', evidence, message: `The spec has the column ${fact.name.value}; the relation has no such column, by the catalog.` };
}

/** The step went into another stage: a plain column is passed on by that alone, a computed one must be found in it. */
function mergedColumn(view: PairView, fact: ColumnFact, comparison: Comparison, stage: StageComparison): Draft {
  const step = comparison.spec.stages.get(stage.id);
  const own = step?.columns.find((candidate) => candidate.span.start === fact.span.start);
  if (own && (own.expr.kind === 'column' || containsWords(view, own.expr))) return { verdict: 'matches', message: `The model has ${fact.name.value} in the stage that does this step's work.` };
  return { verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: the model does this step's work in another stage, where ${fact.name.value} could not be found.` };
}

/** `all_from`: everything an input or step has comes out. */
function judgeStar(stage: StageComparison, comparison: Comparison, fact: ColumnFact): ClauseDraft {
  const spec = { span: fact.span, text: `all of ${fact.name.value}` };
  const { view } = stage;
  if (!view) return unmatched(stage, columnAddress(fact), spec);
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, columnAddress(fact), spec, draft);
  if (stage.merged) return clause({ verdict: 'matches', message: `The model passes the columns of ${fact.name.value} on.` });
  const own = view.pair.spec.columns.filter((candidate) => candidate.span.start === fact.span.start && candidate.span.end === fact.span.end);
  const results = own.map((candidate) => starVerdict(comparison, view, candidate));
  const missing = results.flatMap((result) => (result.verdict === 'missing' ? [result.name] : []));
  const place = view.pair.model.columns.filter((candidate) => candidate.expr.kind === 'star').slice(0, 1).map((candidate) => candidate.span);
  const known = outputKnown(comparison, view.pair.model);
  if (own.length === 0) return clause({ verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: ${fact.name.value} could not be followed through the steps.` });
  if (missing.length > 0 && known.hidden) return clause({ verdict: 'unknown', reason: reasonOf(known.hidden).reason, message: `Can't tell whether all of ${fact.name.value} comes out: ${reasonOf(known.hidden).text}.` });
  if (missing.length > 0 && known.complete && (stage.name === undefined || (view.pair.solid && !keepsText(view)))) return clause({ verdict: 'differs', model: place, message: `The spec puts out every column of ${fact.name.value}; the model leaves out ${wordsOf(missing.slice(0, 6))}${missing.length > 6 ? ` and ${missing.length - 6} more` : ''}.` });
  if (missing.length > 0 || results.some((result) => result.verdict === 'unknown')) return clause({ verdict: 'unknown', model: place, reason: 'columns-unknown', message: `Can't tell whether all columns of ${fact.name.value} come out: they are not all known.` });
  return clause({ verdict: 'matches', model: place, message: `The model puts out every column of ${short(fact.name.value)}${fact.except.length > 0 ? ' but those excepted' : ''}.` });
}

function starVerdict(comparison: Comparison, view: PairView, own: PairView['columns'][number]): { verdict: 'found' | 'unknown' } | { verdict: 'missing'; name: string } {
  if (own.name !== undefined) {
    const found = view.partner(own.name) !== undefined || outputKnown(comparison, view.pair.model).names.includes(own.name) || passedOn(comparison, view, own);
    return found ? { verdict: 'found' } : { verdict: 'missing', name: own.name };
  }
  const key = exprKey(own.expr);
  return { verdict: view.columns.some((candidate) => exprKey(candidate.expr) === key) ? 'found' : 'unknown' };
}
