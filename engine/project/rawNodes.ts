import type { Workspace } from '../workspace';
import { callOf, dataOf, jinjaBlocks, pythonFacts } from '../sql/raw';
import type { ConfigTrees, DbtProject } from './dbtProject';
import { described, type DocBlocks } from './docs';
import { fileChecksum } from './hash';
import { enabledOf, folderConfig, listOf, mergedConfig, varIn, type Config } from './nodeConfig';
import type { Properties } from './properties';
import { csvHeader } from './seeds';
import type { Column, DataTest, RelationNode } from './types';
import { asRecord, optional } from './values';
import { highestVersion, type VersionProperties } from './versions';

/** What a package's nodes are made in: its own project file, the root project's, its doc blocks, and how texts are hashed. */
export interface PackageContext {
  project: DbtProject;
  /** The root project's file, which has the last word on packages; undefined for the root project itself. */
  rootProject: DbtProject | undefined;
  docs: DocBlocks;
  sha256: Workspace['sha256'];
}

/** One model, seed or snapshot block with its file's text, which is undefined where it could not be read. */
export interface NodeSource {
  kind: 'model' | 'seed' | 'snapshot';
  name: string;
  file: string;
  language: RelationNode['language'];
  text: string | undefined;
  /** The file starts with a byte order mark. */
  mark: boolean;
  /** Text of the node itself, as long as the file: other blocks of the file are blank. */
  code: string | undefined;
  folders: string[];
}

/** Where folders and YAML have what is said of a kind of node. */
export const TREES = { model: 'models', seed: 'seeds', snapshot: 'snapshots' } as const;

/** The node of a source file with what YAML and folders say of it. */
export function nodeOf(source: NodeSource, own: Described | undefined, context: PackageContext): RelationNode {
  const version = own?.version;
  const name = own?.properties.name ?? source.name;
  const rest = [...source.folders, name, ...(version ? [`v${version.version}`] : [])];
  const { packageName, config } = configured(source.kind, rest, own, inFileConfig(source), context, source.language);
  const columns = version?.columns ?? own?.properties.columns ?? [];
  const header = source.kind === 'seed' && source.text !== undefined ? csvHeader(source.text, config['delimiter']) : undefined;
  const contract = asRecord(config['contract'])['enforced'] === true;
  const { enabled, mayBeEnabled } = enabledBy(config, context);
  const found: RelationNode = {
    uniqueId: sourceId(source, own, packageName),
    kind: source.kind,
    package: packageName,
    name,
    fqn: [packageName, ...rest],
    language: source.language,
    file: source.file,
    columns: header ? seedColumns(header, columns, config) : columns,
    columnsComplete: header !== undefined || (contract && columns.length > 0),
    tests: testsOf(own),
    unitTests: [],
    constraints: constraintsOf(own, columns),
    config,
    contractEnforced: contract,
    tags: listOf(config['tags']),
    meta: asRecord(config['meta']),
    enabled,
    rawCode: source.kind === 'seed' ? undefined : source.code,
    from: 'E1',
  };
  if (mayBeEnabled) found.mayBeEnabled = true;
  if (version) found.version = version.version;
  if (own?.latest !== undefined) found.latestVersion = own.latest;
  setAbout(found, own, context);
  const access = version?.access ?? own?.properties.access;
  if (access !== undefined) found.access = access;
  if (source.text !== undefined) found.checksum = fileChecksum(source.mark ? `\uFEFF${source.text}` : source.text, context.sha256);
  return found;
}

/** dbt's unique_id of what a source file makes. */
export function sourceId(source: Pick<NodeSource, 'kind' | 'name'>, own: Described | undefined, packageName: string): string {
  return `${source.kind}.${packageName}.${own?.properties.name ?? source.name}${own?.version ? `.v${own.version.version}` : ''}`;
}

/** A source table. */
export function sourceNode(p: Properties, folders: readonly string[], context: PackageContext): RelationNode {
  const fqn = [...folders, p.sourceName ?? '', p.name];
  const { packageName, config } = configured('source', fqn, { properties: p }, {}, context);
  const { enabled, mayBeEnabled } = enabledBy(config, context);
  const found: RelationNode = {
    uniqueId: yamlId(p, packageName),
    kind: 'source',
    package: packageName,
    name: p.name,
    fqn: [packageName, ...fqn],
    sourceName: p.sourceName ?? '',
    language: 'none',
    file: p.place.file,
    columns: p.columns,
    columnsComplete: false,
    tests: p.tests,
    unitTests: [],
    constraints: p.constraints,
    config,
    contractEnforced: false,
    tags: listOf(config['tags']),
    meta: asRecord(config['meta']),
    enabled,
    from: 'E1',
  };
  if (mayBeEnabled) found.mayBeEnabled = true;
  setAbout(found, { properties: p }, context);
  return found;
}

