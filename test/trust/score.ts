import { reasonsOf, type Reason } from './reasons';
import type { PeersReport } from './peers/onExample';
import { isUnproven, type DataVerdicts } from './onData';
import type { SqlOmissions } from './omittedBySqlglot';
import type { Accusation, MutantAtTier, MutantResult, ProjectResult, RewriteResult } from './results';
import { unknownSharesOf, type UnknownShare } from './shares';
import { fewOf, type Few } from './few';
import { validationOf, type Validated } from './validated';
import type { Part } from './split';

/** Counts of judgements; one mutant judged at three tiers is three. */
export interface Tally {
  /** All judgements of mutants: mutants, undecidable and unproven. */
  judged: number;
  /** Valid mutants whose clauses could be decided in the original: detected, missed and unknown. */
  mutants: number;
  detected: number;
  missed: number;
  unknown: number;
  /** detected ÷ mutants; null where there are none. */
  detection: number | null;
  /** Outside that ratio: the original could not be judged there either. */
  undecidable: number;
  /** detected ÷ (mutants + undecidable). */
  detectionOfAll: number | null;
  /** Outside: generated data never told the mutant from the original, or the mutant does not run. */
  unproven: number;
  /** Models as they are, compared with their own spec. */
  originals: number;
  rewrites: number;
  /** Clauses that differ and unspecced findings on originals and rewrites. */
  falseAccusations: number;
}

/** One mutant at one tier that was not detected. */
export interface Miss {
  project: string;
  part: Part;
  model: string;
  operator: string;
  tier: string;
  evidence: string;
  outcome: string;
  rule: string;
  note: string;
  before: string;
  after: string;
  why: string;
  reported: string[];
}

/** Everything the benchmark found. The figures at the top are those of the held-out projects, under every operator. */
export interface Score extends Tally {
  seed: number;
  reported: Part;
  byTier: Record<string, Tally>;
  byRule: Record<string, Tally>;
  byOperator: Record<string, Tally>;
  byEvidence: Record<string, Tally>;
  /** What a mutant changes: `compiled` SQL too; `rawOnly`, raw SQL that has no one place in compiled SQL, which data cannot prove; `declared`, tests and configuration. */
  byShown: Record<string, Tally>;
  byProject: Record<string, Tally>;
  /** `develop/heldOut` is develop projects under held-out operators. */
  parts: Record<string, Tally>;
  unknownShare: UnknownShare[];
  /** The same over the projects of a part. */
  unknownTotals: UnknownShare[];
  /** Why sqlglot counted no joins and groupings; null where it did. `unread` are models whose compiled SQL it does not read. */
  oracle: { skipped: string | null; unread: string[] };
  validation: Validated;
  /** Operators and rewrites that were tried on fewer than 20 originals of all projects, with how often, and whether the projects have no more places for them. */
  few: Record<string, Few>;
  /** Why mutants of the reported part were not detected, by operator. */
  reasons: Record<string, Reason[]>;
  misses: Miss[];
  undecidableMutants: Miss[];
  accusations: Accusation[];
  crashes: string[];
  peers: PeersReport | null;
}

export interface Scored {
  seed: number;
  results: readonly ProjectResult[];
  data: DataVerdicts;
  omissions: SqlOmissions;
  peers: PeersReport | null;
}

interface Row {
  mutant: MutantResult;
  at: MutantAtTier;
  valid: boolean;
}

