import { dialectOf } from '../sql/dialects';
import { dbtYaml, get, text } from '../yaml/tree';
import type { Workspace } from '../workspace';
import { readCatalog, withCatalog, type Catalog } from './catalog';
import { readDbtProject, type DbtProject } from './dbtProject';
import { sourceOf, textOf } from './files';
import { isNewer, staleReason, type ProjectNow } from './freshness';
import { attachRaw } from './attach';
import { macroIndex, varsFor } from './macros';
import { readManifest, type Manifest } from './manifest';
import { mergeTests, mergeUnitTests, type DeclaringFiles } from './mergeTests';
import { namesOf } from './nodeNames';
import { readPackage, type RawPackage } from './raw';
import type { Notice, ProjectIndex, RelationNode } from './types';
import { optional } from './values';

/** Reads a dbt project from its raw files and, where present, its artifacts. Never throws; problems are `notices`. */
export async function openProject(workspace: Workspace): Promise<ProjectIndex> {
  const projectFile = await workspace.read('dbt_project.yml');
  const { text: projectText, notices: projectNotices } = await sourceOf(workspace, 'dbt_project.yml');
  const dbtProject = readDbtProject('dbt_project.yml', projectText ?? '');
  const target = dbtProject.targetPath;
  const [raw, packages, manifestRead, catalogRead] = await Promise.all([
    readPackage(workspace, dbtProject, ''),
    readPackages(workspace, dbtProject),
    workspace.read(`${target}/manifest.json`),
    workspace.read(`${target}/catalog.json`),
  ]);
  const read = readManifest(`${target}/manifest.json`, manifestRead);
  const foreign = read.manifest && foreignNotice(read.manifest, dbtProject, raw, `${target}/manifest.json`);
  const manifest = foreign ? undefined : read.manifest;
  const catalog = manifest ? readCatalog(`${target}/catalog.json`, catalogRead) : { notices: [] };
  const rawNodes = nodesById([...packages.flatMap((p) => p.nodes), ...raw.nodes]);
  const now = { macros: await macroTexts(workspace, manifest), projectChanged: isNewer(projectFile, manifestRead) };
  const files = new Map([raw, ...packages].flatMap(({ name, declaring }) => (declaring ? [[name, declaring] as const] : [])));
  const nodes = merge(rawNodes, files, manifest, 'catalog' in catalog ? catalog.catalog : undefined, now);
  const adapter = manifest?.adapter ?? (await adapterOfProfile(workspace, dbtProject)) ?? 'generic';
  const index: ProjectIndex = {
    name: dbtProject.name || (manifest?.projectName ?? ''),
    adapter,
    dialect: dialectOf(adapter),
    ...optional('dbtVersion', manifest?.dbtVersion),
    modelPaths: dbtProject.modelPaths,
    snapshotPaths: dbtProject.snapshotPaths,
    seedPaths: dbtProject.seedPaths,
    testPaths: dbtProject.testPaths,
    macroPaths: dbtProject.macroPaths,
    targetPath: target,
    nodes,
    names: namesOf(nodes),
    macros: macroIndex([raw, ...packages].flatMap((p) => p.macros), manifest),
    varsOf: new Map([raw, ...packages].map((p) => [p.name, varsFor(p.name, dbtProject.vars, p.vars)])),
    dispatch: dbtProject.dispatch,
    exposures: new Map((manifest?.exposures ?? []).map((exposure) => [exposure.uniqueId, exposure])),
    orphanTests: manifest?.orphanTests ?? [],
    artifacts: {
      ...(manifest ? { manifest: { file: `${target}/manifest.json`, schemaVersion: manifest.schemaVersion, ...optional('generatedAt', manifest.generatedAt) } } : {}),
      ...('catalog' in catalog && catalog.catalog ? { catalog: { file: `${target}/catalog.json`, ...optional('generatedAt', catalog.catalog.generatedAt) } } : {}),
    },
    notices: [...projectNotices, ...dbtProject.notices, ...raw.notices, ...packages.flatMap((p) => p.notices), ...read.notices, ...(foreign ? [foreign] : []), ...catalog.notices],
  };
  return attachRaw(index, [raw, ...packages]);
}

async function readPackages(workspace: Workspace, rootProject: DbtProject): Promise<RawPackage[]> {
  const folders = (await workspace.list(rootProject.packagesPath)).filter((entry) => entry.kind === 'folder');
  return Promise.all(
    folders.map(async ({ name }) => {
      const root = `${rootProject.packagesPath}/${name}`;
      const read = await workspace.read(`${root}/dbt_project.yml`);
      if (read.kind === 'failed' && read.outside) return unreadPackage(name, root);
      const project = readDbtProject(`${root}/dbt_project.yml`, read.kind === 'text' ? read.text : '');
      return readPackage(workspace, { ...project, name: project.name || name }, root, rootProject);
    }),
  );
}

