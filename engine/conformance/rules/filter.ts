import { exprText } from '../expr/text';
import { normaliseExpr } from '../expr/normalise';
import type { Expr } from '../../sql/types';
import type { FilterFact } from '../../spec/types';
import { hiddenIn, isUnparsed, reasonOf, unparsedAt, writtenAt, type Comparison, type StageComparison } from '../comparison';
import type { Conjunct, FilterMatch } from '../match/filters';
import { columnNames, isHidden, type PairView } from '../match/view';
import { matchJoins } from '../match/joins';
import { equalityOf } from '../normalise/joins';
import { leavesOf, type NJoin, type NSource } from '../normalise/model';
import { leavesBelow } from '../match/affinity';
import { antiVerdict, runs } from './joinType';
import { judgeDedupe } from './deduplicate';
import { short, stageClause, unmatched, whereOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** FILTER001: each specified filter is in the model. */
export const filter: Rule = {
  code: 'FILTER001',
  title: 'Filter missing or other',
  question: 'Does the model leave out these rows?',
  severity: 'error',
  group: 'filters',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: payments }\nfrom: payments\nfilters:\n  - { id: F-paid, expression: \"status <> 'failed'\" }\n",
    good: "select * from {{ ref('payments') }} where not (status = 'failed')",
    bad: "select * from {{ ref('payments') }} where status <> 'refunded'",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.filters?.items ?? []).map((fact, index) => judgeFilter(stage, comparison, fact, index)) };
  },
};

function judgeFilter(stage: StageComparison, comparison: Comparison, fact: FilterFact, index: number): ClauseDraft {
  const address = `filters/${fact.id?.value ?? String(index + 1)}`;
  const spec = { span: fact.expression.span, text: short(fact.expression.value) };
  const { view } = stage;
  if (!view) return unmatched(stage, address, spec);
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, address, spec, draft);
  const unparsed = unparsedAt(comparison, fact.expression.span);
  if (unparsed !== undefined) return clause({ verdict: 'unknown', reason: 'unparsed', message: `Can't tell: the expression is not SQL that could be parsed (${short(unparsed)}).` });
  const match = comparison.filters.of(view);
  const own = writtenAt(match.spec, fact.span);
  if (own.length === 0) return elsewhere(stage, comparison, view, fact, clause);
  const drafts = own.map((conjunct) => judgeConjunct(stage, comparison, view, match, conjunct));
  return clause(drafts.find((draft) => draft.verdict === 'differs') ?? drafts.find((draft) => draft.verdict === 'unknown') ?? (drafts[0] as Draft));
}

/** A filter that normalisation made a join or a deduplication of. */
function elsewhere(stage: StageComparison, comparison: Comparison, view: PairView, fact: FilterFact, clause: (draft: Draft) => ClauseDraft): ClauseDraft {
  const [join] = writtenAt(view.pair.spec.joins, fact.span);
  if (join) {
    const found = matchJoins(view).find((match) => match.spec === join)?.model;
    if (found && found.type === join.type) return clause({ verdict: 'matches', model: found.spans, message: `The model keeps only these rows by its ${found.type} join.` });
    if (found && join.type === 'anti') return antiFilter(view, join, found, fact, clause);
    return clause({ verdict: 'unknown', reason: 'not-provable', message: `Can't tell: the filter makes an ${join.type} join of the join before, which the model does not have.` });
  }
  const keyed = view.pair.spec.joins.find((candidate) => writtenAt(candidate.keys, fact.span).length > 0);
  const model = keyed && matchJoins(view).find((match) => match.spec === keyed)?.model;
  const [key] = keyed ? writtenAt(keyed.keys, fact.span) : [];
  const same = key && model?.keys.find((other) => view.compare(equalityOf(key), view.toSpec(equalityOf(other)), 'filter') === 'equal');
  if (same) return clause({ verdict: 'matches', model: same.spans.slice(0, 1), message: 'The model keeps only these rows, by the equality of a join.' });
  // A filter on a row number is the deduplication of this stage or of the one it reads.
  for (const home of [{ ...stage, view }, ...comparison.stages]) {
    if (home.view?.pair.spec.dedupe?.spans.some((span) => span.start === fact.span.start && span.end === fact.span.end)) return clause(judgeDedupe(home, comparison, home.view));
  }
  return clause({ verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: the filter could not be followed through the steps.` });
}

/** The null test after a left join, which keeps only rows without a match. */
function antiFilter(view: PairView, spec: NJoin, model: NJoin, fact: FilterFact, clause: (draft: Draft) => ClauseDraft): ClauseDraft {
  const place = { model: model.derived === 'null test' ? model.spans.slice(-1) : model.spans.slice(0, 1) };
  const verdict = antiVerdict(view, spec, model);
  if (verdict === 'equal') return clause({ verdict: 'matches', ...place, message: 'The model has this filter.' });
  if (verdict === 'unknown') return clause({ verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell: the filter makes an anti join of the join before, which the model may have in another way.` });
  return clause({ verdict: 'differs', ...place, message: `The spec keeps only rows where ${short(fact.expression.value)}, those without a match; the model ${model.type === 'inner' || model.type === 'semi' ? 'keeps only rows with one' : 'keeps rows with one, too'}.` });
}

