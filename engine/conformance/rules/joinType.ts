import { hiddenIn, modelText, reasonOf, specIsVague, writtenAt, type Comparison, type StageComparison } from '../comparison';
import { matchJoins, type JoinMatch } from '../match/joins';
import { isHidden, type PairView } from '../match/view';
import { leavesBelow, reachableFrom } from '../match/affinity';
import { leavesOf, type NJoin } from '../normalise/model';
import { sourceKeysOf } from '../normalise/resolve';
import { someExpr } from '../../sql/exprs';
import { exprKey } from '../expr/key';
import type { JoinFact } from '../../spec/types';
import type { Expr, JoinType } from '../../sql/types';
import { stageClause, unmatched, type ClauseDraft, type Draft, type Rule } from './rule';

const KEEPS: Readonly<Record<JoinType, string>> = {
  inner: 'which drops rows without a match',
  left: 'which keeps rows without a match',
  right: 'which keeps every row of the joined side',
  full: 'which keeps the unmatched rows of both sides',
  cross: 'which pairs every row with every row',
  semi: 'which only asks whether there is a match',
  anti: 'which keeps only rows without a match',
};

/** JOIN001: each specified join is there, with its type. */
export const joinType: Rule = {
  code: 'JOIN001',
  title: 'Join missing or of another type',
  question: 'Does the model join this, and with this type?',
  severity: 'error',
  group: 'joins',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\n',
    good: "select customers.customer_id from {{ ref('customers') }} as customers left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id",
    bad: "select customers.customer_id from {{ ref('customers') }} as customers inner join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.joins?.items ?? []).map((fact) => judgeJoin(stage, comparison, fact)) };
  },
};

/** Address of a join's clause, without the stage's prefix. */
export function joinAddress(fact: JoinFact): string {
  return `joins/${fact.as?.value ?? fact.to.value}`;
}

/** The match of a written join; undefined where its stage has no partner. */
export function joinMatchOf(stage: StageComparison, fact: JoinFact): JoinMatch | undefined {
  if (!stage.view) return undefined;
  const matches = matchJoins(stage.view);
  const [own] = writtenAt(matches.map((match) => match.spec), fact.span);
  return matches.find((match) => match.spec === own);
}

