import type { ProjectResult } from './results';

/** How often an operator or rewrite was tried. */
export interface Few {
  tried: number;
  /** True where the projects have no further place for it; false where a larger sample would find more. */
  all: boolean;
}

/** A figure that rests on fewer tries says little. */
const ENOUGH = 20;

/** Operators and rewrites (`rewrite: …`) that were tried less often than is enough for a figure. */
export function fewOf(results: readonly ProjectResult[]): Record<string, Few> {
  const names = (of: (ran: ProjectResult['ran']) => readonly string[]): string[] => [...new Set(results.flatMap(({ ran }) => of(ran)))];
  const rows = [
    ...names(({ operators }) => operators).map((name) => [name, tried(results, ({ mutants }) => mutants.filter(({ operator }) => operator === name).length)] as const),
    ...names(({ rewrites }) => rewrites).map((name) => [`rewrite: ${name}`, tried(results, ({ rewrites }) => rewrites.filter(({ rewrite }) => rewrite === name).length)] as const),
  ];
  return Object.fromEntries(rows.filter(([, few]) => few.tried < ENOUGH).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function tried(results: readonly ProjectResult[], count: (result: ProjectResult) => number): Few {
  return { tried: results.reduce((sum, result) => sum + count(result), 0), all: results.every((result) => count(result) < (result.sample ?? Infinity)) };
}
