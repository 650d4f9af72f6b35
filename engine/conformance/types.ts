import type { Range } from '../text';
import type { Tier, Notice, RunResult } from '../project/types';

export type Verdict = 'matches' | 'differs' | 'unknown';

/** Why a clause is unknown. */
export type UnknownReason =
  | 'opaque-jinja' | 'opaque-macro' | 'unparsed' | 'stage-unmatched' | 'stage-not-specified' | 'not-provable'
  | 'evidence-missing' | 'evidence-stale' | 'columns-unknown' | 'unsupported' | 'python' | 'not-checked';

export type Severity = 'error' | 'warning' | 'information';

/** The rows of the side-by-side view, in this order. */
export type ClauseGroup = 'grain' | 'inputs' | 'joins' | 'filters' | 'aggregation' | 'columns' | 'tests' | 'materialization' | 'other';

export interface SpecPlace {
  file: string;
  range: Range;
  /** What the spec says, short. */
  text: string;
}

export interface ModelPlace {
  in: 'raw' | 'compiled' | 'yaml';
  file: string;
  range: Range;
  /** What the model does, short, as written. */
  text: string;
}

/** One written clause of a technical spec, judged. `id` is its stable address. */
export interface Clause {
  id: string;
  rule: string;
  group: ClauseGroup;
  /** Step name; absent for the top level. */
  stage?: string;
  verdict: Verdict;
  severity: Severity;
  spec: SpecPlace;
  model: ModelPlace[];
  message: string;
  reason: UnknownReason | null;
  evidence: { tier: Tier; from: string };
  /** Tests: dbt's unique_id of the one that stands for the clause, where a manifest tells. */
  test?: string;
  /** What held on the data when that test was run last; the verdict does not rest on it. Absent where nobody knows. */
  onData?: OnData;
  waived: { reason: string; by: string | null; until: string | null } | null;
  fixes: Fix[];
}

/** What a run found on the data (evidence E5). */
export interface OnData {
  status: RunResult['status'];
  /** When, in ISO 8601. */
  at: string | null;
  /** Rows of the model that the same run wrote. */
  rows: number | null;
  failures: number | null;
  message: string | null;
  /** Why it is of before the last change of the model or the test; null where nothing speaks for that. */
  changed: string | null;
  /** What says so. */
  from: string;
}

/** Anything the comparison notices beyond the written clauses. */
export interface Finding {
  id: string;
  rule: string;
  group: ClauseGroup;
  stage?: string;
  unspecced: boolean;
  severity: Severity;
  spec: SpecPlace | null;
  model: ModelPlace[];
  message: string;
  evidence: { tier: Tier; from: string };
  waived: Clause['waived'];
  fixes: Fix[];
}

/** An edit of one file of the project, offered and never applied by itself. */
export interface Fix {
  title: string;
  file: string;
  edits: { range: Range; newText: string }[];
}

export interface ModelSummary {
  matches: number;
  differs: number;
  unknown: number;
  unspecced: number;
  waived: number;
  /** Sections the spec does not have: nothing in them was compared. */
  notSpecified: string[];
}

export interface ModelReport {
  model: string;
  uniqueId: string | null;
  specFile: string | null;
  modelFile: string | null;
  clauses: Clause[];
  findings: Finding[];
  summary: ModelSummary;
  /** The best evidence used, and what was not available. */
  evidence: { tier: Tier; from: string; notes: string[] };
}

/** The envelope every command prints with `--format json`. */
export interface Envelope {
  format: 1;
  specline: string;
  command: string;
  project: { name: string; root: string; adapter: string; dbtVersion: string | null };
  evidence: { manifest: string | null; catalog: string | null; notes: string[] };
  models: ModelReport[];
  /** `check` lists each document's problems here. */
  documents: DocumentReport[];
  /** What `new`, `generate` and `infer` wrote or would write. */
  files?: WrittenFile[];
  /** What `why` was asked about, and the lines of the spec behind it, by the ids of their clauses. */
  why?: { file: string; range: Range; lines: { address: string; verdict: Verdict; clauses: string[]; rules: ServedRule[] }[] };
  notices: Notice[];
}

/** A line of a business spec behind one of a technical spec; without a sentence where no business spec has the id. */
export interface ServedRule {
  id: string;
  sentence: string | null;
  file: string | null;
  range: Range | null;
  /** `current` is false where the meaning has changed since. */
  approvals: { by: string; date: string; current?: boolean }[];
  /** What held on the data when the tests that cover it were run last, by dbt's unique_id; absent where nobody knows. */
  onData?: (OnData & { test: string })[];
}

/** One spec file that a command wrote, added to, proposes, or leaves as it is. */
export interface WrittenFile {
  file: string;
  change: 'written' | 'added' | 'proposed' | 'unchanged';
  /** The whole text. */
  text: string;
  /** Unified diff against the file that was there; empty for a new one. */
  diff: string;
  openQuestions: string[];
}

export interface DocumentReport {
  file: string;
  kind: string | null;
  model: string | null;
  problems: { code: string; severity: Severity | 'hint'; message: string; range: Range; fixes: Fix[] }[];
}
