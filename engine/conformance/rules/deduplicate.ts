import { exprKey } from '../expr/key';
import { exprText, orderKeyText } from '../expr/text';
import type { Expr, OrderKey } from '../../sql/types';
import { hasWindow, someExpr } from '../../sql/exprs';
import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import { isHidden, type PairView } from '../match/view';
import type { NDedupe, NStage } from '../normalise/model';
import { stageClause, unmatched, whereOf, type Draft, type Rule } from './rule';

/** AGG003: one row per key, and which. */
export const deduplicate: Rule = {
  code: 'AGG003',
  title: 'Other deduplication',
  question: 'Does the model keep one row per key, and this one?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\n',
    good: "with numbered as (select *, row_number() over (partition by order_id order by updated_at desc) as n from {{ ref('orders') }}) select * from numbered where n = 1",
    bad: "with numbered as (select *, row_number() over (partition by order_id order by updated_at) as n from {{ ref('orders') }}) select * from numbered where n = 1",
  },
  judge(stage, comparison) {
    const fact = stage.fact.deduplicate;
    if (!fact) return {};
    const spec = { span: fact.span, text: `one row per ${fact.by.map((item) => item.value).join(', ')}` };
    if (!stage.view) return { clauses: [unmatched(stage, 'deduplicate', spec)] };
    return { clauses: [stageClause(stage, 'deduplicate', spec, judgeDedupe(stage, comparison, stage.view))] };
  },
};

/** True for a filter by which the model keeps the first rows, where the spec has a deduplication to be compared with. */
export function isFirstRows(comparison: Comparison, view: PairView, expr: Expr): boolean {
  if (!comparison.stages.some((stage) => stage.view?.pair.spec.dedupe && !stage.view.pair.model.dedupe)) return false;
  return readsWindow([view.pair.model, ...(comparison.model?.stages.values() ?? [])], expr);
}

/** The verdict on a stage's deduplication, whatever clause says it. */
export function judgeDedupe(stage: StageComparison, comparison: Comparison, view: PairView): Draft {
  const own = view.pair.spec.dedupe;
  const found = view.pair.model.dedupe;
  if (!own) return { verdict: 'unknown', reason: 'stage-unmatched', message: "Can't tell: the deduplication could not be followed through the steps." };
  if (!found) return missing(stage, comparison, view);
  const model = found.spans.slice(0, 2);
  const by = found.by.map(view.toSpec);
  const order = found.order.map((key): OrderKey => ({ ...key, expr: view.toSpec(key.expr) }));
  const sameBy = sameSet(view, own.by, by);
  // Within one key the key itself orders nothing.
  const ordering = own.order.filter((key) => !own.by.some((expr) => view.compare(key.expr, expr) === 'equal'));
  const sameOrder = orderVerdict(view, ordering, order.filter((key) => !by.some((expr) => exprKey(key.expr) === exprKey(expr))));
  if (sameBy === 'equal' && sameOrder === 'equal') return { verdict: 'matches', model, message: `The model keeps one row per ${list(own.by)}, as the spec says.` };
  if (sameBy === 'unknown' || sameOrder === 'unknown' || !view.pair.solid) return { verdict: 'unknown', model, reason: 'not-provable', message: `Can't tell whether the model keeps the same row per ${list(own.by)} as the spec.` };
  if (sameBy === 'different') return { verdict: 'differs', model, message: `The spec keeps one row per ${list(own.by)}; the model keeps one per ${list(by)}.` };
  return { verdict: 'differs', model, message: `The spec keeps the first row by ${own.order.map(orderKeyText).join(', ')}; the model keeps the first by ${order.map(orderKeyText).join(', ') || 'no order at all'}.` };
}

function missing(stage: StageComparison, comparison: Comparison, view: PairView): Draft {
  const hidden = hiddenIn(comparison, view, 'filters') ?? hiddenIn(comparison, view, 'distinct') ?? hiddenIn(comparison, view, 'aggregate');
  if (hidden) return { verdict: 'unknown', reason: reasonOf(hidden).reason, message: `Can't tell whether the model deduplicates: ${reasonOf(hidden).text}.` };
  const spoken = spokenFor(comparison, view);
  const stages = comparison.model ? [view.pair.model, ...[...comparison.model.stages.values()].filter(({ id }) => !spoken.has(id))] : [];
  const numbered = stages.flatMap((candidate) => candidate.filters).find((filter) => readsWindow(stages, filter.expr));
  if (numbered && isOtherRows(numbered.expr, stages) && view.pair.solid && !stages.some((candidate) => candidate.dedupe)) return { verdict: 'differs', model: numbered.spans.slice(0, 1), message: `The spec keeps one row per ${list(view.pair.spec.dedupe?.by ?? [])}; the model keeps the rows where ${exprText(numbered.expr)}.` };
  const distinct = view.pair.model.distinct;
  if (distinct && view.pair.solid && !numbered && comparison.matching.modelOnly.length === 0 && !isWithin(view)) return { verdict: 'differs', model: [distinct.span], message: `The spec keeps one row per ${list(view.pair.spec.dedupe?.by ?? [])}; the model only removes rows that are the same in every column.` };
  const otherwise = numbered ?? view.pair.model.aggregate ?? distinct ?? stages.find((candidate) => candidate.dedupe);
  if (otherwise || !view.pair.solid || comparison.matching.modelOnly.length > 0) return { verdict: 'unknown', reason: 'not-provable', message: "Can't tell: the model may keep one row per key in another way." };
  return { verdict: 'differs', model: [view.pair.model.span], message: `The spec keeps one row per ${list(view.pair.spec.dedupe?.by ?? [])}; ${whereOf(stage)} keeps every row.` };
}

