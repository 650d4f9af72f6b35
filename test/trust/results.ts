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
}

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
  /** True where the edit has no counterpart in the compiled text, which is then not judged. */
  rawOnly: boolean;
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

/** Clauses of one project at one tier, with what independent oracles say is missing in the specs. */
export interface UnknownShare {
  tier: TierName;
  clauses: number;
  unknown: number;
  /** Inputs, columns and tests that the manifest and the catalog have and the spec does not. */
  omitted: number;
  /** The same without models whose body is only a macro. */
  outsideMacros: { clauses: number; unknown: number; omitted: number };
  models: number;
  macroOnly: number;
}

export interface ProjectResult {
  project: string;
  part: Part;
  models: number;
  originals: TierResult[];
  mutants: MutantResult[];
  rewrites: RewriteResult[];
  accusations: Accusation[];
  unknown: UnknownShare[];
  crashes: string[];
}
