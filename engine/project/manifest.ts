import type { MacroSource } from '../jinja/context';
import type { BytesResult, ReadResult } from '../workspace';
import { artifactNotice, artifactOf, type Artifact } from './artifact';
import { LazyMap } from './lazyMap';
import { exposureOf, nodeOf, primaryEntityOf, sourceOf, strings, targetsOf, testOf, textOf, unitTestOf } from './manifestNodes';
import type { DataTest, Exposure, Json, Notice, RelationNode, UnitTest } from './types';
import { asRecord, optional, wordOf } from './values';

/** What Specline takes from a manifest.json. */
export interface Manifest {
  projectName: string;
  adapter: string;
  dbtVersion?: string;
  schemaVersion: string;
  generatedAt?: string;
  /** Id of the run of dbt that wrote it. */
  invocation?: string;
  /** Each is read when it is first asked for. */
  nodes: LazyMap<string, RelationNode>;
  /** Macros of the root project by unique id: their source and file. */
  macros: Map<string, { sql: string; file: string }>;
  /** Every macro, those of dbt included. */
  macroSources: MacroSource[];
  /** Ids of the macros that a node calls. */
  macrosOf(id: string): readonly string[];
  exposures: Exposure[];
  orphanTests: DataTest[];
  /** Nodes with a test that points at a line of a spec. */
  pointing: ReadonlySet<string>;
  /** What generic tests are called, each once, without reading them. */
  testNames(): string[];
  /** Whether a node is enabled, without reading it. */
  isEnabled(id: string): boolean;
}

const KINDS = new Set(['model', 'seed', 'snapshot']);
const OLDEST = 4;
const NEWEST_KNOWN = 20;
/** Places of what is asked for all nodes. */
const [ATTACHED, SPEC, ENABLED, TEST, NAMESPACE] = [0, 1, 2, 3, 4];
const SECTIONS = ['nodes', 'sources', 'disabled', 'unit_tests', 'macros', 'semantic_models', 'exposures'];

/** Reads a manifest.json of dbt (v4 to v12, and v20). Gives notices instead of a manifest where it cannot be used. */
export function readManifest(file: string, read: ReadResult | BytesResult): { manifest?: Manifest; notices: Notice[] } {
  const { artifact, notices } = artifactOf(file, read, 'dbt parse', SECTIONS, [{ path: ['attached_node'] }, { path: ['config', 'meta', 'spec'] }, { path: ['config', 'enabled'], but: true }, { path: ['test_metadata', 'name'] }, { path: ['test_metadata', 'namespace'], but: null }]);
  return artifact ? manifestFrom(file, artifact) : { notices };
}

function manifestFrom(file: string, artifact: Artifact): { manifest?: Manifest; notices: Notice[] } {
  const metadata = asRecord(artifact.value('metadata'));
  const version = /\/manifest\/v(\d+)\.json$/.exec(wordOf(metadata['dbt_schema_version']))?.[1];
  if (version === undefined) return { notices: [artifactNotice(file, 'EVID012', 'is not a dbt manifest (it names no schema version); run `dbt parse` to write it anew')] };
  if (Number(version) < OLDEST) return { notices: [artifactNotice(file, 'EVID013', `has schema v${version}, which is older than the v${OLDEST} Specline reads; run a newer dbt`)] };
  const newer = Number(version) > 12 && Number(version) !== NEWEST_KNOWN;
  const notices = newer ? [artifactNotice(file, 'EVID013', `has schema v${version}, which Specline does not know; it is read as far as it is understood`)] : [];
  return { manifest: manifestOf(artifact, metadata, version), notices };
}

function manifestOf(artifact: Artifact, metadata: Record<string, Json>, schemaVersion: string): Manifest {
  const entriesOf = (name: string): [string, Json][] => artifact.keys(name).map((key) => [key, artifact.entry(name, key) ?? null]);
  const { relations, tests } = idsByKind(artifact);
  const disabled = disabledNodes(entriesOf('disabled'), new Set(relations));
  const sources = artifact.keys('sources');
  const all = new Set([...relations, ...sources, ...disabled.keys()]);
  const nameOf = (id: string): string | undefined => disabled.get(id)?.name ?? textOf(asRecord(artifact.entry('nodes', id) ?? artifact.entry('sources', id))['name']);
  const { testsOf, orphans, pointing } = attachedTests(artifact, tests, all, nameOf);
  const unitTests = unitTestsById(entriesOf('unit_tests'));
  const entities = primaryEntities(entriesOf('semantic_models'), all);
  const sourceIds = new Set(sources);
  const nodes = new LazyMap(all, (id): RelationNode => {
    if (sourceIds.has(id)) return sourceOf(id, asRecord(artifact.entry('sources', id)), testsOf(id));
    const known = disabled.get(id);
    // The entry before its tests, which often stand right behind it.
    const entry = known ? {} : asRecord(artifact.entry('nodes', id));
    const node = known ? { ...known, tests: testsOf(id) } : nodeOf(id, entry, testsOf(id));
    if (node.kind !== 'model') return node;
    const units = unitTests.get(id)?.filter(({ model }) => model === node.name);
    if (units) node.unitTests = units;
    const entity = entities.get(id);
    if (entity !== undefined) node.primaryEntity = entity;
    return node;
  }, false);
  const macros = entriesOf('macros').map(([id, value]): [string, Record<string, Json>] => [id, asRecord(value)]);
  return {
    projectName: wordOf(metadata['project_name']),
    adapter: wordOf(metadata['adapter_type']) || 'generic',
    ...optional('dbtVersion', textOf(metadata['dbt_version'])),
    schemaVersion: `v${schemaVersion}`,
    ...optional('generatedAt', textOf(metadata['generated_at'])),
    ...optional('invocation', textOf(metadata['invocation_id'])),
    nodes,
    macros: macrosOfRoot(macros, wordOf(metadata['project_name'])),
    macroSources: macros.map(([, macro]) => ({ package: wordOf(macro['package_name']), name: wordOf(macro['name']), text: textOf(macro['macro_sql']) ?? '' })),
    macrosOf: (id) => strings(asRecord(asRecord(artifact.entry('nodes', id))['depends_on'])['macros']),
    exposures: entriesOf('exposures').map(([id, value]) => exposureOf(id, asRecord(value))),
    orphanTests: orphans,
    pointing: new Set([...pointing, ...[...unitTests].filter(([, units]) => units.some(({ specIds }) => specIds.length > 0)).map(([id]) => id)]),
    testNames: () => [...new Set(tests.flatMap((id) => testNameAt(artifact, id) ?? []))],
    isEnabled: (id) => !disabled.has(id) && artifact.picked(sourceIds.has(id) ? 'sources' : 'nodes', id, ENABLED) !== false,
  };
}

