import { dialectOf } from '../sql/dialects';
import { dbtYaml, get, text } from '../yaml/tree';
import type { BytesResult, ReadResult, Workspace } from '../workspace';
import { attachRaw, exposuresOf } from './attach';
import { readCatalog, type Catalog } from './catalog';
import { readDbtProject, type DbtProject } from './dbtProject';
import { sourceOf, textOf } from './files';
import { isNewer, timeBefore } from './freshness';
import { macroIndex, varsFor } from './macros';
import { readManifest, type Manifest } from './manifest';
import { projectMemory, type ProjectMemory } from './memory';
import { nodesFrom } from './nodes';
import { outlinesOf } from './outline';
import { readPackage, type RawPackage } from './raw';
import { readRunResults } from './runResults';
import type { NodeOutline, Notice, ProjectIndex, RunResults } from './types';
import { optional } from './values';

/**
 * Reads a dbt project from its raw files and, where present, its artifacts. Never throws; problems are `notices`. With the memory of an
 * earlier reading only what changed since is read anew: what the workspace gives as the same object is the same.
 */
export async function openProject(workspace: Workspace, memory: ProjectMemory = projectMemory()): Promise<ProjectIndex> {
  const projectFile = await workspace.read('dbt_project.yml');
  const dbtProject = memory.of(projectFile, 'project', [], () => readDbtProject('dbt_project.yml', sourceOf('dbt_project.yml', projectFile).text ?? ''));
  const target = dbtProject.targetPath;
  const [manifestFile, catalogFile] = [`${target}/manifest.json`, `${target}/catalog.json`];
  const [raw, packages, manifestRead, catalogRead] = await Promise.all([
    readPackage(workspace, dbtProject, '', memory),
    readPackages(workspace, dbtProject, memory),
    artifactBytes(workspace, manifestFile),
    artifactBytes(workspace, catalogFile),
  ]);
  const all = [raw, ...packages];
  const read = memory.of(manifestRead, 'manifest', [manifestFile], () => readManifest(manifestFile, manifestRead));
  const foreign = read.manifest && foreignNotice(read.manifest, dbtProject, raw, manifestFile);
  const manifest = foreign ? undefined : read.manifest;
  const catalog: { catalog?: Catalog; notices: Notice[] } = manifest ? memory.of(catalogRead, 'catalog', [catalogFile], () => readCatalog(catalogFile, catalogRead)) : { notices: [] };
  const macros = await macroTexts(workspace, manifest);
  const projectChanged = isNewer(projectFile, manifestRead);
  const now = memory.kept('now', [projectChanged, ...[...macros].flat()], () => ({ macros, projectChanged }));
  const files = memory.kept('declaring files', all.map(({ declaring }) => declaring), () => new Map(all.flatMap(({ name, declaring }) => (declaring ? [[name, declaring] as const] : []))));
  const plans = [...packages, raw].flatMap((one) => one.plans);
  const base = nodesFrom({ plans, files, manifest, catalog: catalog.catalog, now }, memory);
  const name = dbtProject.name || (manifest?.projectName ?? '');
  const named = { name, ...attachRaw({ name, ...base, pointing: manifest?.pointing ?? new Set() }, all, memory) };
  const adapter = manifest?.adapter ?? (await adapterOfProfile(workspace, dbtProject)) ?? 'generic';
  let notices: Notice[] | undefined;
  let testNames: readonly string[] | undefined;
  let runs: ReturnType<typeof runResults> | undefined;
  let outline: readonly NodeOutline[] | undefined;
  return {
    ...named,
    adapter,
    dialect: dialectOf(adapter),
    ...optional('dbtVersion', manifest?.dbtVersion),
    modelPaths: dbtProject.modelPaths,
    snapshotPaths: dbtProject.snapshotPaths,
    seedPaths: dbtProject.seedPaths,
    testPaths: dbtProject.testPaths,
    macroPaths: dbtProject.macroPaths,
    targetPath: target,
    macros: memory.kept('macros', [manifest, ...all.flatMap((p) => p.macros)], () => macroIndex(all.flatMap((p) => p.macros), manifest)),
    varsOf: memory.kept('vars', [dbtProject, ...all.flatMap((p) => [p.name, p.vars])], () => new Map(all.map((p) => [p.name, varsFor(p.name, dbtProject.vars, p.vars)]))),
    dispatch: dbtProject.dispatch,
    exposures: exposuresOf(named, all, manifest?.exposures ?? []),
    orphanTests: memory.kept('orphan tests', [manifest], () => manifest?.orphanTests ?? []),
    artifacts: {
      ...(manifest ? { manifest: { file: manifestFile, schemaVersion: manifest.schemaVersion, ...optional('generatedAt', manifest.generatedAt), ...optional('invocation', manifest.invocation) } } : {}),
      ...(catalog.catalog ? { catalog: { file: catalogFile, ...optional('generatedAt', catalog.catalog.generatedAt) } } : {}),
    },
    // What YAML said when the manifest was written is in the manifest.
    testNames: () => (testNames ??= [...new Set([...(manifest?.testNames() ?? []), ...all.flatMap((p) => p.testNames(manifest && timeBefore(manifestRead)))])]),
    sqlWith: raw.sqlWith,
    runs: () => (runs ??= manifest ? runResults(workspace, `${target}/run_results.json`, memory) : Promise.resolve({ notices: [] })),
    outline: () => (outline ??= outlinesOf(base, plans, manifest)),
    get notices() {
      return (notices ??= [...sourceOf('dbt_project.yml', projectFile).notices, ...dbtProject.notices, ...all.flatMap((p) => p.notices()), ...read.notices, ...(foreign ? [foreign] : []), ...catalog.notices]);
    },
  };
}

