import type { Miss } from './score';

/** Why mutants of an operator were not detected at a tier, and how often. */
export interface Reason {
  tier: string;
  outcome: string;
  why: string;
  count: number;
}

/** Reasons by operator, most frequent first: what the report says of the clause in the edit's place, without its address. */
export function reasonsOf(misses: readonly Miss[]): Record<string, Reason[]> {
  const found = new Map<string, Map<string, Reason>>();
  for (const { operator, tier, outcome, why } of misses) {
    const reasons = found.get(operator) ?? new Map<string, Reason>();
    const short = shortened(why);
    const key = `${tier} ${outcome} ${short}`;
    reasons.set(key, { tier, outcome, why: short, count: (reasons.get(key)?.count ?? 0) + 1 });
    found.set(operator, reasons);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([operator, reasons]) => [operator, [...reasons.values()].sort((a, b) => b.count - a.count)]));
}

/** `steps/x/joins/y became unknown (stage-unmatched): Can't tell: …` → `a clause became unknown (stage-unmatched)`. */
function shortened(why: string): string {
  const unknown = /^\S+ (became|is) unknown \(([\w-]+)\)/.exec(why);
  return unknown ? `a clause ${unknown[1] ?? ''} unknown (${unknown[2] ?? ''})` : why.slice(0, 100);
}

/** The reasons as lines. */
export function reasonsText(reasons: Readonly<Record<string, readonly Reason[]>>): string {
  const lines = Object.entries(reasons).flatMap(([operator, own]) => own.map(({ count, tier, outcome, why }) => `  ${String(count).padStart(5)}  ${operator} [${tier}] ${outcome}: ${why}`));
  return lines.length === 0 ? '' : `Not detected, by operator and reason:\n${lines.join('\n')}`;
}
