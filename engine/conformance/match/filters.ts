import { hasAggregate, walkExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import type { Span } from '../../text';
import { sameJinja } from '../expr/jinja';
import type { NCondition, NFilter, NJoin } from '../normalise/model';
import { equalityOf } from '../normalise/joins';
import { columnNames, isHidden, type PairView } from './view';

/** A conjunct that keeps or drops rows: of WHERE, HAVING or QUALIFY, or of an inner join's ON. */
export interface Conjunct {
  expr: Expr;
  alias?: string;
  spans: Span[];
  when?: NFilter['when'];
  at: NFilter['at'] | 'on';
  join?: NJoin;
}

export interface FilterMatch {
  /** Equal conjuncts of the model by the spec's. */
  equal: Map<Conjunct, Conjunct>;
  /** The same conjunct on the other side of a deduplication or window: it keeps other rows there. */
  otherTime: Map<Conjunct, Conjunct>;
  /** Conditions of the spec's outer and anti joins that the model has in WHERE, after the join. */
  fromOn: Map<NCondition, Conjunct>;
  /** Filters of the spec that the model has in ON of an outer join, where they drop no row. */
  intoOn: Map<Conjunct, NCondition>;
  /** For a spec conjunct without an equal: the leftover one that says something else about the same columns. */
  other: Map<Conjunct, Conjunct>;
  spec: Conjunct[];
  model: Conjunct[];
  /** Conjuncts of the model that no conjunct of the spec accounts for; expressions are in the spec's terms. */
  leftover: Conjunct[];
}

/** Pairs the filtering conjuncts of a stage, wherever they stand: WHERE, HAVING, and ON of inner joins filter alike. */
export function matchFilters(view: PairView): FilterMatch {
  const spec = [...view.pair.spec.filters.map((filter): Conjunct => filter), ...onConjuncts(view.pair.spec.joins)];
  const model = [...view.pair.model.filters.map((filter): Conjunct => filter), ...onConjuncts(view.pair.model.joins)].map((conjunct) => ({ ...conjunct, expr: view.toSpec(conjunct.expr) }));
  const keys = view.pair.model.joins.filter(isInner).flatMap((join) => join.keys.map((key): Conjunct => ({ expr: view.toSpec(equalityOf(key)), spans: key.spans, at: 'on', join })));
  const specKeys = view.pair.spec.joins.filter(isInner).flatMap((join) => join.keys.map((key) => equalityOf(key)));
  const equal = new Map<Conjunct, Conjunct>();
  const otherTime = new Map<Conjunct, Conjunct>();
  const used = new Set<Conjunct>();
  for (const own of spec) {
    const same = model.filter((candidate) => !used.has(candidate) && view.compare(own.expr, candidate.expr, 'filter') === 'equal');
    const candidates = same.filter((candidate) => isSameTime(view, own, candidate));
    const found = candidates.find((candidate) => candidate.when === own.when) ?? candidates[0];
    if (!found && same[0]) otherTime.set(own, same[0]);
    if (found) {
      used.add(found);
      equal.set(own, found);
      continue;
    }
    const named = model.filter((candidate) => isSameName(view, own, candidate) && isSameTime(view, own, candidate));
    if (named[0]) {
      named.forEach((candidate) => used.add(candidate));
      equal.set(own, named.find((candidate) => candidate.when === own.when) ?? named[0]);
      continue;
    }
    const key = keys.find((candidate) => view.compare(own.expr, candidate.expr, 'filter') === 'equal');
    if (key) equal.set(own, key);
  }
  const accounted = (conjunct: Conjunct): boolean => specKeys.some((key) => view.compare(key, conjunct.expr, 'filter') === 'equal');
  for (const [own, found] of otherTime) if (used.has(found)) otherTime.delete(own);
  const late = new Set(otherTime.values());
  const rest = model.filter((conjunct) => !used.has(conjunct) && !late.has(conjunct) && !accounted(conjunct));
  const other = contradictions(view, spec.filter((own) => !equal.has(own) && !otherTime.has(own)), rest);
  const fromOn = conditionsInWhere(view, rest);
  const spoken = new Set([...other.values(), ...fromOn.values()]);
  const intoOn = filtersInOn(view, spec.filter((own) => !equal.has(own) && !otherTime.has(own) && !other.has(own)));
  return { equal, otherTime, fromOn, intoOn, other, spec, model, leftover: rest.filter((conjunct) => !spoken.has(conjunct)) };
}

/** Both are written as the name of one output column; how that is computed is the column's own clause. */
function isSameName(view: PairView, own: Conjunct, found: Conjunct): boolean {
  return own.alias !== undefined && found.alias !== undefined && view.partner(own.alias)?.name === found.alias;
}

/** Joins of both sides whose conditions keep or drop no row of what precedes, or the reverse. */
function outerJoins(view: PairView): { spec: NJoin; model: NJoin }[] {
  return view.pair.spec.joins.flatMap((spec) => {
    const partner = view.pair.sources.find((sources) => sources.spec === spec.source)?.model;
    const model = view.pair.model.joins.find((join) => join.source === partner);
    return model && !isInner(model) ? [{ spec, model }] : [];
  });
}

function conditionsInWhere(view: PairView, rest: readonly Conjunct[]): Map<NCondition, Conjunct> {
  const found = new Map<NCondition, Conjunct>();
  if (rest.length === 0) return found;
  for (const { spec, model } of outerJoins(view)) {
    for (const condition of spec.conditions) {
      if (model.conditions.some((other) => view.compare(condition.expr, view.toSpec(other.expr), 'filter') === 'equal')) continue;
      const where = rest.find((conjunct) => conjunct.at === 'where' && ![...found.values()].includes(conjunct) && view.compare(condition.expr, conjunct.expr, 'filter') === 'equal');
      if (where) found.set(condition, where);
    }
  }
  return found;
}

function filtersInOn(view: PairView, missing: readonly Conjunct[]): Map<Conjunct, NCondition> {
  const found = new Map<Conjunct, NCondition>();
  if (missing.length === 0) return found;
  for (const { spec, model } of outerJoins(view)) {
    for (const condition of model.conditions) {
      const expr = view.toSpec(condition.expr);
      if (spec.conditions.some((other) => view.compare(other.expr, expr, 'filter') === 'equal')) continue;
      const own = missing.find((conjunct) => conjunct.at === 'where' && !found.has(conjunct) && view.compare(conjunct.expr, expr, 'filter') === 'equal');
      if (own) found.set(own, condition);
    }
  }
  return found;
}

/** Before or after rows are numbered: that is one only for a filter on what they are numbered within. */
function isSameTime({ pair }: PairView, own: Conjunct, found: Conjunct): boolean {
  if ((own.at === 'qualify') === (found.at === 'qualify')) return true;
  const within = [pair.spec, pair.model].flatMap((stage) => [...(stage.dedupe ? [stage.dedupe.by] : []), ...stage.columns.flatMap((column) => partitionsOf(column.expr)), ...stage.filters.flatMap((filter) => partitionsOf(filter.expr))]);
  const names = columnNames(found.expr);
  return within.every((by) => [...names].every((name) => by.some((expr) => expr.kind === 'column' && expr.name.text === name)));
}

function partitionsOf(expr: Expr): Expr[][] {
  const found: Expr[][] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'call' && part.over) found.push(part.over.partitionBy);
  });
  return found;
}

