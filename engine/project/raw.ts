import { pythonConfig } from './python';
import { callOf, configOf, jinjaBlocks, literalOf, referencesOf } from '../sql/raw';
import type { Workspace } from '../workspace';
import { folderConfig, type DbtProject } from './dbtProject';
import { filesBelow, stem, textOf } from './files';
import { fileChecksum } from './hash';
import { asRecord, optional, readProperties, testConfig, type Properties, type PropertiesFile } from './properties';
import type { DataTest, Exposure, Json, Notice, RelationNode, UnitTest } from './types';

/** What the raw files of one package say. */
export interface RawPackage {
  nodes: RelationNode[];
  unitTests: UnitTest[];
  exposures: Exposure[];
  singularTests: { test: DataTest; refs: ReturnType<typeof referencesOf> }[];
  notices: Notice[];
}

interface Source {
  kind: 'model' | 'seed' | 'snapshot';
  name: string;
  file: string;
  language: RelationNode['language'];
  text: string;
  folders: string[];
}

/** Reads the models, seeds, snapshots, sources and tests of one package; `root` is its folder, empty for the project. */
export async function readPackage(workspace: Workspace, project: DbtProject, root: string): Promise<RawPackage> {
  const at = (folder: string): string => (root === '' ? folder : `${root}/${folder}`);
  const [models, snapshots, seeds, tests] = await Promise.all(
    [project.modelPaths, project.snapshotPaths, project.seedPaths, project.testPaths].map(async (paths) => (await Promise.all(paths.map((path) => filesBelow(workspace, at(path))))).flat()),
  );
  const yaml = [...new Set([...(models ?? []), ...(snapshots ?? []), ...(seeds ?? []), ...(tests ?? [])])].filter((file) => /\.ya?ml$/.test(file) && !/\.spec\.ya?ml$/.test(file));
  const properties = await Promise.all(yaml.map(async (file): Promise<PropertiesFile> => readProperties(file, (await textOf(workspace, file)) ?? '')));
  const sources = [
    ...(await sourcesOf(workspace, models ?? [], 'model', project.modelPaths.map(at))),
    ...(await sourcesOf(workspace, snapshots ?? [], 'snapshot', project.snapshotPaths.map(at))),
    ...(await sourcesOf(workspace, seeds ?? [], 'seed', project.seedPaths.map(at))),
  ];
  const described = properties.flatMap((file) => file.nodes);
  const nodes = [
    ...sources.flatMap((source) => nodesOf(source, project, described)),
    ...described.filter((p) => p.kind === 'sources').map((p) => sourceNode(p, project)),
    ...described.filter((p) => p.kind === 'snapshots' && p.relation !== undefined).map((p) => yamlSnapshot(p, project)),
  ];
  return {
    nodes,
    unitTests: properties.flatMap((file) => file.unitTests),
    exposures: properties.flatMap((file) => file.exposures),
    singularTests: await singularTests(workspace, tests ?? []),
    notices: properties.flatMap((file) => file.notices),
  };
}

