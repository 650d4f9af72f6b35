import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { fileChecksum } from '../../engine/project';
import { varsOfCompiled } from './corpusVars';

/** Folder of real dbt artifacts for tests; undefined where this machine has none. */
export function corpusFolder(): string | undefined {
  const folder = process.env['SPECLINE_CORPUS'] ?? join(__dirname, '..', '..', '..', 'shared', 'corpus');
  return existsSync(folder) ? folder : undefined;
}

/** Every project of the corpus: a readable name and the folder of its artifacts. */
export function corpusProjects(folder: string): { name: string; folder: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => readdirSync(join(folder, entry.name)).map((version) => ({ name: `${entry.name}/${version}`, folder: join(folder, entry.name, version) })))
    .filter((project) => existsSync(join(project.folder, 'manifest.json')));
}

/** One node of a manifest, as far as the tests read it. */
export interface ManifestNode {
  unique_id: string;
  resource_type: string;
  package_name: string;
  name: string;
  source_name?: string;
  original_file_path: string;
  raw_code?: string;
  raw_sql?: string;
  compiled_code?: string;
  compiled_sql?: string;
  relation_name?: string | null;
  checksum?: { name: string; checksum: string };
  config?: Record<string, unknown>;
  unrendered_config?: Record<string, unknown>;
  columns?: Record<string, { name: string; description?: string; data_type?: string }>;
  description?: string;
  depends_on?: { nodes: string[]; macros: string[] };
  test_metadata?: { name: string; namespace?: string | null; kwargs: Record<string, unknown> };
  column_name?: string | null;
  attached_node?: string | null;
  refs?: unknown;
}

export interface CorpusManifest {
  metadata: { project_name: string; adapter_type: string };
  nodes: Record<string, ManifestNode>;
  sources: Record<string, ManifestNode>;
  macros: Record<string, { package_name: string; original_file_path: string; macro_sql: string }>;
  disabled?: Record<string, { name: string; resource_type: string }[]> | { name: string; resource_type: string }[] | null;
}

/** The manifest of a corpus folder with checksums recomputed, since the files are rebuilt from its code. */
export function readCorpus(folder: string): { manifest: CorpusManifest; catalog: { nodes: Record<string, { columns: Record<string, { name: string }> }> } } {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as CorpusManifest;
  const file = join(folder, 'catalog.json');
  const catalog = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { nodes: {} }) as { nodes: Record<string, { columns: Record<string, { name: string }> }> };
  for (const node of Object.values(manifest.nodes)) {
    if (node.checksum?.name === 'sha256' && node.resource_type !== 'seed') node.checksum.checksum = fileChecksum(codeOf(node));
  }
  return { manifest, catalog };
}

function codeOf(node: ManifestNode): string {
  return node.raw_code ?? node.raw_sql ?? '';
}

/** True for dbt's own macros, which are in no project; those of packages are where `dbt deps` puts them. */
function isInternal(packageName: string): boolean {
  return /^dbt(_(postgres|redshift|snowflake|bigquery|spark|databricks|duckdb|trino))?$/.test(packageName);
}

/** The files a checkout of the project would have, rebuilt from its manifest; with or without the artifacts. */
export function corpusFiles(folder: string, withArtifacts: boolean): Record<string, string> {
  const { manifest, catalog } = readCorpus(folder);
  const root = manifest.metadata.project_name;
  const at = (packageName: string, path: string): string => (packageName === root ? path : `dbt_packages/${packageName}/${path}`);
  const packages = new Set([...Object.values(manifest.nodes), ...Object.values(manifest.sources), ...Object.values(manifest.macros)].map((node) => node.package_name).filter((name) => !isInternal(name)));
  const files: Record<string, string> = { 'profiles.yml': stringify({ corpus: { target: 'dev', outputs: { dev: { type: manifest.metadata.adapter_type } } } }) };
  const vars = varsOfCompiled(manifest);
  for (const name of new Set([...packages, root])) files[at(name, 'dbt_project.yml')] = stringify({ name, profile: 'corpus', ...(vars[name] ? { vars: { [name]: vars[name] } } : {}) });
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type === 'model' || node.resource_type === 'snapshot') files[at(node.package_name, node.original_file_path)] = codeOf(node);
    if (node.resource_type === 'seed') files[at(node.package_name, node.original_file_path)] = `${Object.values(catalog.nodes[node.unique_id]?.columns ?? {}).map((c) => c.name).join(',')}\n`;
    if (node.resource_type === 'test' && !node.test_metadata) files[at(node.package_name, node.original_file_path)] = codeOf(node);
  }
  for (const macro of Object.values(manifest.macros)) {
    if (isInternal(macro.package_name)) continue;
    const file = at(macro.package_name, macro.original_file_path);
    files[file] = `${files[file] ?? ''}\n${macro.macro_sql}`;
  }
  for (const name of packages) files[at(name, 'models/rebuilt_properties.yml')] = propertiesOf(manifest, name);
  if (!withArtifacts) return files;
  return { ...files, 'target/manifest.json': JSON.stringify(manifest), 'target/catalog.json': JSON.stringify(catalog) };
}

