import type { MacroIndex } from './macros';
import type { Range } from '../text';
import type { Dialect } from '../sql/types';

/** Evidence tiers of DESIGN.md: E0 spec, E1 raw files, E2 manifest, E3 compiled code, E4 catalog, E5 run results. */
export type Tier = 'E0' | 'E1' | 'E2' | 'E3' | 'E4' | 'E5';

/** A place in a file of the project; zero-based UTF-16 range. */
export interface Place {
  file: string;
  range: Range;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A column of a model, seed, snapshot or source, merged from YAML, manifest and catalog. */
export interface Column {
  name: string;
  quoted: boolean;
  description?: string;
  /** Type from the catalog (E4), else the YAML's data_type. */
  type?: string;
  /** Best tier that proves that the column exists; E1/E2 mean only "declared in YAML". */
  from: Tier;
  constraints: Constraint[];
  place?: Place;
}

export interface Constraint {
  type: 'primary_key' | 'unique' | 'not_null' | 'foreign_key' | 'check' | 'custom';
  columns: string[];
  expression?: string;
  to?: string;
  toColumns?: string[];
}

/** A data test attached to one relation (generic or singular). */
export interface DataTest {
  uniqueId?: string;
  /** `unique`, `not_null`, `dbt_utils.unique_combination_of_columns`, or a singular test's name. */
  test: string;
  singular: boolean;
  column?: string;
  /** Written under a column, not under the relation. */
  onColumn?: boolean;
  /** Arguments without model, column_name, and config keys. */
  arguments: Record<string, Json>;
  severity: 'error' | 'warn';
  where?: string;
  /** How many failures make it fail, where that is not any: `>100`. */
  errorIf?: string;
  enabled: boolean;
  /** Of severity, where and enabled, those that Jinja in the YAML decides; what stands above for them is dbt's default. */
  hidden?: ('severity' | 'where' | 'error_if' | 'enabled')[];
  /** `config.meta.spec` ids, such as `customer_value#CW-1`. */
  specIds: string[];
  place?: Place;
  /** Package whose file declares it, and that file below the package's folder; where a manifest says so. */
  origin?: { package: string; file?: string };
  /** Why it may be there no longer: only an older manifest has it. */
  stale?: string;
  from: Tier;
}

export interface UnitTest {
  uniqueId?: string;
  name: string;
  model: string;
  description?: string;
  specIds: string[];
  place?: Place;
  from: Tier;
}

/** A model, seed, snapshot or source of the project or of one of its packages. */
export interface RelationNode {
  uniqueId: string;
  kind: 'model' | 'seed' | 'snapshot' | 'source';
  package: string;
  name: string;
  /** Source nodes: the source's name; `name` is the table. */
  sourceName?: string;
  /** Package, folders, name and version, as dbt's selectors know the node. */
  fqn: string[];
  version?: string;
  latestVersion?: string;
  language: 'sql' | 'python' | 'csv' | 'none';
  /** Path of the .sql/.py/.csv, or of the YAML for sources; relative to the project's root. Absent for files of packages that are not in the project. */
  file?: string;
  /** Where YAML describes it. */
  place?: Place;
  description?: string;
  columns: Column[];
  /** True when `columns` is the whole relation (catalog, or an enforced contract). */
  columnsComplete: boolean;
  tests: DataTest[];
  unitTests: UnitTest[];
  constraints: Constraint[];
  config: Record<string, Json>;
  contractEnforced: boolean;
  tags: string[];
  meta: Record<string, Json>;
  access?: string;
  enabled: boolean;
  /** Disabled by the default of a `var()` alone, which `--vars` or a project may override. */
  mayBeEnabled?: boolean;
  /** Unique ids this node depends on, where a manifest that is current for it says so. */
  dependsOn?: string[];
  /** Rendered relation name, as compiled SQL writes it. */
  relationName?: string;
  /** The `ref()` or `source()` that a snapshot in YAML reads. */
  reads?: string;
  /** Column of the primary entity that a semantic model gives this model. */
  primaryEntity?: string;
  rawCode?: string;
  /** `of` is the raw code that dbt compiled it from; `stale` why it is not fresh. */
  compiled?: { code: string; of?: string; fresh: boolean; stale?: string };
  /** sha256 of the manifest's file, when it has one. */
  checksum?: string;
  /** Why the manifest may know it otherwise than it is now; absent where nothing speaks for that. */
  stale?: string;
  /** Best tier this node is known from. */
  from: Tier;
}

export interface Exposure {
  uniqueId: string;
  name: string;
  description?: string;
  dependsOn: string[];
  place?: Place;
}

/** Something that was not read or not checked, in one sentence, with the file and what to do next. */
export interface Notice {
  code: string;
  severity: 'error' | 'warning' | 'information';
  message: string;
  file?: string;
  range?: Range;
}

/** Nodes by their name, and by the file that is a node's own; in the order of the project. */
export interface NodeNames {
  /** The nodes they are the names of. */
  of: ReadonlyMap<string, RelationNode>;
  has(name: string): boolean;
  named(name: string): readonly RelationNode[];
  ofFile(file: string): RelationNode | undefined;
}

/** What a run of dbt found of one node or test on the data. */
export interface RunResult {
  status: 'passed' | 'failed' | 'warned' | 'error' | 'skipped' | 'built';
  /** When it was found, as dbt wrote it. */
  at?: string;
  /** Tests: how many failures were counted. */
  failures?: number;
  /** What dbt said of it, where it did not pass or was not built. */
  message?: string;
  /** Models, seeds and snapshots: rows that were written, where the database tells. */
  rows?: number;
}

/** What one run of dbt found: the last one that wrote the file. */
export interface RunResults {
  file: string;
  generatedAt?: string;
  /** Id of the run, which the manifest of the same run has, too. */
  invocation?: string;
  /** By dbt's unique_id; undefined where the run did not look at the data of it. */
  of(id: string): RunResult | undefined;
}

/** As much of a node as lists of nodes show. */
export type NodeOutline = Pick<RelationNode, 'uniqueId' | 'kind' | 'package' | 'name' | 'sourceName' | 'file' | 'version' | 'latestVersion' | 'enabled'>;

/** Everything known of one dbt project. Maps are keyed by dbt's unique_id. Some of it is found out when it is first asked for. */
export interface ProjectIndex {
  name: string;
  adapter: string;
  dialect: Dialect;
  dbtVersion?: string;
  modelPaths: string[];
  snapshotPaths: string[];
  seedPaths: string[];
  testPaths: string[];
  macroPaths: string[];
  targetPath: string;
  nodes: ReadonlyMap<string, RelationNode>;
  /** The same nodes by name and file; looked up among all nodes where absent. */
  names?: NodeNames;
  macros: MacroIndex;
  /** Values that dbt_project.yml files give the vars of each package. */
  varsOf: ReadonlyMap<string, Record<string, Json>>;
  dispatch: Record<string, string[]>;
  exposures: ReadonlyMap<string, Exposure>;
  /** Nodes of which a test points at a line of a spec; to be found among all where it is absent. */
  pointing?(): readonly RelationNode[];
  /** Every node in outline, without making the nodes; to be taken of these where it is absent. */
  outline?(): readonly NodeOutline[];
  /** What tests of the project are called, each once; to be taken of the nodes where it is absent. */
  testNames?(): readonly string[];
  /** SQL files of the project's own models and snapshots that have a word in their text; to be found among the nodes where it is absent. */
  sqlWith?(word: string): readonly string[];
  /** Singular tests and generic tests whose node is not known. */
  orphanTests: readonly DataTest[];
  artifacts: {
    manifest?: { file: string; schemaVersion: string; generatedAt?: string; invocation?: string };
    catalog?: { file: string; generatedAt?: string };
  };
  readonly notices: Notice[];
  /** What the last run of dbt found, read when it is first asked for; nothing where there is no run_results.json that could be read. */
  runs?(): Promise<{ runs?: RunResults; notices: Notice[] }>;
}

/** As much of a project as it takes to look names up in it. */
export type NamedNodes = Pick<ProjectIndex, 'name' | 'nodes' | 'names'>;

/** Outcome of looking a name up. `candidates` are unique ids, best first. */
export type Lookup =
  | { kind: 'one'; node: RelationNode }
  | { kind: 'none'; candidates: string[] }
  | { kind: 'ambiguous'; candidates: string[] };