async function sourcesOf(workspace: Workspace, files: readonly string[], kind: Source['kind'], roots: readonly string[]): Promise<Source[]> {
  const wanted = kind === 'seed' ? /\.csv$/ : kind === 'snapshot' ? /\.sql$/ : /\.(sql|py)$/;
  const found = await Promise.all(
    files.filter((file) => wanted.test(file)).map(async (file): Promise<Source[]> => {
      const text = (await textOf(workspace, file)) ?? '';
      const root = roots.find((path) => file.startsWith(`${path}/`)) ?? '';
      const folders = file.slice(root.length + 1).split('/').slice(0, -1);
      const language = kind === 'seed' ? 'csv' : file.endsWith('.py') ? 'python' : 'sql';
      const names = kind === 'snapshot' ? [...text.matchAll(/\{%-?\s*snapshot\s+(\w+)/g)].map((match) => match[1] ?? '') : [stem(file)];
      return names.map((name) => ({ kind, name, file, language, text, folders }));
    }),
  );
  return found.flat();
}

function nodesOf(source: Source, project: DbtProject, described: readonly Properties[]): RelationNode[] {
  const kinds = { model: 'models', seed: 'seeds', snapshot: 'snapshots' } as const;
  const key = kinds[source.kind];
  const own = described.find((p) => p.kind === key && (p.name === source.name || p.versions.some((v) => v.definedIn === source.name || source.name === `${p.name}_v${v.version}`)));
  const version = own?.versions.find((v) => v.definedIn === source.name || source.name === `${own.name}_v${v.version}` || (source.name === own.name && own.versions.length === 1));
  const name = version && own ? own.name : source.name;
  const config: Record<string, Json> = {
    // dbt builds a Python model as a table where nothing else is said.
    materialized: source.language === 'python' ? 'table' : source.kind === 'model' ? 'view' : source.kind,
    ...folderConfig(project.configs[key], [project.name, ...source.folders, source.name]),
    ...own?.config,
    ...(source.language === 'csv' ? {} : source.language === 'python' ? pythonConfig(source.text) : literalConfig(source.text)),
  };
  const header = source.kind === 'seed' ? (source.text.split(/\r?\n/, 1)[0] ?? '').split(',').map((cell) => cell.trim().replace(/^"|"$/g, '')).filter((cell) => cell !== '') : [];
  const columns = own?.columns ?? [];
  return [
    {
      uniqueId: `${source.kind}.${project.name}.${name}${version ? `.v${version.version}` : ''}`,
      kind: source.kind,
      package: project.name,
      name,
      ...optional('version', version?.version),
      ...optional('latestVersion', own?.latestVersion),
      language: source.language,
      file: source.file,
      ...optional('place', own?.place),
      ...optional('description', own?.description),
      columns: source.kind === 'seed' ? header.map((cell) => columns.find((c) => c.name === cell) ?? { name: cell, quoted: false, from: 'E1' as const, constraints: [] }) : columns,
      columnsComplete: source.kind === 'seed' || (own?.contractEnforced ?? false),
      tests: own?.tests ?? [],
      unitTests: [],
      constraints: own?.constraints ?? [],
      config,
      contractEnforced: own?.contractEnforced ?? asRecord(config['contract'])['enforced'] === true,
      tags: [...tagsOf(config['tags']), ...(own?.tags ?? [])].filter((tag, index, all) => all.indexOf(tag) === index),
      meta: own?.meta ?? {},
      enabled: config['enabled'] !== false,
      rawCode: source.kind === 'seed' ? undefined : source.text,
      checksum: fileChecksum(source.text),
      from: 'E1',
    } satisfies RelationNode,
  ];
}

function literalConfig(text: string): Record<string, Json> {
  const out: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const { key, value } of configOf(jinjaBlocks(text)).values) if (value.kind === 'literal') out[key] = value.value;
  return out;
}

function tagsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
}

function sourceNode(p: Properties, project: DbtProject): RelationNode {
  return {
    uniqueId: `source.${project.name}.${p.sourceName ?? ''}.${p.name}`,
    kind: 'source',
    package: project.name,
    name: p.name,
    sourceName: p.sourceName ?? '',
    language: 'none',
    file: p.place.file,
    place: p.place,
    ...optional('description', p.description),
    columns: p.columns,
    columnsComplete: false,
    tests: p.tests,
    unitTests: [],
    constraints: p.constraints,
    config: p.config,
    contractEnforced: false,
    tags: p.tags,
    meta: p.meta,
    enabled: p.config['enabled'] !== false,
    from: 'E1',
  };
}

function yamlSnapshot(p: Properties, project: DbtProject): RelationNode {
  return { ...sourceNode(p, project), uniqueId: `snapshot.${project.name}.${p.name}`, kind: 'snapshot', sourceName: undefined, config: { materialized: 'snapshot', ...p.config }, language: 'none' };
}

async function singularTests(workspace: Workspace, files: readonly string[]): Promise<RawPackage['singularTests']> {
  const sql = files.filter((file) => file.endsWith('.sql') && !file.includes('/generic/'));
  return Promise.all(
    sql.map(async (file) => {
      const text = (await textOf(workspace, file)) ?? '';
      const blocks = jinjaBlocks(text);
      const config = literalConfig(text);
      const metaSource = blocks.map((block) => callOf(block.body)).find((call) => call?.name === 'config')?.kwargs['meta'];
      const ids = metaSource === undefined ? [] : specIdsIn(metaSource);
      const test: DataTest = { test: stem(file), singular: true, arguments: {}, place: { file, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, from: 'E1', ...testConfig(config) };
      return { test: { ...test, specIds: [...test.specIds, ...ids] }, refs: referencesOf(blocks) };
    }),
  );
}

/** `{'spec': ['a#CW-1']}` as Jinja writes it. */
function specIdsIn(source: string): string[] {
  const match = /['"]spec['"]\s*:\s*(\[[^\]]*\]|'[^']*'|"[^"]*")/.exec(source);
  const value = match?.[1] === undefined ? undefined : literalOf(match[1])?.value;
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
}
