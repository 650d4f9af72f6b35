import type { MacroSource } from '../jinja/context';
import type { ReadResult } from '../workspace';
import { jsonMembers } from './jsonMembers';
import { testConfig } from './propertyParts';
import { argumentsOf } from './testArguments';
import type { Column, Constraint, DataTest, Exposure, Json, Notice, RelationNode, UnitTest } from './types';
import { asRecord, optional } from './values';

/** What Specline takes from a manifest.json. */
export interface Manifest {
  projectName: string;
  adapter: string;
  dbtVersion?: string;
  schemaVersion: string;
  generatedAt?: string;
  nodes: Map<string, RelationNode>;
  /** Macros of the root project by unique id: their source and file. */
  macros: Map<string, { sql: string; file: string }>;
  /** Every macro, those of dbt included. */
  macroSources: MacroSource[];
  /** Ids of the macros that each node calls. */
  macrosOf: Map<string, string[]>;
  exposures: Exposure[];
  orphanTests: DataTest[];
}

const KINDS = new Set(['model', 'seed', 'snapshot']);
const OLDEST = 4;
const NEWEST_KNOWN = 20;

/** Reads a manifest.json of dbt (v4 to v12, and v20). Gives notices instead of a manifest where it cannot be used. */
export function readManifest(file: string, read: ReadResult): { manifest?: Manifest; notices: Notice[] } {
  const sections = read.kind === 'text' ? sectionsOf(read.text) : undefined;
  if (sections) {
    try {
      return manifestFrom(file, sections);
    } catch (error) {
      // The whole text is parsed below, and says what is wrong with it.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const json = parseArtifact(file, read, 'dbt parse');
  if (!json.value) return { notices: json.notices };
  const { value } = json;
  return manifestFrom(file, { value: (name) => value[name], entries: (name) => Object.entries(asRecord(value[name])) });
}

/** The parts of a manifest; entries are parsed one after the other where the text is at hand. */
interface Sections {
  value(name: string): Json | undefined;
  entries(name: string): Iterable<readonly [string, Json]>;
}

/** Parts of a manifest's text, of which most are never parsed: those that nobody reads. Undefined where it is no JSON object. */
function sectionsOf(text: string): Sections | undefined {
  const members = jsonMembers(text);
  if (!members || text.slice(members.at(-1)?.end ?? text.length).trim() !== '}') return undefined;
  const valueAt = (start: number, end: number): Json => JSON.parse(text.slice(start, end)) as Json;
  // The last of members of one name counts, as with JSON.parse.
  const sections = new Map(members.map((member) => [member.key, member]));
  return {
    value: (name) => {
      const found = sections.get(name);
      return found && valueAt(found.start, found.end);
    },
    *entries(name) {
      const found = sections.get(name);
      if (!found || text[found.start] !== '{') return;
      const inside = jsonMembers(text, found.start);
      if (!inside) throw new SyntaxError(`"${name}" is no object`);
      const last = new Map(inside.map((member) => [member.key, member]));
      for (const { key, start, end } of last.values()) yield [key, valueAt(start, end)] as const;
    },
  };
}

function manifestFrom(file: string, sections: Sections): { manifest?: Manifest; notices: Notice[] } {
  const metadata = asRecord(sections.value('metadata'));
  const version = /\/manifest\/v(\d+)\.json$/.exec(String(metadata['dbt_schema_version'] ?? ''))?.[1];
  if (version === undefined) return { notices: [notice(file, 'EVID012', 'is not a dbt manifest (it names no schema version); run `dbt parse` to write it anew')] };
  if (Number(version) < OLDEST) return { notices: [notice(file, 'EVID013', `has schema v${version}, which is older than the v${OLDEST} Specline reads; run a newer dbt`)] };
  const newer = Number(version) > 12 && Number(version) !== NEWEST_KNOWN;
  const notices = newer ? [notice(file, 'EVID013', `has schema v${version}, which Specline does not know; it is read as far as it is understood`)] : [];
  return { manifest: manifestOf(sections, metadata, version), notices };
}

/** Parses an artifact; a missing one is silent, anything else broken is one notice. */
export function parseArtifact(file: string, read: ReadResult, command: string): { value?: Record<string, Json>; notices: Notice[] } {
  if (read.kind === 'missing') return { notices: [] };
  if (read.kind === 'too-large') return { notices: [notice(file, 'EVID014', `is larger than ${read.limit} bytes and was not read`)] };
  if (read.kind === 'failed') return { notices: [notice(file, 'EVID014', `could not be read (${read.why})`)] };
  try {
    const value: unknown = JSON.parse(read.text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { value: value as Record<string, Json>, notices: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { notices: [notice(file, 'EVID012', `is not complete JSON (${why}); run \`${command}\` to write it anew`)] };
  }
  return { notices: [notice(file, 'EVID012', `is not a dbt artifact; run \`${command}\` to write it anew`)] };
}

function notice(file: string, code: string, what: string): Notice {
  return { code, severity: 'warning', file, message: `${file} ${what}; the raw files are used instead.` };
}

function manifestOf(sections: Sections, metadata: Record<string, Json>, schemaVersion: string): Manifest {
  const nodes = new Map<string, RelationNode>();
  const macrosOf = new Map<string, string[]>();
  const tests: FoundTest[] = [];
  for (const [id, value] of sections.entries('nodes')) {
    const node = asRecord(value);
    if (node['resource_type'] === 'test') tests.push({ test: testOf(id, node), ...targetOf(node) });
    if (!KINDS.has(String(node['resource_type']))) continue;
    nodes.set(id, nodeOf(id, node));
    macrosOf.set(id, strings(asRecord(node['depends_on'])['macros']));
  }
  for (const [id, value] of sections.entries('sources')) nodes.set(id, sourceOf(id, asRecord(value)));
  for (const [, value] of sections.entries('disabled')) {
    for (const disabled of Array.isArray(value) ? value.map(asRecord) : []) {
      const id = String(disabled['unique_id'] ?? '');
      if (KINDS.has(String(disabled['resource_type'])) && !nodes.has(id)) nodes.set(id, { ...nodeOf(id, disabled), enabled: false });
    }
  }
  const orphanTests = attachTests(nodes, tests);
  for (const [, value] of sections.entries('unit_tests')) {
    const test = unitTestOf(asRecord(value));
    // The nodes a unit test depends on are the model it is on, in the version it is on.
    for (const id of strings(asRecord(asRecord(value)['depends_on'])['nodes'])) {
      const node = nodes.get(id);
      if (node?.kind === 'model' && node.name === test.model) node.unitTests.push(test);
    }
  }
  const macros = [...sections.entries('macros')].map(([id, value]): [string, Record<string, Json>] => [id, asRecord(value)]);
  addPrimaryEntities(nodes, sections.entries('semantic_models'));
  return {
    projectName: String(metadata['project_name'] ?? ''),
    adapter: String(metadata['adapter_type'] ?? 'generic'),
    ...optional('dbtVersion', textOf(metadata['dbt_version'])),
    schemaVersion: `v${schemaVersion}`,
    ...optional('generatedAt', textOf(metadata['generated_at'])),
    nodes,
    macros: macrosOfRoot(macros, String(metadata['project_name'] ?? '')),
    macroSources: macros.map(([, macro]) => ({ package: String(macro['package_name'] ?? ''), name: String(macro['name'] ?? ''), text: textOf(macro['macro_sql']) ?? '' })),
    macrosOf,
    exposures: [...sections.entries('exposures')].map(([id, value]) => exposureOf(id, asRecord(value))),
    orphanTests,
  };
}

function nodeOf(id: string, node: Record<string, Json>): RelationNode {
  const kind = String(node['resource_type']) as 'model' | 'seed' | 'snapshot';
  const config = asRecord(node['config']);
  const checksum = asRecord(node['checksum']);
  const compiled = textOf(node['compiled_code']) ?? textOf(node['compiled_sql']);
  const rawCode = textOf(node['raw_code']) ?? textOf(node['raw_sql']);
  const columns = columnsOf(node);
  const contract = asRecord(config['contract'])['enforced'] === true;
  return {
    uniqueId: id,
    kind,
    package: String(node['package_name'] ?? ''),
    name: String(node['name'] ?? ''),
    fqn: strings(node['fqn']),
    ...optional('version', node['version'] == null ? undefined : String(node['version'])),
    ...optional('latestVersion', node['latest_version'] == null ? undefined : String(node['latest_version'])),
    language: kind === 'seed' ? 'csv' : node['language'] === 'python' ? 'python' : 'sql',
    ...optional('file', textOf(node['original_file_path'])?.replace(/\\/g, '/')),
    ...optional('description', nonEmpty(node['description'])),
    columns,
    columnsComplete: contract && columns.length > 0,
    tests: [],
    unitTests: [],
    constraints: [...constraintsOf(node['constraints']), ...columns.flatMap((column) => column.constraints)],
    config,
    contractEnforced: contract,
    tags: strings(node['tags']),
    meta: { ...asRecord(config['meta']), ...asRecord(node['meta']) },
    ...optional('access', textOf(node['access'])),
    enabled: config['enabled'] !== false,
    dependsOn: strings(asRecord(node['depends_on'])['nodes']),
    ...optional('relationName', textOf(node['relation_name'])),
    ...optional('rawCode', rawCode),
    ...(compiled === undefined ? {} : { compiled: { code: compiled, ...optional('of', rawCode), fresh: false } }),
    ...optional('checksum', checksum['name'] === 'sha256' ? textOf(checksum['checksum']) : undefined),
    from: 'E2',
  };
}

function sourceOf(id: string, node: Record<string, Json>): RelationNode {
  return {
    uniqueId: id,
    kind: 'source',
    package: String(node['package_name'] ?? ''),
    name: String(node['name'] ?? ''),
    fqn: strings(node['fqn']),
    sourceName: String(node['source_name'] ?? ''),
    language: 'none',
    ...optional('file', textOf(node['original_file_path'])?.replace(/\\/g, '/')),
    ...optional('description', nonEmpty(node['description'])),
    columns: columnsOf(node),
    columnsComplete: false,
    tests: [],
    unitTests: [],
    constraints: [],
    config: asRecord(node['config']),
    contractEnforced: false,
    tags: strings(node['tags']),
    meta: asRecord(node['meta']),
    enabled: asRecord(node['config'])['enabled'] !== false,
    ...optional('relationName', textOf(node['relation_name'])),
    from: 'E2',
  };
}

function columnsOf(node: Record<string, Json>): Column[] {
  return Object.entries(asRecord(node['columns'])).map(([key, value]) => {
    const column = asRecord(value);
    const name = textOf(column['name']) ?? key;
    return {
      name,
      quoted: column['quote'] === true,
      ...optional('description', nonEmpty(column['description'])),
      ...optional('type', nonEmpty(column['data_type'])),
      from: 'E2',
      constraints: constraintsOf(column['constraints']).map((constraint) => ({ ...constraint, columns: [name] })),
    };
  });
}

function constraintsOf(value: Json | undefined): Constraint[] {
  return (Array.isArray(value) ? value.map(asRecord) : []).flatMap((constraint): Constraint[] => {
    const type = String(constraint['type'] ?? '');
    if (!['primary_key', 'unique', 'not_null', 'foreign_key', 'check', 'custom'].includes(type)) return [];
    return [{ type: type as Constraint['type'], columns: strings(constraint['columns']), ...optional('expression', nonEmpty(constraint['expression'])), ...optional('to', nonEmpty(constraint['to'])), toColumns: strings(constraint['to_columns']) }];
  });
}

/** A test with what says which relation it is on. */
interface FoundTest {
  test: DataTest;
  attached: string | undefined;
  parents: string[];
  /** The test's `model` argument. */
  model: string | undefined;
}

function targetOf(node: Record<string, Json>): Omit<FoundTest, 'test'> {
  return { attached: textOf(node['attached_node']), parents: strings(asRecord(node['depends_on'])['nodes']), model: textOf(asRecord(asRecord(node['test_metadata'])['kwargs'])['model']) };
}

function attachTests(nodes: Map<string, RelationNode>, all: readonly FoundTest[]): DataTest[] {
  const orphans: DataTest[] = [];
  for (const found of all) {
    const targets = targetsOf(found, nodes);
    if (targets.length === 0) orphans.push(found.test);
    for (const target of targets) nodes.get(target)?.tests.push(found.test);
  }
  return orphans;
}

function testOf(id: string, node: Record<string, Json>): DataTest {
  const metadata = asRecord(node['test_metadata']);
  const config = asRecord(node['config']);
  const singular = textOf(metadata['name']) === undefined;
  const kwargs = Object.fromEntries(Object.entries(asRecord(metadata['kwargs'])).filter(([key]) => key !== 'model' && key !== 'column_name'));
  const namespace = textOf(metadata['namespace']);
  // dbt writes the name of a column with `quote: true` in the adapter's quotes.
  const column = (nonEmpty(node['column_name']) ?? nonEmpty(asRecord(metadata['kwargs'])['column_name']))?.replace(/^(["`])(.*)\1$/, '$2');
  return {
    uniqueId: id,
    test: singular ? String(node['name'] ?? '') : `${namespace ? `${namespace}.` : ''}${String(metadata['name'])}`,
    singular,
    ...optional('column', singular ? undefined : column),
    arguments: singular ? {} : argumentsOf(kwargs).arguments,
    ...testConfig(config),
    ...optional('origin', originOf(node)),
    from: 'E2',
  };
}

function originOf(node: Record<string, Json>): DataTest['origin'] {
  const [owner, file] = [nonEmpty(node['package_name']), nonEmpty(node['original_file_path'])];
  return owner === undefined ? undefined : { package: owner, ...optional('file', file?.replace(/\\/g, '/')) };
}

/** The relation a test is on: `attached_node`; before it existed, the ref or source in the test's `model` argument. */
function targetsOf({ attached, parents: all, model }: FoundTest, nodes: ReadonlyMap<string, RelationNode>): string[] {
  if (attached !== undefined) return nodes.has(attached) ? [attached] : [];
  const parents = all.filter((id) => nodes.has(id));
  if (model === undefined) return parents;
  const named = [...model.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1]).pop();
  const found = parents.filter((id) => nodes.get(id)?.name === named);
  return found.length > 0 ? found.slice(0, 1) : parents.slice(0, 1);
}

function unitTestOf(test: Record<string, Json>): UnitTest {
  const config = asRecord(test['config']);
  return { name: String(test['name'] ?? ''), model: String(test['model'] ?? ''), ...optional('description', nonEmpty(test['description'])), specIds: testConfig(config).specIds, from: 'E2' };
}

function exposureOf(id: string, exposure: Record<string, Json>): Exposure {
  return { uniqueId: id, name: String(exposure['name'] ?? ''), ...optional('description', nonEmpty(exposure['description'])), dependsOn: strings(asRecord(exposure['depends_on'])['nodes']) };
}

/** A primary entity of a semantic model on one column is a declared key of its model. */
function addPrimaryEntities(nodes: Map<string, RelationNode>, models: Iterable<readonly [string, Json]>): void {
  for (const [, value] of models) {
    const model = asRecord(value);
    const node = strings(asRecord(model['depends_on'])['nodes']).map((id) => nodes.get(id)).find((found) => found?.kind === 'model');
    const entities = Array.isArray(model['entities']) ? model['entities'].map(asRecord) : [];
    const primary = entities.find((entity) => entity['type'] === 'primary');
    const column = textOf(primary?.['expr']) ?? textOf(primary?.['name']);
    if (node && column !== undefined && /^\w+$/.test(column)) node.primaryEntity = column;
  }
}

function macrosOfRoot(macros: readonly [string, Record<string, Json>][], project: string): Manifest['macros'] {
  return new Map(
    macros.flatMap(([id, macro]) => {
      if (macro['package_name'] !== project) return [];
      return [[id, { sql: String(macro['macro_sql'] ?? ''), file: String(macro['original_file_path'] ?? '').replace(/\\/g, '/') }] as const];
    }),
  );
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function nonEmpty(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