/** The properties YAML of one package: descriptions, columns and enabled generic tests of its models, and its sources. */
function propertiesOf(manifest: CorpusManifest, packageName: string): string {
  const kinds = { model: 'models', seed: 'seeds', snapshot: 'snapshots' } as const;
  const out: Record<string, unknown[]> = { models: [], seeds: [], snapshots: [] };
  for (const node of Object.values(manifest.nodes)) {
    if (node.package_name !== packageName || !(node.resource_type in kinds)) continue;
    out[kinds[node.resource_type as 'model']]?.push(describe(manifest, node));
  }
  const sources = new Map<string, unknown[]>();
  for (const node of Object.values(manifest.sources)) {
    if (node.package_name !== packageName) continue;
    sources.set(node.source_name ?? '', [...(sources.get(node.source_name ?? '') ?? []), describe(manifest, node)]);
  }
  return stringify({ version: 2, ...out, sources: [...sources].map(([name, tables]) => ({ name, tables })) }, { aliasDuplicateObjects: false });
}

function describe(manifest: CorpusManifest, node: ManifestNode): Record<string, unknown> {
  const tests = Object.values(manifest.nodes).filter((test) => test.resource_type === 'test' && test.test_metadata && test.config?.['enabled'] !== false && targetOf(test) === node.unique_id);
  const columns = new Map(Object.values(node.columns ?? {}).map((column) => [column.name, { name: column.name, description: column.description ?? '', ...(column.data_type ? { data_type: column.data_type } : {}), tests: [] as unknown[] }]));
  const own: unknown[] = [];
  for (const test of tests) {
    const { name, namespace, kwargs } = test.test_metadata ?? { name: '', kwargs: {} };
    const args = Object.fromEntries(Object.entries(kwargs).filter(([key]) => key !== 'model' && key !== 'column_name'));
    const config = { severity: test.config?.['severity'], ...(test.config?.['where'] ? { where: test.config['where'] } : {}) };
    const entry = { [namespace ? `${namespace}.${name}` : name]: { ...args, config } };
    const column = test.column_name ?? undefined;
    if (column === undefined) own.push(entry);
    else {
      if (!columns.has(column)) columns.set(column, { name: column, description: '', tests: [] });
      columns.get(column)?.tests.push(entry);
    }
  }
  const config = node.resource_type === 'model' ? configured(node) : {};
  return { name: node.name, description: node.description ?? '', ...(Object.keys(config).length > 0 ? { config } : {}), columns: [...columns.values()], tests: own };
}

/** Where a model goes, who may see it, and whether it is there at all: not how it is built. */
const ELSEWHERE = new Set(['enabled', 'schema', 'database', 'alias', 'persist_docs', 'docs', 'meta', 'tags', 'grants', 'group', 'pre-hook', 'post-hook', 'pre_hook', 'post_hook']);

/** How a model is built, as far as its file does not say it itself: the rest of what was configured stood in YAML or in dbt_project.yml. */
function configured(node: ManifestNode): Record<string, unknown> {
  const own = Object.keys(node.unrendered_config ?? {}).filter((key) => !ELSEWHERE.has(key) && !new RegExp(`\\b${key.replace(/\W/g, '.')}\\b\\s*=`).test(codeOf(node)));
  return Object.fromEntries(['materialized', ...own].flatMap((key) => (node.config?.[key] == null ? [] : [[key, node.config[key]]])));
}

/** unique_id of the relation a generic test is on. */
export function targetOf(test: ManifestNode): string | undefined {
  if (test.attached_node) return test.attached_node;
  const parents = test.depends_on?.nodes ?? [];
  const model = String(test.test_metadata?.kwargs['model'] ?? '');
  const named = [...model.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1]).pop();
  return parents.find((id) => id.split('.').pop() === named) ?? parents[0];
}
