import type { Expr } from '../../sql/types';
import { walkExpr } from '../../sql/exprs';
import type { NCondition, NJoin, NKey, NStage } from './model';
import { sourceKeysOf } from './resolve';

/** Splits ON into keys and conditions, turns RIGHT into LEFT, comma joins into inner ones, and null tests into anti joins. */
export function normaliseJoins(stage: NStage): NStage {
  if (stage.joins.length === 0) return stage;
  const swapped = rightToLeft({ ...stage, joins: stage.joins.map((join, index) => withKeys(join, keysBefore(stage, index))) });
  return keyTestsToInner(nullTestsToAnti(commaJoins(swapped)));
}

function keysBefore(stage: NStage, index: number): Set<string> {
  return new Set([...(stage.base ? [stage.base.key] : []), ...stage.joins.slice(0, index).map((join) => join.source.key), ...stage.unnests.map((unnest) => unnest.key)]);
}

function withKeys(join: NJoin, before: ReadonlySet<string>): NJoin {
  if (join.conditions.length === 0) return join;
  const keys: NKey[] = [...join.keys];
  const conditions: NCondition[] = [];
  for (const condition of join.conditions) {
    const key = keyOf(condition, before, join.source.key);
    if (key) keys.push(key);
    else conditions.push(condition);
  }
  return { ...join, keys, conditions };
}

/** A condition that is an equality between what precedes and what is attached. */
export function keyOf(condition: NCondition, before: ReadonlySet<string>, own: string): NKey | undefined {
  const { expr, spans } = condition;
  if (expr.kind !== 'op' || expr.op !== '=' || expr.args.length !== 2) return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  if (isOver(a, before) && isOver(b, new Set([own]))) return { left: a, right: b, spans };
  if (isOver(b, before) && isOver(a, new Set([own]))) return { left: b, right: a, spans };
  return undefined;
}

function isOver(expr: Expr, keys: ReadonlySet<string>): boolean {
  const used = sourceKeysOf(expr);
  return used.size > 0 && [...used].every((key) => key !== undefined && keys.has(key));
}

/** The equality a key stands for. */
export function equalityOf(key: NKey): Expr {
  return { kind: 'op', op: '=', args: [key.left, key.right] };
}

/** `a right join b` is `b left join a`; a right join after others stays what it is. */
function rightToLeft(stage: NStage): NStage {
  const first = stage.joins[0];
  if (!stage.base || first?.type !== 'right') return stage;
  const swapped: NJoin = { ...first, source: stage.base, type: 'left', keys: first.keys.map((key) => ({ ...key, left: key.right, right: key.left })) };
  return { ...stage, base: first.source, joins: [swapped, ...stage.joins.slice(1)] };
}

/** `from a, b where a.x = b.x`: the equality is the join's key. */
function commaJoins(stage: NStage): NStage {
  if (!stage.joins.some((join) => join.type === 'cross') || stage.joins.some((join) => join.type === 'right' || join.type === 'full')) return stage;
  let filters = stage.filters;
  const joins = stage.joins.map((join, index): NJoin => {
    if (join.type !== 'cross') return join;
    const before = keysBefore(stage, index);
    const taken = filters.filter((filter) => filter.at === 'where' && keyOf(filter, before, join.source.key) !== undefined);
    if (taken.length === 0) return join;
    filters = filters.filter((filter) => !taken.includes(filter));
    return { ...join, type: 'inner', keys: taken.flatMap((filter) => keyOf(filter, before, join.source.key) ?? []) };
  });
  return { ...stage, joins, filters };
}

/** `left join x on … where x.key is null` is an anti join. */
function nullTestsToAnti(stage: NStage): NStage {
  if (stage.filters.length === 0) return stage;
  let filters = stage.filters;
  const joins = stage.joins.map((join): NJoin => {
    if (join.type !== 'left') return join;
    const test = filters.find((filter) => filter.at === 'where' && isNullTest(filter.expr, join));
    if (!test || isReadElsewhere(stage, join)) return join;
    filters = filters.filter((filter) => filter !== test);
    return { ...join, type: 'anti', spans: [...join.spans, ...test.spans], derived: join.derived ?? 'null test' };
  });
  return { ...stage, joins, filters };
}

/** `left join x on … where x.key is not null` is an inner join. */
function keyTestsToInner(stage: NStage): NStage {
  if (stage.filters.length === 0) return stage;
  let filters = stage.filters;
  const joins = stage.joins.map((join): NJoin => {
    if (join.type !== 'left' || join.opaque) return join;
    const tests = filters.filter((filter) => filter.at === 'where' && filter.when === join.when && isNullTest(filter.expr, join, 'is not null'));
    if (tests.length === 0) return join;
    filters = filters.filter((filter) => !tests.includes(filter));
    return { ...join, type: 'inner', spans: [...join.spans, ...tests.flatMap((test) => test.spans)], derived: join.derived ?? 'null test' };
  });
  return { ...stage, joins, filters };
}

function isNullTest(expr: Expr, join: NJoin, op: 'is null' | 'is not null' = 'is null'): boolean {
  if (expr.kind !== 'op' || expr.op !== op) return false;
  const tested = expr.args[0];
  return tested?.kind === 'column' && tested.source === join.source.key && join.keys.some((key) => key.right.kind === 'column' && key.right.name.text === tested.name.text);
}

/** Columns of the attached side are all null then; where one is read the join is left as written. */
function isReadElsewhere(stage: NStage, join: NJoin): boolean {
  const others = [
    // A spec that says nothing of columns reads none.
    ...stage.columns.filter((column) => column.span !== stage.span).map((column) => column.expr),
    ...stage.joins.filter((other) => other !== join).flatMap((other) => [...other.keys.flatMap((key) => [key.left, key.right]), ...other.conditions.map((c) => c.expr)]),
    ...(stage.aggregate?.by.map((item) => item.expr) ?? []),
  ];
  let read = false;
  for (const expr of others) {
    walkExpr(expr, (part) => {
      if (part.kind === 'column' && part.source === join.source.key) read = true;
      if (part.kind === 'star' && part.table?.text === join.source.key) read = true;
    });
  }
  return read;
}
