import type { Expr } from '../../sql/types';
import { equalityOf, keyOf } from '../normalise/joins';
import type { NCondition, NJoin, NSource, NStage } from '../normalise/model';
import { sourceKeysOf } from '../normalise/resolve';

const INNER = new Set(['inner', 'cross']);

/**
 * Puts a stage's sources into the wanted order where all joins up to there are inner ones, so that order means nothing:
 * every ON conjunct goes to the first join at which all its columns are known. Undefined where that is not allowed.
 */
export function reordered(stage: NStage, wanted: readonly NSource[]): NStage | undefined {
  const current = [...(stage.base ? [stage.base] : []), ...stage.joins.map((join) => join.source)];
  if (wanted.every((source, index) => current[index] === source)) return stage;
  const moved = wanted.length;
  const prefix = stage.joins.slice(0, Math.max(...wanted.map((source) => current.indexOf(source))));
  if (prefix.some((join) => !INNER.has(join.type) || join.opaque || join.derived !== undefined)) return undefined;
  const inPrefix = [...(stage.base ? [stage.base] : []), ...prefix.map((join) => join.source)];
  const order = [...wanted, ...inPrefix.filter((source) => !wanted.includes(source))];
  if (moved === 0 || !order[0]) return undefined;
  let conditions: NCondition[] = prefix.flatMap((join) => [...join.conditions, ...join.keys.map((key) => ({ expr: equalityOf(key), spans: key.spans }))]);
  const before = new Set<string>([order[0].key, ...stage.unnests.map((unnest) => unnest.key)]);
  const joins = order.slice(1).map((source): NJoin => {
    const origin = prefix.find((join) => join.source === source) ?? prefix.find((join) => join.source === order[0]);
    const seen = new Set([...before, source.key]);
    const ready = conditions.filter((condition) => isOver(condition.expr, seen));
    conditions = conditions.filter((condition) => !ready.includes(condition));
    const keys = ready.flatMap((condition) => keyOf(condition, before, source.key) ?? []);
    const rest = ready.filter((condition) => keyOf(condition, before, source.key) === undefined);
    before.add(source.key);
    return { source, type: keys.length + rest.length > 0 ? 'inner' : 'cross', keys, conditions: rest, opaque: false, spans: origin?.spans ?? [source.span], ...(origin?.when ? { when: origin.when } : {}) };
  });
  const last = joins[joins.length - 1];
  if (conditions.length > 0 && last) last.conditions = [...last.conditions, ...conditions];
  return { ...stage, base: order[0], joins: [...joins, ...stage.joins.slice(prefix.length)] };
}

/** `a full join b` is `b full join a`: the stage that starts from the other of the two. */
export function turned(stage: NStage, base: NSource): NStage | undefined {
  const [first] = stage.joins;
  if (!stage.base || first?.type !== 'full' || first.source !== base || first.opaque) return undefined;
  const join: NJoin = { ...first, source: stage.base, keys: first.keys.map((key) => ({ ...key, left: key.right, right: key.left })) };
  return { ...stage, base, joins: [join, ...stage.joins.slice(1)] };
}

function isOver(expr: Expr, keys: ReadonlySet<string>): boolean {
  return [...sourceKeysOf(expr)].every((key) => key !== undefined && keys.has(key));
}