/** `dbt deps` links local packages; one that stands outside the project is not read. */
function unreadPackage(name: string, root: string): RawPackage {
  const message = `${root} is a link out of the dbt project and was not read; its models are known only where a manifest has them.`;
  return { name, nodes: [], unitTests: [], exposures: [], primaryEntities: [], singularTests: [], macros: [], vars: {}, notices: [{ code: 'EVID016', severity: 'information', file: root, message }] };
}

/** Nodes by id; of several that dbt would give one id, which it allows while only one is enabled, the enabled one. */
function nodesById(nodes: readonly RelationNode[]): Map<string, RelationNode> {
  const out = new Map<string, RelationNode>();
  for (const node of nodes) if (node.enabled || !out.has(node.uniqueId)) out.set(node.uniqueId, node);
  return out;
}

function foreignNotice(manifest: Manifest, project: DbtProject, raw: RawPackage, file: string): Notice | undefined {
  if (project.name === '' || manifest.projectName === '' || manifest.projectName === project.name) return undefined;
  const shared = raw.nodes.some((node) => manifest.nodes.has(node.uniqueId));
  if (shared) return undefined;
  return { code: 'EVID015', severity: 'warning', file, message: `${file} belongs to the project ${manifest.projectName}, not ${project.name}; the raw files are used instead, run \`dbt parse\` here.` };
}

async function macroTexts(workspace: Workspace, manifest: Manifest | undefined): Promise<Map<string, string | undefined>> {
  const files = [...new Set([...(manifest?.macros.values() ?? [])].map((macro) => macro.file))];
  return new Map(await Promise.all(files.map(async (file) => [file, await textOf(workspace, file)] as const)));
}

function merge(raw: ReadonlyMap<string, RelationNode>, files: ReadonlyMap<string, DeclaringFiles>, manifest: Manifest | undefined, catalog: Catalog | undefined, now: ProjectNow): Map<string, RelationNode> {
  const nodes = new Map<string, RelationNode>();
  for (const [id, node] of manifest?.nodes ?? []) {
    const own = raw.get(id);
    const stale = manifest && own ? staleReason(node, own, manifest, now) : undefined;
    const merged = own ? mergeNode(node, own, files, stale) : { ...node, file: undefined, ...(node.compiled ? { compiled: { ...node.compiled, fresh: true } } : {}) };
    nodes.set(id, withCatalog(merged, catalog, stale === undefined));
  }
  for (const [id, node] of raw) if (!nodes.has(id)) nodes.set(id, node);
  return nodes;
}

/** Facts of the manifest where its view of the file is current, else of the raw file; places always of the raw files. */
function mergeNode(node: RelationNode, raw: RelationNode, files: ReadonlyMap<string, DeclaringFiles>, stale: string | undefined): RelationNode {
  const places = new Map(raw.columns.map((column) => [column.name, column.place]));
  const columns = node.columns.map((column) => ({ ...column, ...optional('place', places.get(column.name)) }));
  const known = new Set(node.columns.map((column) => column.name));
  const { dependsOn, ...rest } = node;
  return {
    ...rest,
    ...(stale === undefined ? optional('dependsOn', dependsOn) : {}),
    ...optional('file', raw.file),
    ...optional('place', raw.place),
    ...optional('primaryEntity', raw.primaryEntity ?? node.primaryEntity),
    ...optional('reads', raw.reads),
    language: raw.language,
    ...optional('description', raw.description?.includes('{{') ? (node.description ?? raw.description) : (raw.description ?? node.description)),
    columns: [...columns, ...raw.columns.filter((column) => !known.has(column.name))],
    tests: mergeTests(node.tests, raw, files),
    unitTests: mergeUnitTests(node.unitTests, raw, files),
    config: stale === undefined ? node.config : { ...node.config, ...raw.config },
    // What YAML defines has no SQL file that the manifest's code could have places in.
    rawCode: raw.reads === undefined ? (raw.rawCode ?? node.rawCode) : undefined,
    ...optional('checksum', raw.checksum ?? node.checksum),
    ...(node.compiled ? { compiled: { ...node.compiled, fresh: stale === undefined, ...optional('stale', stale) } } : {}),
  };
}

async function adapterOfProfile(workspace: Workspace, project: DbtProject): Promise<string | undefined> {
  const source = await textOf(workspace, 'profiles.yml');
  if (source === undefined || project.profile === undefined) return undefined;
  const profile = get(dbtYaml(source).tree, project.profile);
  const outputs = get(profile, 'outputs');
  const target = text(get(profile, 'target'));
  const output = target === undefined || target.includes('{{') ? undefined : get(outputs, target);
  const first = outputs?.kind === 'map' ? outputs.entries[0]?.value : undefined;
  return text(get(output ?? first, 'type'));
}
