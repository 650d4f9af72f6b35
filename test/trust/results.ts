import type { Dialect } from '../../engine/sql';
import type { Outcome } from './judge';
import type { Part } from './split';
import type { TierName } from './subjects';
import type { InputRelation } from './validate';

/** How one mutant fared at one tier. */
export interface MutantAtTier {
  tier: TierName;
  /** Evidence the verdict rests on: E1 raw SQL, E3 compiled code. */
  evidence: string;
  outcome: Outcome;
  rule: string;
  why: string;
  reported: string[];
}

/** A pair of compiled texts that data can tell apart, or not. */
export interface DataCase {
  /** Unique in the run. */
  id: string;
  kind: 'mutant' | 'rewrite';
  project: string;
  /** unique_id of the model, and its short name. */
  uniqueId: string;
  model: string;
  /** Operator's or rewrites' names. */
  operator: string;
  note: string;
  dialect: Dialect;
  original: string;
  changed: string;
  /** What the compiled SQL may read. */
  relations: InputRelation[];
  /** Columns that the model's own tests want to be unique together. */
  unique: string[][];
}

/**
 * Where a mutant shows: in `compiled` SQL too; in raw SQL only, since its edit has no one place in the compiled text, which is then not
 * judged, or there is no such text; or in what is `declared`, tests and configuration. Data proves those of compiled SQL.
 */
export type Shown = 'compiled' | 'rawOnly' | 'declared';

export interface MutantResult {
  id: string;
  project: string;
  part: Part;
  model: string;
  operator: string;
  operatorPart: Part;
  note: string;
  /** The edited lines before and after. */
  before: string;
  after: string;
  shown: Shown;
  tiers: MutantAtTier[];
  /** The whole changed file, where it was asked for. */
  changed?: { file: string; text: string };
  /** For validation on data; absent for what data does not show, such as tests and configuration. */
  data?: DataCase;
}

export interface Accusation {
  project: string;
  model: string;
  tier: TierName;
  /** `original`, or the rewrites made. */
  of: string;
  rule: string;
  id: string;
  message: string;
  /** True on a rewrite of a model that is accused of the same as it is. */
  inherited: boolean;
  /** Lines of the rewrite, to look at. */
  before?: string;
  after?: string;
}

export interface RewriteResult {
  id: string;
  project: string;
  part: Part;
  model: string;
  /** One name, or three with ` + ` between. */
  rewrite: string;
  before: string;
  after: string;
  /** Tiers it was judged at, with the evidence used there. */
  tiers: { tier: TierName; evidence: string }[];
  accusations: Accusation[];
  data?: DataCase;
}

export interface TierResult {
  model: string;
  tier: TierName;
  evidence: string;
}

/** What independent oracles see in a model and its spec does not say: inputs and tests of the manifest, columns of the catalog. */
export interface Omitted {
  inputs: number;
  columns: number;
  tests: number;
}

/** The clauses of one model at every tier. */
export interface ModelClauses {
  uniqueId: string;
  model: string;
  /** No SELECT stands outside Jinja. */
  macroOnly: boolean;
  /** `opaque` are the unknown ones whose reason is that files do not say what Jinja writes. */
  tiers: { tier: TierName; clauses: number; unknown: number; opaque: number }[];
  omitted: Omitted;
  /** For sqlglot: the compiled SQL, and how many joins and groupings the spec says. Absent without fresh compiled code. */
  asked?: { dialect: Dialect; sql: string; joins: number; groups: number };
}

export interface ProjectResult {
  project: string;
  part: Part;
  models: number;
  originals: TierResult[];
  mutants: MutantResult[];
  rewrites: RewriteResult[];
  accusations: Accusation[];
  clauses: ModelClauses[];
  /** The most mutants of one operator, and originals of one rewrite, that were asked for; absent where all were. */
  sample?: number;
  /** Names of the operators and rewrites that were run. */
  ran: { operators: string[]; rewrites: string[] };
  crashes: string[];
}
