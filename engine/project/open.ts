import { dialectOf } from '../sql/dialects';
import { get, parseYaml, text, treeOf } from '../yaml/tree';
import type { Workspace } from '../workspace';
import { readCatalog, withCatalog, type Catalog } from './catalog';
import { readDbtProject, type DbtProject } from './dbtProject';
import { textOf } from './files';
import { isNewer, staleReason, type ProjectNow } from './freshness';
import { resolveRef, resolveSource } from './lookup';
import { readManifest, type Manifest } from './manifest';
import { optional } from './properties';
import { readPackage, type RawPackage } from './raw';
import type { DataTest, Notice, ProjectIndex, RelationNode } from './types';

/** Reads a dbt project from its raw files and, where present, its artifacts. Never throws; problems are `notices`. */
export async function openProject(workspace: Workspace): Promise<ProjectIndex> {
  const projectFile = await workspace.read('dbt_project.yml');
  const dbtProject = readDbtProject('dbt_project.yml', projectFile.kind === 'text' ? projectFile.text : '');
  const target = dbtProject.targetPath;
  const [raw, packages, manifestRead, catalogRead] = await Promise.all([
    readPackage(workspace, dbtProject, ''),
    readPackages(workspace),
    workspace.read(`${target}/manifest.json`),
    workspace.read(`${target}/catalog.json`),
  ]);
  const read = readManifest(`${target}/manifest.json`, manifestRead);
  const foreign = read.manifest && foreignNotice(read.manifest, dbtProject, raw, `${target}/manifest.json`);
  const manifest = foreign ? undefined : read.manifest;
  const catalog = manifest ? readCatalog(`${target}/catalog.json`, catalogRead) : { notices: [] };
  const rawNodes = new Map([...packages.flatMap((p) => p.nodes), ...raw.nodes].map((node) => [node.uniqueId, node]));
  const now = { macros: await macroTexts(workspace, manifest), projectChanged: isNewer(projectFile, manifestRead) };
  const nodes = merge(rawNodes, manifest, 'catalog' in catalog ? catalog.catalog : undefined, now);
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
    exposures: new Map([...(manifest?.exposures ?? []), ...raw.exposures].map((exposure) => [exposure.uniqueId, exposure])),
    orphanTests: manifest?.orphanTests ?? [],
    artifacts: {
      ...(manifest ? { manifest: { file: `${target}/manifest.json`, schemaVersion: manifest.schemaVersion, ...optional('generatedAt', manifest.generatedAt) } } : {}),
      ...('catalog' in catalog && catalog.catalog ? { catalog: { file: `${target}/catalog.json`, ...optional('generatedAt', catalog.catalog.generatedAt) } } : {}),
    },
    notices: [...dbtProject.notices, ...raw.notices, ...read.notices, ...(foreign ? [foreign] : []), ...catalog.notices],
  };
  return attachRaw(index, [raw, ...packages]);
}