/** Stages of the model that keep one row per key for another step of the spec. */
function spokenFor({ matching }: Comparison, view: PairView): Set<string> {
  const others = [...matching.pairs.values()].filter(({ spec, model }) => model !== view.pair.model && spec.dedupe && model.dedupe);
  return new Set(others.flatMap(({ model }) => [model.id, ...model.merged]));
}

/** DISTINCT keeps one row per key where nothing but the key comes out. */
function isWithin(view: PairView): boolean {
  const by = view.pair.spec.dedupe?.by ?? [];
  return view.columns.every((column) => by.some((expr) => view.compare(expr, column.expr) === 'equal'));
}

/** True for an expression over a window, or over a column of some stage that is one. */
function readsWindow(stages: readonly NStage[], expr: Expr): boolean {
  const names = new Set(stages.flatMap((stage) => stage.columns.flatMap((column) => (column.name !== undefined && hasWindow(column.expr) ? [column.name] : []))));
  return someExpr(expr, (part) => (part.kind === 'call' && part.over !== undefined) || (part.kind === 'column' && names.has(part.name.text)));
}

const KEEPS: Readonly<Record<string, (row: number, bound: number) => boolean>> = {
  '=': (row, bound) => row === bound,
  '<>': (row, bound) => row !== bound,
  '<': (row, bound) => row < bound,
  '<=': (row, bound) => row <= bound,
};

/** True for a test of a row number with a constant that keeps other rows than the first: `<= 2`, `<> 1`, `1 < row_number()`. */
function isOtherRows(expr: Expr, stages: readonly NStage[]): boolean {
  const keeps = expr.kind === 'op' ? KEEPS[expr.op] : undefined;
  const [left, right] = expr.kind === 'op' ? expr.args : [];
  if (!keeps || !left || !right) return false;
  const [bound, tested] = left.kind === 'literal' ? [left, right] : [right, left];
  if (bound.kind !== 'literal' || bound.type !== 'number' || !Number.isFinite(Number(bound.value))) return false;
  const limit = Number(bound.value);
  const name = tested.kind === 'column' ? tested.name.text : undefined;
  const call = name === undefined ? tested : stages.flatMap((stage) => stage.columns).find((column) => column.name === name && hasWindow(column.expr))?.expr;
  if (call?.kind !== 'call' || call.name !== 'row_number') return false;
  const keepsRow = (row: number): boolean => (bound === left ? keeps(limit, row) : keeps(row, limit));
  return !keepsRow(1) || keepsRow(2) || keepsRow(Math.max(3, Math.ceil(limit) + 1));
}

function sameSet(view: PairView, own: readonly Expr[], found: readonly Expr[]): 'equal' | 'different' | 'unknown' {
  const left = [...found];
  const missed: Expr[] = [];
  for (const expr of own) {
    const index = left.findIndex((other) => view.compare(expr, other) === 'equal');
    if (index >= 0) left.splice(index, 1);
    else missed.push(expr);
  }
  if (missed.length === 0 && left.length === 0) return 'equal';
  if ([...missed, ...left].some(isHidden)) return 'unknown';
  return missed.every((expr) => left.every((other) => view.compare(expr, other) === 'different')) ? 'different' : 'unknown';
}

/** A further tie-breaker in the model only makes the choice more certain. */
function orderVerdict(view: PairView, own: readonly OrderKey[], found: readonly OrderKey[]): 'equal' | 'different' | 'unknown' {
  for (const [index, key] of own.entries()) {
    const other = found[index];
    if (!other) return 'different';
    if (key.descending !== other.descending) return isHidden(other.expr) ? 'unknown' : 'different';
    if (key.nulls && other.nulls && key.nulls !== other.nulls) return 'different';
    const same = view.compare(key.expr, other.expr);
    if (same !== 'equal') return same;
  }
  return 'equal';
}

function list(by: NDedupe['by']): string {
  return by.map(exprText).join(', ');
}