/** A snapshot that YAML defines: it reads one relation as it is. */
export function yamlSnapshot(p: Properties, folders: readonly string[], context: PackageContext): RelationNode {
  const { packageName, config } = configured('snapshot', [...folders, p.name], { properties: p }, {}, context);
  const { enabled, mayBeEnabled } = enabledBy(config, context);
  return {
    ...sourceNode(p, folders, context),
    config,
    tags: listOf(config['tags']),
    meta: asRecord(config['meta']),
    enabled,
    ...(mayBeEnabled ? { mayBeEnabled } : {}),
    uniqueId: yamlId(p, packageName),
    kind: 'snapshot',
    fqn: [packageName, ...folders, p.name],
    sourceName: undefined,
    reads: p.relation ?? '',
  };
}

/** dbt's unique_id of a source table or of a snapshot that YAML defines. */
export function yamlId(p: Pick<Properties, 'kind' | 'name' | 'sourceName'>, packageName: string): string {
  return p.kind === 'sources' ? `source.${packageName}.${p.sourceName ?? ''}.${p.name}` : `snapshot.${packageName}.${p.name}`;
}

/** Properties of one node, and which of its versions it is. */
export interface Described {
  properties: Properties;
  version?: VersionProperties;
  latest?: string;
}

/** Properties by `models/<file name>`: a version's file is `defined_in`, else `name_vN`, and the latest may be `name`. */
export function describedBy(properties: readonly Properties[], names: ReadonlySet<string>): Map<string, Described> {
  const out = new Map<string, Described>();
  for (const p of properties) {
    if (p.versions.length === 0) out.set(`${p.kind}/${p.name}`, { properties: p });
    const latest = p.latestVersion ?? highestVersion(p.versions.map(({ version }) => version));
    for (const version of p.versions) {
      const file = version.definedIn ?? `${p.name}_v${version.version}`;
      const found = !names.has(file) && version.version === latest ? p.name : file;
      out.set(`${p.kind}/${found}`, { properties: p, version, ...optional('latest', latest) });
    }
  }
  return out;
}

function configured(kind: NodeSource['kind'] | 'source', rest: readonly string[], own: Described | undefined, inFile: Config, { project, rootProject }: PackageContext, language: NodeSource['language'] = 'sql'): { packageName: string; config: Config } {
  const packageName = project.name;
  const fqn = [packageName, ...rest];
  const tree = (trees: ConfigTrees): Config => folderConfig(kind === 'source' ? trees.sources : trees[TREES[kind]], fqn);
  const config = mergedConfig([
    kind === 'source' ? {} : { materialized: kind !== 'model' ? kind : language === 'python' ? 'table' : 'view' },
    tree(project.configs),
    own?.properties.config,
    own?.version?.config,
    inFile,
    rootProject && tree(rootProject.configs),
  ]);
  return { packageName, config };
}

function enabledBy(config: Config, { project, rootProject }: PackageContext): { enabled: boolean; mayBeEnabled: boolean } {
  const { enabled, sure } = enabledOf(config['enabled'], varIn(project.name, rootProject?.vars ?? project.vars, project.vars));
  return { enabled, mayBeEnabled: !enabled && !sure };
}

/** Sets where YAML describes a node, and how. */
function setAbout(found: RelationNode, own: Described | undefined, context: PackageContext): void {
  const description = described(own?.version?.description ?? own?.properties.description, context.docs);
  if (own) found.place = own.properties.place;
  if (description !== undefined) found.description = description;
}

function testsOf(own: Described | undefined): DataTest[] {
  const { version, properties } = own ?? {};
  if (!version) return properties?.tests ?? [];
  return [...(version.tests ?? properties?.tests.filter((test) => !test.onColumn) ?? []), ...version.columnTests];
}

function constraintsOf(own: Described | undefined, columns: readonly Column[]): RelationNode['constraints'] {
  if (!own?.version) return own?.properties.constraints ?? [];
  const ofModel = own.version.constraints ?? own.properties.constraints.filter((constraint) => !own.properties.columns.some((column) => column.constraints.includes(constraint)));
  return [...ofModel, ...columns.flatMap((column) => column.constraints)];
}

function seedColumns(header: readonly string[], columns: readonly Column[], config: Config): Column[] {
  const types = asRecord(config['column_types']);
  return header.map((name): Column => {
    const known = columns.find((column) => column.name === name) ?? { name, quoted: false, from: 'E1' as const, constraints: [] };
    const type = types[name];
    return known.type === undefined && typeof type === 'string' ? { ...known, type } : known;
  });
}

/** What `config()` in the file says; a value that Jinja computes is kept as Jinja, so that nothing takes another level's for it. */
function inFileConfig({ code, language }: NodeSource): Config {
  if (language === 'csv') return {};
  if (language === 'python') return Object.fromEntries(pythonFacts(code ?? '').config.values.map(({ key, value }) => [key, value.kind === 'literal' ? value.value : `{{ ${value.text} }}`]));
  return configIn(jinjaBlocks(code ?? '').filter((block) => block.kind === 'expression').map((block) => block.body));
}

/** The keyword arguments of the `config()` calls among some Jinja bodies. */
export function configIn(bodies: readonly string[]): Config {
  const out: Config = Object.create(null) as Config;
  for (const call of bodies.map(callOf)) {
    if (call?.name !== 'config') continue;
    for (const [key, source] of Object.entries(call.kwargs)) {
      const data = dataOf(source);
      out[key] = data ? data.value : `{{ ${source} }}`;
    }
  }
  return out;
}