async function readPackages(workspace: Workspace): Promise<RawPackage[]> {
  const folders = (await workspace.list('dbt_packages')).filter((entry) => entry.kind === 'folder');
  return Promise.all(
    folders.map(async ({ name }) => {
      const root = `dbt_packages/${name}`;
      const project = readDbtProject(`${root}/dbt_project.yml`, (await textOf(workspace, `${root}/dbt_project.yml`)) ?? '');
      return readPackage(workspace, { ...project, name: project.name || name }, root);
    }),
  );
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

function merge(raw: ReadonlyMap<string, RelationNode>, manifest: Manifest | undefined, catalog: Catalog | undefined, now: ProjectNow): Map<string, RelationNode> {
  const nodes = new Map<string, RelationNode>();
  for (const [id, node] of manifest?.nodes ?? []) {
    const own = raw.get(id);
    const stale = manifest && own ? staleReason(node, own, manifest, now) : undefined;
    const merged = own ? mergeNode(node, own, stale) : { ...node, file: undefined, ...(node.compiled ? { compiled: { ...node.compiled, fresh: true } } : {}) };
    nodes.set(id, withCatalog(merged, catalog, stale === undefined));
  }
  for (const [id, node] of raw) if (!nodes.has(id)) nodes.set(id, node);
  return nodes;
}

/** Facts of the manifest where its view of the file is current, else of the raw file; places always of the raw files. */
function mergeNode(node: RelationNode, raw: RelationNode, stale: string | undefined): RelationNode {
  const places = new Map(raw.columns.map((column) => [column.name, column.place]));
  const columns = node.columns.map((column) => ({ ...column, ...optional('place', places.get(column.name)) }));
  const known = new Set(node.columns.map((column) => column.name));
  const { dependsOn, ...rest } = node;
  return {
    ...rest,
    ...(stale === undefined ? optional('dependsOn', dependsOn) : {}),
    ...optional('file', raw.file),
    ...optional('place', raw.place),
    ...optional('description', raw.description ?? node.description),
    columns: [...columns, ...raw.columns.filter((column) => !known.has(column.name))],
    tests: mergeTests(node.tests, raw),
    config: stale === undefined ? node.config : { ...node.config, ...raw.config },
    rawCode: raw.rawCode ?? node.rawCode,
    ...optional('checksum', raw.checksum ?? node.checksum),
    ...(node.compiled ? { compiled: { ...node.compiled, fresh: stale === undefined, ...optional('stale', stale) } } : {}),
  };
}

/** The manifest's tests with the places of the YAML's; tests the YAML has and the manifest does not are newer and count too. */
function mergeTests(tests: readonly DataTest[], raw: RelationNode): DataTest[] {
  const left = [...raw.tests];
  const merged = tests.map((test) => {
    const index = left.findIndex((candidate) => sameTest(candidate, test));
    if (index < 0) return test;
    const [found] = left.splice(index, 1);
    return { ...test, ...optional('place', found?.place), specIds: [...new Set([...test.specIds, ...(found?.specIds ?? [])])] };
  });
  return [...merged, ...left];
}

function sameTest(raw: DataTest, test: DataTest): boolean {
  const short = (name: string): string => name.split('.').pop() ?? name;
  return short(raw.test) === short(test.test) && raw.column === test.column && raw.singular === test.singular;
}

/** Singular tests, unit tests and primary entities of the raw files go to the nodes they are on; a manifest knows its own already. */
function attachRaw(index: ProjectIndex, packages: readonly RawPackage[]): ProjectIndex {
  for (const { test, refs } of packages.flatMap((p) => p.singularTests)) {
    for (const ref of refs) {
      const found = ref.kind === 'source' ? resolveSource(index, ref.sourceName ?? '', ref.name) : resolveRef(index, ref);
      if (found.kind !== 'one') continue;
      const known = found.node.tests.find((other) => other.singular && other.test === test.test);
      if (known) Object.assign(known, optional('place', test.place), { specIds: [...new Set([...known.specIds, ...test.specIds])] });
      else found.node.tests.push(test);
    }
  }
  for (const test of packages.flatMap((p) => p.unitTests)) {
    const found = resolveRef(index, { name: test.model });
    if (found.kind !== 'one') continue;
    const known = found.node.unitTests.find((other) => other.name === test.name);
    if (known) Object.assign(known, optional('place', test.place));
    else found.node.unitTests.push(test);
  }
  for (const { model, entity } of packages.flatMap((p) => p.entities)) {
    const found = resolveRef(index, { name: model });
    if (found.kind !== 'one') continue;
    const known = found.node.primaryEntities ?? [];
    const same = known.find((other) => other.semanticModel === entity.semanticModel && other.name === entity.name);
    if (same) Object.assign(same, optional('place', entity.place));
    else found.node.primaryEntities = [...known, entity];
  }
  return index;
}

async function adapterOfProfile(workspace: Workspace, project: DbtProject): Promise<string | undefined> {
  const source = await textOf(workspace, 'profiles.yml');
  if (source === undefined || project.profile === undefined) return undefined;
  const profile = get(treeOf(parseYaml(source)), project.profile);
  const outputs = get(profile, 'outputs');
  const target = text(get(profile, 'target'));
  const output = target === undefined || target.includes('{{') ? undefined : get(outputs, target);
  const first = outputs?.kind === 'map' ? outputs.entries[0]?.value : undefined;
  return text(get(output ?? first, 'type'));
}