function judgeJoin(stage: StageComparison, comparison: Comparison, fact: JoinFact): ClauseDraft {
  const wanted = fact.type?.value ?? 'inner';
  const spec = { span: fact.span, text: `${wanted} join ${fact.to.value}` };
  const { view } = stage;
  if (!view) return unmatched(stage, joinAddress(fact), spec);
  const match = joinMatchOf(stage, fact);
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, joinAddress(fact), spec, draft);
  if (!match) return clause({ verdict: 'unknown', reason: 'stage-unmatched', message: `Can't tell: the join to ${fact.to.value} could not be followed through the steps.` });
  const { model } = match;
  if (!model) return match.inverted ? inverted(view, match, fact, clause) : missing(comparison, view, match, fact, clause);
  const place = { model: [model.spans[0] ?? view.pair.model.span] };
  if (view.pair.replaced.includes(model.source)) return clause({ verdict: 'differs', ...place, message: `The spec joins ${fact.to.value}; the model joins ${modelText(comparison, model.source.span, 40)} in its place.` });
  const hidden = model.opaque ? hiddenIn(comparison, view, 'joins') : undefined;
  if (hidden) return clause({ verdict: 'unknown', ...place, reason: reasonOf(hidden).reason, message: `Can't tell how ${fact.to.value} is joined: ${reasonOf(hidden).text}.` });
  if ((match.spec.when ?? 'always') !== (model.when ?? 'always')) return otherVariant(comparison, match.spec, model, fact, clause);
  if (isSameType(view, match.spec, model)) return clause({ verdict: 'matches', ...place, message: `The model joins ${fact.to.value} with ${article(model.type)} join, as the spec says.` });
  if (!view.pair.solid) return clause({ verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell: the model's stage starts from something else, so its join to ${fact.to.value} cannot be compared.` });
  if (match.spec.type === 'anti' && model.type === 'left' && antiVerdict(view, match.spec, model) !== 'different') return clause({ verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell: what the model filters by may keep only rows without a match in ${fact.to.value}.` });
  return clause({ verdict: 'differs', ...place, message: typeMessage(match.spec, model, fact) });
}

function typeMessage(spec: NJoin, model: NJoin, fact: JoinFact): string {
  return `The spec joins ${fact.to.value} with ${article(spec.type)} join, ${KEEPS[spec.type]}; the model uses ${article(model.type)} join, ${KEEPS[model.type]}.`;
}

function article(type: JoinType): string {
  return `${type === 'inner' || type === 'anti' ? 'an' : 'a'} ${type}`;
}

function isSameType(view: PairView, spec: NJoin, model: NJoin): boolean {
  if (spec.type === model.type) return true;
  // Both write a left join; what the filter after it makes of it is told by the filter.
  if (spec.type === 'anti' && spec.derived === 'null test' && isLeftAsWritten(model)) return true;
  const pair = `${spec.type}/${model.type}`;
  if (pair === 'inner/cross' || pair === 'cross/inner') return spec.keys.length + spec.conditions.length === 0 || hasEqualityElsewhere(view, model);
  return pair === 'inner/left' && rejectsNulls(view, model);
}

function isLeftAsWritten(join: NJoin): boolean {
  return join.type === 'left' || join.derived === 'null test';
}

/** What a filter of the spec that keeps only rows without a match finds in the model: the same, provably something else, or neither. */
export function antiVerdict(view: PairView, spec: NJoin, model: NJoin): 'equal' | 'different' | 'unknown' {
  if (model.type === spec.type) return 'equal';
  const tests = spec.keys.flatMap((key): Expr[] => (key.right.kind === 'column' ? [{ kind: 'op', op: 'is null', args: [key.right] }] : []));
  const verdicts = view.pair.model.filters.filter((filter) => sourceKeysOf(filter.expr).has(model.source.key) || isHidden(filter.expr)).map((filter) => tests.map((test) => view.compare(test, view.toSpec(filter.expr), 'filter')));
  if (verdicts.some((of) => of.includes('equal'))) return 'equal';
  return !view.pair.solid || model.opaque || spec.when !== model.when || verdicts.flat().includes('unknown') ? 'unknown' : 'different';
}

function hasEqualityElsewhere(view: PairView, model: NJoin): boolean {
  return view.pair.model.joins.some((join) => join !== model && join.type === 'inner' && join.keys.some((key) => [key.left, key.right].some((side) => side.kind === 'column' && side.source === model.source.key)));
}

/** A filter on the joined side that no null passes makes a left join an inner one. */
function rejectsNulls(view: PairView, model: NJoin): boolean {
  return view.pair.model.filters.some(({ expr, at }) => {
    if (at !== 'where' || expr.kind !== 'op') return false;
    if (!['=', '<>', '<', '<=', 'in', 'like', 'is not null'].includes(expr.op)) return false;
    return expr.args.some((arg) => arg.kind === 'column' && arg.source === model.source.key);
  });
}

type Make = (draft: Draft) => ClauseDraft;

function otherVariant(comparison: Comparison, spec: NJoin, model: NJoin, fact: JoinFact, clause: Make): ClauseDraft {
  const place = { model: model.spans.slice(0, 1) };
  if (comparison.analysis?.variantUnknown) return clause({ verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell in which runs the model joins ${fact.to.value}: compiled code shows only one of the two variants.` });
  return clause({ verdict: 'differs', ...place, message: `The spec joins ${fact.to.value} ${runs(spec.when)}; the model does so ${runs(model.when)}.` });
}

/** Words for the runs something is part of. */
export function runs(when: string | undefined): string {
  return when === 'incremental' ? 'in incremental runs only' : when === 'full' ? 'in full refreshes only' : 'in every run';
}

/** `a left join b` against `b left join a`. */
function inverted(view: PairView, match: JoinMatch, fact: JoinFact, clause: Make): ClauseDraft {
  const partner = view.pair.sources.find((sources) => sources.spec === view.pair.spec.base)?.model;
  const join = view.pair.model.joins.find((candidate) => candidate.source === partner);
  if (!join || join.opaque || (join.type !== 'left' && join.type !== 'semi' && join.type !== 'anti') || match.spec.type === 'full') {
    return clause({ verdict: 'unknown', reason: 'not-provable', message: `Can't tell: the model starts from ${fact.to.value} and joins the rest to it.` });
  }
  return clause({ verdict: 'differs', model: join.spans.slice(0, 1), message: `The spec joins ${fact.to.value} with ${article(match.spec.type)} join, ${KEEPS[match.spec.type]}; the model starts from ${fact.to.value} and joins the other side to it with ${article(join.type)} join.` });
}

function missing(comparison: Comparison, view: PairView, match: JoinMatch, fact: JoinFact, clause: Make): ClauseDraft {
  const hidden = hiddenIn(comparison, view, 'joins') ?? hiddenIn(comparison, view, 'from');
  if (hidden) return clause({ verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether ${fact.to.value} is joined: ${reasonOf(hidden).text}.` });
  const wanted = leavesBelow(comparison.spec, [match.spec.source]);
  const rest = comparison.model ? leavesBelow(comparison.model, view.pair.modelOnly) : new Set<string>();
  const unpaired = comparison.matching.modelOnly.some((stage) => comparison.model && [...leavesOf(comparison.model, stage.id)].some((leaf) => wanted.has(leaf)));
  const dangling = comparison.lowered.dangling.some((name) => name.span.start >= fact.span.start && name.span.end <= fact.span.end);
  const subqueries = view.pair.model.filters.some((filter) => isHidden(filter.expr)) || view.pair.model.columns.some((column) => column.expr.kind === 'subquery');
  const standsIn = [...rest].some((leaf) => wanted.has(leaf) || leaf.startsWith('opaque:') || leaf.startsWith('name:')) || unpaired;
  const mayBeMerged = specIsVague(comparison, view) && match.spec.source.target.kind === 'stage' && [...wanted].some((leaf) => comparison.model && leavesOf(comparison.model, view.pair.model.id).has(leaf));
  if (!view.pair.solid || standsIn || dangling || subqueries || wanted.size === 0 || (mayBeMerged && !isLost(comparison, view, match))) {
    return clause({ verdict: 'unknown', reason: dangling ? 'evidence-missing' : 'stage-unmatched', message: `Can't tell whether ${fact.to.value} is joined: what the model reads in its place could not be paired with it.` });
  }
  const from = modelText(comparison, view.pair.model.base?.span, 40);
  return clause({ verdict: 'differs', model: view.pair.model.base ? [view.pair.model.base.span] : [], message: `The spec joins ${fact.to.value} with ${article(match.spec.type)} join; the model does not join it${from === '' ? '' : ` (it reads ${from})`}.` });
}

/**
 * True where a step that is joined is all the model lacks: every stage of the model stands for another, and what the spec
 * takes from the step is a constant there or does not come out.
 */
function isLost(comparison: Comparison, view: PairView, match: JoinMatch): boolean {
  const { spec, matching, told } = comparison;
  const { target, key } = match.spec.source;
  if (target.kind !== 'stage' || matching.modelOnly.length > 0 || view.pair.modelOnly.length > 0 || comparison.lowered.dangling.length > 0) return false;
  const below = reachableFrom(spec, target.id);
  if (matching.specOnly.some((id) => !below.has(id))) return false;
  const pairs = [...matching.pairs.values()].filter(({ id }) => !below.has(id));
  if (!pairs.every((pair) => pair.solid && [...pair.spec.opaque, ...pair.model.opaque].every((opaque) => told.has(opaque)))) return false;
  const taken = view.pair.spec.columns.filter((column) => sourceKeysOf(column.expr).has(key));
  const isGone = ({ name, expr }: { name?: string; expr: Expr }): boolean => {
    const found = name === undefined ? undefined : view.partner(name);
    return found === undefined ? name !== undefined : !isHidden(found.expr) && !someExpr(found.expr, (part) => isMade(part) && !isRest(part, expr, key));
  };
  return taken.length > 0 && taken.every(isGone);
}

/** Functions of which the value is a constant where they are given constants, however many rows there are. */
const STEADY = new Set(['coalesce', 'nullif', 'min', 'max']);

/** True for a column or function that the spec's expression has beside what it takes from a source. */
function isRest(part: Expr, own: Expr, key: string): boolean {
  if (part.kind === 'column') return part.source !== key && someExpr(own, (other) => other.kind === 'column' && exprKey(other) === exprKey(part));
  return part.kind === 'call' && !part.over && !part.aggregate && someExpr(own, (other) => other.kind === 'call' && other.name === part.name && !other.over);
}

/** True for a part that rows decide, or the warehouse. */
function isMade(part: Expr): boolean {
  return part.kind === 'column' || part.kind === 'star' || (part.kind === 'call' && (!STEADY.has(part.name) || part.over !== undefined));
}