/** An artifact's bytes, or its text where a workspace has only that. */
function artifactBytes(workspace: Workspace, path: string): Promise<ReadResult | BytesResult> {
  return workspace.bytes ? workspace.bytes(path) : workspace.read(path);
}

/** What the last run found. */
async function runResults(workspace: Workspace, file: string, memory: ProjectMemory): Promise<{ runs?: RunResults; notices: Notice[] }> {
  const read = await artifactBytes(workspace, file);
  return memory.of(read, 'run results', [file], () => readRunResults(file, read));
}

async function readPackages(workspace: Workspace, rootProject: DbtProject, memory: ProjectMemory): Promise<RawPackage[]> {
  const folders = (await workspace.list(rootProject.packagesPath)).filter((entry) => entry.kind === 'folder');
  return Promise.all(
    folders.map(async ({ name }) => {
      const root = `${rootProject.packagesPath}/${name}`;
      const file = `${root}/dbt_project.yml`;
      const read = await workspace.read(file);
      if (read.kind === 'failed' && read.outside) return unreadPackage(name, root);
      const project = memory.of(read, 'project', [file, name], () => {
        const own = readDbtProject(file, read.kind === 'text' ? read.text : '');
        return { ...own, name: own.name || name };
      });
      return readPackage(workspace, project, root, memory, rootProject);
    }),
  );
}

/** `dbt deps` links local packages; one that stands outside the project is not read. */
function unreadPackage(name: string, root: string): RawPackage {
  const message = `${root} is a link out of the dbt project and was not read; its models are known only where a manifest has them.`;
  return { name, plans: [], unitTests: [], exposures: [], primaryEntities: [], singularTests: [], macros: [], pointing: () => [], testNames: () => [], sqlWith: () => [], vars: {}, notices: () => [{ code: 'EVID016', severity: 'information', file: root, message }] };
}

function foreignNotice(manifest: Manifest, project: DbtProject, raw: RawPackage, file: string): Notice | undefined {
  if (project.name === '' || manifest.projectName === '' || manifest.projectName === project.name) return undefined;
  const shared = raw.plans.some(({ uniqueId }) => manifest.nodes.has(uniqueId));
  if (shared) return undefined;
  return { code: 'EVID015', severity: 'warning', file, message: `${file} belongs to the project ${manifest.projectName}, not ${project.name}; the raw files are used instead, run \`dbt parse\` here.` };
}

async function macroTexts(workspace: Workspace, manifest: Manifest | undefined): Promise<Map<string, string | undefined>> {
  const files = [...new Set([...(manifest?.macros.values() ?? [])].map((macro) => macro.file))];
  return new Map(await Promise.all(files.map(async (file) => [file, await textOf(workspace, file)] as const)));
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
