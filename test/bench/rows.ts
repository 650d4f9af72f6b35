/** Half and nearly all of some measured values lie below these. */
export interface Quantiles {
  p50: number;
  p95: number;
}

/** One line of the result. `ratio` is the peer's p95 by ours: above 1 ours is faster or smaller. */
export interface Row {
  name: string;
  unit: 'ms' | 'MB' | 'times';
  ours: Quantiles | null;
  peer: (Quantiles & { name: string }) | null;
  ratio: number | null;
  goal: string;
  /** Null where there is nothing to compare with. */
  met: boolean | null;
}

/** What a row has to reach: so many times better than the peer, or below a limit. */
export type Goal = { times: number } | { atMost: number };

export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

/** A row of measured values; `peer` is undefined where none ran. */
export function rowOf(name: string, unit: Row['unit'], goal: Goal, ours: readonly number[], peer?: { name: string; values: readonly number[] }): Row {
  const own = ours.length > 0 ? quantilesOf(ours) : null;
  const other = peer && peer.values.length > 0 ? { name: peer.name, ...quantilesOf(peer.values) } : null;
  const ratio = own && other ? other.p95 / own.p95 : null;
  if ('atMost' in goal) return { name, unit, ours: own, peer: other, ratio, goal: `≤ ${goal.atMost} ${unit}`, met: own && own.p95 <= goal.atMost };
  return { name, unit, ours: own, peer: other, ratio, goal: `≥ ${goal.times}× ${unit === 'MB' ? 'smaller' : 'faster'}`, met: ratio === null ? null : ratio >= goal.times };
}
