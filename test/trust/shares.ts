import { modelKey, type SqlOmissions } from './omittedBySqlglot';
import type { ModelClauses, ProjectResult } from './results';
import type { Part } from './split';
import { TIERS, type TierName } from './subjects';

/** Clauses of some models, with what oracles see and the specs leave out. */
export interface ShareCount {
  clauses: number;
  unknown: number;
  /** Of the unknown ones those whose reason is that files do not say what Jinja writes. */
  opaque: number;
  omitted: number;
  /** (unknown + omitted) ÷ (clauses + omitted); 0 where there is none. */
  share: number;
  /** opaque ÷ (clauses + omitted). */
  opaqueShare: number;
}

/** The clauses of one project, or of a part of all, at one tier. */
export interface UnknownShare extends ShareCount {
  project: string;
  part: Part;
  tier: TierName;
  models: number;
  macroOnly: number;
  /** The same without models whose body is only a macro. */
  outsideMacros: ShareCount;
  /** What is omitted, by what it is. */
  omittedBy: { inputs: number; columns: number; tests: number; joins: number; groups: number };
}

interface Row {
  project: string;
  part: Part;
  model: ModelClauses;
}

/** Unknown shares of every project, then those of both parts, at every tier. */
export function unknownSharesOf(results: readonly ProjectResult[], omissions: SqlOmissions): { projects: UnknownShare[]; totals: UnknownShare[] } {
  const rows = results.flatMap(({ project, part, clauses }) => clauses.map((model): Row => ({ project, part, model })));
  const shares = (project: string, part: Part, own: readonly Row[]): UnknownShare[] => TIERS.flatMap((tier) => {
    const there = own.filter(({ model }) => model.tiers.some((at) => at.tier === tier));
    if (there.length === 0) return [];
    const outside = there.filter(({ model }) => !model.macroOnly);
    return [{ project, part, tier, ...countOf(there, tier, omissions), models: there.length, macroOnly: there.length - outside.length, outsideMacros: countOf(outside, tier, omissions), omittedBy: omittedBy(there, omissions) }];
  });
  return {
    projects: results.flatMap(({ project, part }) => shares(project, part, rows.filter((row) => row.project === project))),
    totals: (['heldOut', 'develop'] as const).flatMap((part) => shares('total', part, rows.filter((row) => row.part === part))),
  };
}

function countOf(rows: readonly Row[], tier: TierName, omissions: SqlOmissions): ShareCount {
  const at = rows.flatMap(({ model }) => model.tiers.filter((one) => one.tier === tier));
  const [clauses, unknown, opaque] = (['clauses', 'unknown', 'opaque'] as const).map((key) => at.reduce((sum, one) => sum + one[key], 0)) as [number, number, number];
  const omitted = Object.values(omittedBy(rows, omissions)).reduce((sum, count) => sum + count, 0);
  const whole = clauses + omitted;
  return { clauses, unknown, opaque, omitted, share: whole === 0 ? 0 : (unknown + omitted) / whole, opaqueShare: whole === 0 ? 0 : opaque / whole };
}

function omittedBy(rows: readonly Row[], omissions: SqlOmissions): UnknownShare['omittedBy'] {
  const sum = (of: (row: Row) => number): number => rows.reduce((count, row) => count + of(row), 0);
  const bySql = (row: Row, what: 'joins' | 'groups'): number => (omissions.kind === 'ran' ? (omissions.byModel.get(modelKey(row.project, row.model.uniqueId))?.[what] ?? 0) : 0);
  return { inputs: sum(({ model }) => model.omitted.inputs), columns: sum(({ model }) => model.omitted.columns), tests: sum(({ model }) => model.omitted.tests), joins: sum((row) => bySql(row, 'joins')), groups: sum((row) => bySql(row, 'groups')) };
}
