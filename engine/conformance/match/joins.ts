import type { Expr } from '../../sql/types';
import { exprKey } from '../expr/key';
import { equalityOf } from '../normalise/joins';
import type { NJoin, NKey } from '../normalise/model';
import type { FilterMatch } from './filters';
import { isHidden, type PairView } from './view';

/** A join of the spec and what the model does with the same thing. */
export interface JoinMatch {
  spec: NJoin;
  /** The model's join of the same thing; absent where it is missing or the model starts from it. */
  model?: NJoin;
  /** The model starts from what the spec joins. */
  inverted: boolean;
}

export interface KeyMatch {
  /** Keys of the spec the model does not join on. */
  missing: NKey[];
  /** Keys of the model the spec does not have, in the spec's terms. */
  extra: NKey[];
  /** True when a part of either cannot be read or resolved. */
  doubtful: boolean;
}

/** The joins of a spec's stage beside the model's. */
export function matchJoins(view: PairView): JoinMatch[] {
  const { pair } = view;
  return pair.spec.joins.map((spec): JoinMatch => {
    const partner = pair.sources.find((sources) => sources.spec === spec.source)?.model;
    const model = partner && pair.model.joins.find((join) => join.source === partner);
    return { spec, ...(model ? { model } : {}), inverted: partner !== undefined && partner === pair.model.base };
  });
}

/** Joins of the model that no join of the spec accounts for. */
export function extraJoins(view: PairView): NJoin[] {
  return view.pair.model.joins.filter((join) => view.pair.modelOnly.includes(join.source));
}

/** Compares the keys of two joins; for inner joins equalities that stand in WHERE or at another inner join count, too. */
export function matchKeys(view: PairView, spec: NJoin, model: NJoin, filters: FilterMatch): KeyMatch {
  const own = model.keys.map((key) => ({ ...key, left: view.toSpec(key.left), right: view.toSpec(key.right) }));
  const inner = model.type === 'inner' || model.type === 'cross';
  const same = sameByJoins(view, model);
  const left = [...own];
  const missing: NKey[] = [];
  for (const key of spec.keys) {
    const index = left.findIndex((candidate) => isSameKey(view, key, candidate, same));
    if (index >= 0) left.splice(index, 1);
    else missing.push(key);
  }
  const pool = inner ? elsewhere(view, model, filters) : [];
  const reallyMissing = missing.filter((key) => !pool.some((expr) => view.compare(equalityOf(key), expr, 'filter') === 'equal'));
  const likely = reallyMissing.some((key) => left.some((candidate) => mayBe(view, key.left, candidate.left) && view.compare(key.right, candidate.right) !== 'different'));
  const doubtful = likely || model.opaque || [...reallyMissing, ...left].some((key) => isDoubtful(key.left) || isDoubtful(key.right)) || model.conditions.some((condition) => isHidden(condition.expr));
  const specPool = inner ? specEqualities(view) : [];
  const others = inner ? wrongElsewhere(view, model) : [];
  return { missing: reallyMissing, extra: left.filter((key) => !others.some((join) => isWrittenIn(key, join)) && !specPool.some((expr) => view.compare(expr, equalityOf(key), 'filter') === 'equal')), doubtful };
}

/** True where the left side of a key may be what the model joins on; a tested column may go by the name that comes out of the stage. */
function mayBe(view: PairView, own: Expr, found: Expr): boolean {
  if (view.compare(own, found) !== 'different') return true;
  return own.kind === 'column' && view.pair.spec.columns.some((column) => column.name === own.name.text && !column.expanded && view.compare(column.expr, found) === 'equal');
}

/** Other inner joins of the model that lack keys of the spec: what their ON says instead is told there. */
function wrongElsewhere(view: PairView, own: NJoin): NJoin[] {
  return matchJoins(view).flatMap(({ spec, model }) => {
    if (!model || model === own || (model.type !== 'inner' && model.type !== 'cross')) return [];
    const keys = model.keys.map((key) => equalityOf({ ...key, left: view.toSpec(key.left), right: view.toSpec(key.right) }));
    return spec.keys.some((key) => !keys.some((expr) => view.compare(equalityOf(key), expr, 'filter') === 'equal')) ? [model] : [];
  });
}

function isWrittenIn(key: NKey, join: NJoin): boolean {
  const [place] = join.spans;
  return place !== undefined && key.spans.some((span) => place.start <= span.start && span.end <= place.end && span.end - span.start < place.end - place.start);
}

/** Equalities of the model's other inner joins and its filters. */
function elsewhere(view: PairView, own: NJoin, filters: FilterMatch): Expr[] {
  const others = view.pair.model.joins.filter((join) => join !== own && (join.type === 'inner' || join.type === 'cross'));
  return [...others.flatMap((join) => join.keys.map((key) => view.toSpec(equalityOf(key)))), ...filters.model.map((conjunct) => conjunct.expr)];
}

function specEqualities(view: PairView): Expr[] {
  const { spec } = view.pair;
  return [...spec.filters.map((filter) => filter.expr), ...spec.joins.filter((join) => join.type === 'inner' || join.type === 'cross').flatMap((join) => [...join.conditions.map((c) => c.expr), ...join.keys.map(equalityOf)])];
}

function isSameKey(view: PairView, spec: NKey, model: NKey, same: (a: Expr, b: Expr) => boolean): boolean {
  const equal = (a: Expr, b: Expr): boolean => view.compare(a, b) === 'equal' || same(a, b);
  return equal(spec.left, model.left) && equal(spec.right, model.right);
}

function isDoubtful(expr: Expr): boolean {
  return isHidden(expr) || (expr.kind === 'column' && expr.source === undefined && expr.table !== undefined);
}

/** True for two expressions that the other inner joins of the model make equal in every row. */
function sameByJoins(view: PairView, own: NJoin): (a: Expr, b: Expr) => boolean {
  const parent = new Map<string, string>();
  const find = (key: string): string => {
    let at = key;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    return at;
  };
  for (const join of view.pair.model.joins) {
    if (join === own || (join.type !== 'inner' && join.type !== 'semi')) continue;
    for (const key of join.keys) {
      const [a, b] = [find(exprKey(view.toSpec(key.left))), find(exprKey(view.toSpec(key.right)))];
      if (a !== b) parent.set(a, b);
    }
  }
  return (a, b) => find(exprKey(a)) === find(exprKey(b));
}