/** Counts a run. */
export function scoreOf({ seed, results, data, omissions, peers }: Scored): Score {
  const shares = unknownSharesOf(results, omissions);
  const held = results.filter((result) => result.part === 'heldOut');
  const reported: Part = held.length > 0 ? 'heldOut' : 'develop';
  const counted = held.length > 0 ? held : results;
  const rows = rowsOf(counted, data);
  const all = rowsOf(results, data);
  const whole = (some: readonly ProjectResult[]): Tally => tally(rowsOf(some, data), some);
  const grouped = (keys: readonly string[], rowsBy: (key: string) => Row[], others: (key: string) => Others): Record<string, Tally> => Object.fromEntries([...new Set(keys)].sort().map((key) => [key, tallyOf(rowsBy(key), others(key))]));
  const rewrites = counted.flatMap((result) => result.rewrites);
  const originals = counted.flatMap((result) => result.originals);
  const accusations = counted.flatMap((result) => result.accusations);
  const judged = rewrites.flatMap((rewrite) => rewrite.tiers.map((tier) => ({ ...tier, rewrite: rewrite.rewrite })));
  const list = (wanted: (row: Row) => boolean): Miss[] => all.filter((row) => row.valid && wanted(row)).map(missOf);
  return {
    seed,
    reported,
    ...whole(counted),
    byTier: grouped(['compiled', 'edited', 'raw'], (key) => rows.filter(({ at }) => at.tier === key), (key) => ({ originals: originals.filter((item) => item.tier === key).length, rewrites: judged.filter((item) => item.tier === key).length, accusations: accusations.filter((item) => item.tier === key).length })),
    byRule: grouped([...rows.map(({ at }) => at.rule), ...accusations.map((item) => item.rule)], (key) => rows.filter(({ at }) => at.rule === key), (key) => ({ originals: originals.length, rewrites: judged.length, accusations: accusations.filter((item) => item.rule === key).length })),
    byOperator: grouped([...rows.map(({ mutant }) => mutant.operator), ...rewrites.map((item) => kindOf(item.rewrite))], (key) => rows.filter(({ mutant }) => mutant.operator === key), (key) => ({ originals: 0, rewrites: judged.filter((item) => kindOf(item.rewrite) === key).length, accusations: accusations.filter((item) => item.of !== 'original' && kindOf(item.of) === key).length })),
    byEvidence: grouped(rows.map(({ at }) => at.evidence), (key) => rows.filter(({ at }) => at.evidence === key), (key) => ({ originals: originals.filter((item) => item.evidence === key).length, rewrites: judged.filter((item) => item.evidence === key).length, accusations: 0 })),
    byProject: Object.fromEntries(results.map((result) => [result.project, whole([result])])),
    parts: Object.fromEntries((['develop', 'heldOut'] as const).flatMap((project) => (['develop', 'heldOut'] as const).map((operator) => {
      const some = results.filter((result) => result.part === project);
      return [`${project}/${operator}`, tallyOf(rowsOf(some, data).filter(({ mutant }) => mutant.operatorPart === operator), othersOf(some))];
    }))),
    byShown: grouped(rows.map(({ mutant }) => mutant.shown), (key) => rows.filter(({ mutant }) => mutant.shown === key), () => ({ originals: 0, rewrites: 0, accusations: 0 })),
    unknownShare: shares.projects,
    unknownTotals: shares.totals,
    oracle: { skipped: omissions.kind === 'skipped' ? omissions.why : null, unread: omissions.kind === 'ran' ? omissions.unread : [] },
    validation: validationOf(results, data),
    few: fewOf(results),
    reasons: reasonsOf(rows.filter(({ at, valid }) => valid && (at.outcome === 'missed' || at.outcome === 'unknown')).map(missOf)),
    misses: list(({ at }) => at.outcome === 'missed' || at.outcome === 'unknown'),
    undecidableMutants: list(({ at }) => at.outcome === 'undecidable'),
    accusations: results.flatMap((result) => result.accusations),
    crashes: results.flatMap((result) => result.crashes.map((crash) => `${result.project}: ${crash}`)),
    peers,
  };
}

/** All compositions are one row. */
function kindOf(rewrite: string): string {
  return rewrite.includes(' + ') ? 'rewrite: three composed' : `rewrite: ${rewrite}`;
}

function rowsOf(results: readonly ProjectResult[], data: DataVerdicts): Row[] {
  return results.flatMap((result) => result.mutants.flatMap((mutant) => mutant.tiers.map((at) => ({ mutant, at, valid: !isUnproven(data, mutant.id) }))));
}

interface Others {
  originals: number;
  rewrites: number;
  accusations: number;
}

function othersOf(results: readonly ProjectResult[]): Others {
  const sum = (of: (result: ProjectResult) => number): number => results.reduce((count, result) => count + of(result), 0);
  return { originals: sum((result) => result.originals.length), rewrites: sum((result) => result.rewrites.reduce((count, rewrite: RewriteResult) => count + rewrite.tiers.length, 0)), accusations: sum((result) => result.accusations.length) };
}

function tally(rows: readonly Row[], results: readonly ProjectResult[]): Tally {
  return tallyOf(rows, othersOf(results));
}

function tallyOf(rows: readonly Row[], { originals, rewrites, accusations }: Others): Tally {
  const valid = rows.filter((row) => row.valid);
  const count = (outcome: string): number => valid.filter(({ at }) => at.outcome === outcome).length;
  const [detected, missed, unknown, undecidable] = ['detected', 'missed', 'unknown', 'undecidable'].map(count) as [number, number, number, number];
  const mutants = detected + missed + unknown;
  return { judged: rows.length, mutants, detected, missed, unknown, detection: ratio(detected, mutants), undecidable, detectionOfAll: ratio(detected, mutants + undecidable), unproven: rows.length - valid.length, originals, rewrites, falseAccusations: accusations };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function missOf({ mutant, at }: Row): Miss {
  return { project: mutant.project, part: mutant.part, model: mutant.model, operator: mutant.operator, tier: at.tier, evidence: at.evidence, outcome: at.outcome, rule: at.rule, note: mutant.note, before: mutant.before, after: mutant.after, why: at.why, reported: at.reported };
}