function judgeConjunct(stage: StageComparison, comparison: Comparison, view: PairView, match: FilterMatch, own: Conjunct): Draft {
  const equal = match.equal.get(own) ?? comparison.filters.moved(own)?.conjunct;
  if (equal) {
    const model = equal.spans.slice(0, 1);
    if ((own.when ?? 'always') === (equal.when ?? 'always')) return { verdict: 'matches', model, message: `The model filters by ${exprText(own.expr)}, as the spec says.` };
    if (comparison.analysis?.variantUnknown) return { verdict: 'unknown', model, reason: 'not-provable', message: `Can't tell in which runs the model filters: compiled code shows only one of the two variants.` };
    return { verdict: 'differs', model, message: `The spec filters by ${exprText(own.expr)} ${runs(own.when)}; the model does so ${runs(equal.when)}.` };
  }
  if (isUnparsed(own.expr) || (isHidden(own.expr) && !isBound(own.expr) && !match.other.has(own))) return { verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell: the filter contains Jinja that the model does not have in the same words.` };
  if (!view.pair.solid) return { verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell whether the model filters by ${exprText(own.expr)}: its stage starts from something else.` };
  const late = match.otherTime.get(own);
  if (late) return { verdict: 'differs', model: late.spans.slice(0, 1), message: `The spec filters by ${exprText(own.expr)} ${own.at === 'qualify' ? 'after' : 'before'} rows are numbered; the model does so ${late.at === 'qualify' ? 'after' : 'before'}, which keeps other rows.` };
  const joined = match.intoOn.get(own);
  if (joined) return { verdict: 'differs', model: joined.spans.slice(0, 1), message: `The spec keeps only rows where ${exprText(own.expr)}; the model asks for that in the ON of an outer join, which drops no row.` };
  const other = match.other.get(own);
  if (other) return { verdict: 'differs', model: other.spans.slice(0, 1), message: `The spec keeps rows where ${exprText(own.expr)}; the model keeps rows where ${exprText(other.expr)}.` };
  return missing(stage, comparison, view, match, own);
}

const COMPARISONS = new Set(['=', '<>', '<', '<=']);

/** True for a comparison of what can be read with what Jinja writes as a whole: whatever value that is, rows are kept by it. */
function isBound(expr: Expr): boolean {
  if (expr.kind !== 'op' || !COMPARISONS.has(expr.op)) return false;
  const read = expr.args.filter((arg) => arg.kind !== 'jinja');
  return read.length === 1 && read.every((arg) => !isHidden(arg) && columnNames(arg).size > 0);
}

function missing(stage: StageComparison, comparison: Comparison, view: PairView, match: FilterMatch, own: Conjunct): Draft {
  const hidden = hiddenIn(comparison, view, 'filters');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether the model filters by ${exprText(own.expr)}: ${reasonOf(hidden).text}.` };
  if (own.when === 'incremental' && comparison.analysis?.variantUnknown && !comparison.analysis.incrementalShown) return { verdict: 'unknown', reason: 'not-provable', message: `Can't tell: compiled code may be the full refresh, which does not have this filter.` };
  const names = columnNames(own.expr);
  const touching = match.leftover.find((conjunct) => isHidden(conjunct.expr) || [...columnNames(conjunct.expr)].some((name) => names.has(name)));
  const joinsTouch = view.pair.model.joins.some((join) => join.conditions.some((condition) => [...columnNames(condition.expr)].some((name) => names.has(name)))) || view.pair.modelOnly.length > 0;
  const structure = comparison.filters.touchesElsewhere(names, view) || joinsTouch || view.pair.specOnly.some((source) => source.target.kind === 'stage' && mayBeRead(comparison, source)) || mayFilterBelow(view, comparison);
  if (touching && !structure && letsOthersThrough(view, match, own)) return { verdict: 'differs', model: touching.spans.slice(0, 1), message: `The spec keeps only rows where ${exprText(own.expr)}; the model keeps others, too, where ${exprText(touching.expr)}.` };
  if (touching) return { verdict: 'unknown', model: touching.spans.slice(0, 1), reason: 'not-provable', message: `Can't tell: the model filters by ${exprText(touching.expr)}, which is neither provably the same as ${exprText(own.expr)} nor provably another.` };
  if (structure) return { verdict: 'unknown', reason: 'not-provable', message: `Can't tell: another part of the model may filter by ${exprText(own.expr)}.` };
  return { verdict: 'differs', model: [view.pair.model.base?.span ?? view.pair.model.span], message: `The spec keeps only rows where ${exprText(own.expr)}; ${whereOf(stage)} has no such filter.` };
}

/** True where some row surely passes all that the model filters by, and not what the spec does. */
function letsOthersThrough(view: PairView, { model }: FilterMatch, own: Conjunct): boolean {
  if (model.some(({ expr, when }) => isHidden(expr) || when !== undefined)) return false;
  const all = (exprs: Expr[]): Expr => normaliseExpr({ kind: 'op', op: 'and', args: exprs });
  const kept = model.map(({ expr }) => expr);
  return kept.length > 0 && view.compare(all([...kept, own.expr]), all(kept), 'filter') === 'different';
}

/** False for a step of which the model reads none of the relations, in no place. */
function mayBeRead({ spec, model }: Comparison, source: NSource): boolean {
  const wanted = leavesBelow(spec, [source]);
  const read = model ? leavesOf(model, model.last) : new Set<string>();
  return wanted.size === 0 || [...read].some((leaf) => wanted.has(leaf) || leaf.startsWith('opaque:') || leaf.startsWith('name:'));
}

/** A stage below that nothing of the spec was paired with, or that is hidden, may hold the filter. */
function mayFilterBelow(view: PairView, comparison: Comparison): boolean {
  const { model } = comparison;
  if (!model) return true;
  return view.pair.sources.some(({ spec, model: source }) => {
    if (source.target.kind !== 'stage') return false;
    const paired = spec.target.kind === 'stage' && comparison.matching.pairs.get(spec.target.id);
    const below = paired ? paired.model : model.stages.get(source.target.id);
    return below === undefined || !paired || below.opaque.some((opaque) => opaque.aspects.includes('filters') && !comparison.told.has(opaque));
  });
}