/** Ids of models, seeds and snapshots, and of tests; dbt's unique_id starts with what a node is. */
function idsByKind(artifact: Artifact): { relations: string[]; tests: string[] } {
  const known = new Set([...KINDS, 'test']);
  const kinds = artifact.keys('nodes').map((id): [string, string] => {
    const kind = id.slice(0, id.indexOf('.'));
    return [id, known.has(kind) ? kind : wordOf(asRecord(artifact.entry('nodes', id))['resource_type'])];
  });
  return { relations: kinds.filter(([, kind]) => KINDS.has(kind)).map(([id]) => id), tests: kinds.filter(([, kind]) => kind === 'test').map(([id]) => id) };
}

/** As `testOf` names it; undefined for a singular test. */
function testNameAt(artifact: Artifact, id: string): string | undefined {
  const [name, namespace] = [artifact.picked('nodes', id, TEST), artifact.picked('nodes', id, NAMESPACE)];
  if (typeof name !== 'string') return undefined;
  return typeof namespace === 'string' && namespace !== '' ? `${namespace}.${name}` : name;
}

function disabledNodes(entries: readonly [string, Json][], enabled: ReadonlySet<string>): Map<string, RelationNode> {
  const found = new Map<string, RelationNode>();
  for (const [, value] of entries) {
    for (const disabled of Array.isArray(value) ? value.map(asRecord) : []) {
      const id = wordOf(disabled['unique_id']);
      if (KINDS.has(wordOf(disabled['resource_type'])) && !enabled.has(id) && !found.has(id)) found.set(id, { ...nodeOf(id, disabled, []), enabled: false });
    }
  }
  return found;
}

/** Which tests are on which relation. A test that names its relation is read when that is asked for; others are read at once. */
function attachedTests(artifact: Artifact, ids: readonly string[], relations: ReadonlySet<string>, nameOf: (id: string) => string | undefined): { testsOf(id: string): DataTest[]; orphans: DataTest[]; pointing: Set<string> } {
  const idsOf = new Map<string, string[]>();
  const testAt = (id: string): DataTest => testOf(id, asRecord(artifact.entry('nodes', id)));
  const orphans: DataTest[] = [];
  const pointing = new Set<string>();
  for (const id of ids) {
    const attached = artifact.picked('nodes', id, ATTACHED);
    const targets = typeof attached === 'string' && relations.has(attached) ? [attached] : targetsOf(asRecord(artifact.entry('nodes', id)), relations, nameOf);
    if (targets.length === 0) orphans.push(testAt(id));
    const points = artifact.picked('nodes', id, SPEC) !== undefined;
    for (const target of targets) {
      if (points) pointing.add(target);
      const others = idsOf.get(target);
      if (others) others.push(id);
      else idsOf.set(target, [id]);
    }
  }
  return { testsOf: (id) => (idsOf.get(id) ?? []).map(testAt), orphans, pointing };
}

/** Unit tests by the nodes they depend on: the model they are on, in the version they are on. */
function unitTestsById(entries: readonly [string, Json][]): Map<string, UnitTest[]> {
  const found = new Map<string, UnitTest[]>();
  for (const [, value] of entries) {
    const test = unitTestOf(asRecord(value));
    for (const id of strings(asRecord(asRecord(value)['depends_on'])['nodes'])) found.set(id, [...(found.get(id) ?? []), test]);
  }
  return found;
}

/** A primary entity of a semantic model on one column is a declared key of its model. */
function primaryEntities(entries: readonly [string, Json][], relations: ReadonlySet<string>): Map<string, string> {
  return new Map(entries.flatMap(([, value]): [string, string][] => {
    const model = asRecord(value);
    const id = strings(asRecord(model['depends_on'])['nodes']).find((one) => one.startsWith('model.') && relations.has(one));
    const column = primaryEntityOf(model);
    return id !== undefined && column !== undefined ? [[id, column]] : [];
  }));
}

function macrosOfRoot(macros: readonly [string, Record<string, Json>][], project: string): Manifest['macros'] {
  return new Map(
    macros.flatMap(([id, macro]) => {
      if (macro['package_name'] !== project) return [];
      return [[id, { sql: wordOf(macro['macro_sql']), file: wordOf(macro['original_file_path']).replace(/\\/g, '/') }] as const];
    }),
  );
}