function isInner(join: NJoin): boolean {
  return join.type === 'inner' || join.type === 'cross';
}

function onConjuncts(joins: readonly NJoin[]): Conjunct[] {
  return joins.filter(isInner).flatMap((join) => join.conditions.map((condition): Conjunct => ({ ...condition, at: 'on', join, ...(join.when ? { when: join.when } : {}) })));
}

/** Pairs what is left where both speak of the same columns and provably say different things; the nearest first. */
function contradictions(view: PairView, spec: readonly Conjunct[], model: readonly Conjunct[]): Map<Conjunct, Conjunct> {
  const candidates = spec.flatMap((own) =>
    model.flatMap((found) => {
      if ((isHidden(own.expr) || isHidden(found.expr)) && !sameJinja(own.expr, found.expr)) return [];
      if (!sameColumns(own.expr, found.expr)) return [];
      return view.compare(own.expr, found.expr, 'filter') === 'different' ? [{ own, found, score: likeness(own.expr, found.expr) }] : [];
    }),
  );
  candidates.sort((a, b) => b.score - a.score);
  const pairs = new Map<Conjunct, Conjunct>();
  const taken = new Set<Conjunct>();
  for (const { own, found } of candidates) {
    if (pairs.has(own) || taken.has(found)) continue;
    pairs.set(own, found);
    taken.add(found);
  }
  return pairs;
}

function sameColumns(a: Expr, b: Expr): boolean {
  const [left, right] = [columnNames(a), columnNames(b)];
  if (left.size === 0 && right.size === 0) return hasAggregate(a) && hasAggregate(b);
  return left.size > 0 && left.size === right.size && [...left].every((name) => right.has(name));
}

function likeness(a: Expr, b: Expr): number {
  if (a.kind !== 'op' || b.kind !== 'op') return 0;
  const literals = (expr: Extract<Expr, { kind: 'op' }>): string => expr.args.filter((arg) => arg.kind === 'literal').map((arg) => (arg.kind === 'literal' ? arg.value : '')).join('|');
  return (a.op === b.op ? 2 : 0) + (literals(a) === literals(b) ? 1 : 0);
}
