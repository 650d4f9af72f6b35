import type { MacroSource } from '../jinja/context';
import { jinjaBlocks, referencesOf } from '../sql/raw';
import type { Relation } from '../sql/types';
import type { ReadResult, Workspace } from '../workspace';
import type { DbtProject } from './dbtProject';
import { readDocs } from './docs';
import { ignoreFile, readAll, sourceOf, stem } from './files';
import { readMacros } from './macros';
import type { ProjectMemory } from './memory';
import type { DeclaringFiles } from './mergeTests';
import { nodeSources, type WaitingSource } from './nodeSources';
import { enabledOf, folderConfig, mergedConfig, varIn, type Config } from './nodeConfig';
import { packageFiles, type PackageFile, type PackageFiles } from './packageFiles';
import { allProperties, type ExposureProperties, type Properties, type PropertiesFile, type UnitTestProperties } from './properties';
import { descriptions, readYamlFiles, type YamlFile } from './propertyFiles';
import { testConfig } from './propertyParts';
import { configIn, nodeOf, sourceId, sourceNode, TREES, yamlId, yamlSnapshot, type PackageContext } from './rawNodes';
import type { DataTest, Notice, RelationNode } from './types';

/** A node as it can be made of raw files: what it is called is known before anything of it is read. */
export interface NodePlan {
  uniqueId: string;
  kind: RelationNode['kind'];
  name: string;
  file: string;
  /** Reads what the node is made of. */
  look(): NodeParts;
}

/** What a node is made of. */
export interface NodeParts {
  /** All that decides what is made: the same parts make the same node. */
  parts: readonly unknown[];
  make(): RelationNode;
}

/** What the raw files of one package say. References are resolved later, when every package is known. */
export interface RawPackage {
  name: string;
  plans: NodePlan[];
  unitTests: UnitTestProperties[];
  exposures: ExposureProperties[];
  primaryEntities: PropertiesFile['primaryEntities'];
  singularTests: { test: DataTest; refs: Relation[] }[];
  macros: MacroSource[];
  /** Names of what YAML describes with a test that points at a line of a spec. */
  pointing(): string[];
  /** What its tests are called; of YAML files that were changed after a time, where one is given. */
  testNames(since?: number): string[];
  /** SQL files of models and snapshots that have a word in their text. */
  sqlWith(word: string): string[];
  /** `vars:` of the package's own dbt_project.yml. */
  vars: DbtProject['vars'];
  /** Absent where the package's files could not be read. */
  declaring?: DeclaringFiles;
  /** Found out when somebody asks: to tell whether a file's YAML is broken, it has to be parsed. */
  notices(): Notice[];
}

/** Reads the models, seeds, snapshots, sources and tests of one package; `root` is its folder, empty for the project. */
export async function readPackage(workspace: Workspace, project: DbtProject, root: string, memory: ProjectMemory, rootProject?: DbtProject): Promise<RawPackage> {
  const files = await memory.kept(`files of ${root}`, [project, workspace.listing?.() ?? {}, await workspace.read(ignoreFile(root))], () => packageFiles(workspace, project, root));
  const docs = await readDocs(workspace, files.docs, memory);
  const blocks = memory.kept(`docs of ${root}`, [...docs.blocks].flat(), () => docs.blocks);
  const context: PackageContext = memory.kept(`context of ${root}`, [project, rootProject, blocks], () => ({ project, rootProject, docs: blocks, sha256: workspace.sha256 }));
  const [yaml, models, snapshots, seeds, singular, macros] = [
    await readYamlFiles(workspace, files.properties, context, memory, (own, folders) => testConfigured(own, folders, context)),
    await nodeSources(workspace, files.models, 'model', memory),
    await nodeSources(workspace, files.snapshots, 'snapshot', memory),
    await nodeSources(workspace, files.seeds, 'seed', memory),
    await singularTests(workspace, files.tests, context, memory),
    await readMacros(workspace, files.macros, project.name, memory),
  ];
  const deciding = yaml.filter(({ decides }) => decides);
  const vars = varIn(project.name, rootProject?.vars ?? project.vars, project.vars);
  return {
    name: project.name,
    plans: [...sourcePlans([models, snapshots, seeds].flatMap(({ sources }) => sources), yaml, context, root, memory), ...deciding.flatMap((file) => yamlPlans(file, context))],
    unitTests: deciding.flatMap((file) => file.facts().unitTests.filter((test) => enabledOf(test.config['enabled'], vars).enabled)),
    exposures: deciding.flatMap((file) => file.facts().exposures),
    primaryEntities: deciding.flatMap((file) => file.facts().primaryEntities),
    singularTests: singular.tests,
    macros: macros.macros,
    pointing: () => yaml.filter((file) => file.decides || file.text.includes('spec')).flatMap((file) => allProperties(file.facts()).filter(hasPointer).map(({ name }) => name)),
    testNames: (since) => [...singular.tests.map(({ test }) => test.test), ...yaml.filter(({ modified }) => since === undefined || modified === undefined || modified > since).flatMap((file) => allProperties(file.facts()).flatMap(testsIn).map(({ test }) => test))],
    sqlWith: (word) => [...new Set([...models.sources, ...snapshots.sources].map((source) => source.read()).flatMap(({ file, language, text }) => (language === 'sql' && text?.includes(word) === true ? [file] : [])))],
    vars: project.vars,
    declaring: memory.kept(`declaring files of ${root}`, [...yaml, ...files.tests.map(({ file }) => file)], () => declaringFiles(files, yaml, deciding, root)),
    notices: () => [...[files, docs, ...yaml.map((file) => ({ notices: [...file.notices, ...file.facts().notices] }))].flatMap(({ notices }) => notices), ...[models, snapshots, seeds].flatMap(({ notices }) => notices()), ...[singular, macros].flatMap(({ notices }) => notices)],
  };
}

function sourcePlans(sources: readonly WaitingSource[], yaml: readonly YamlFile[], context: PackageContext, root: string, memory: ProjectMemory): NodePlan[] {
  const names = sources.filter(({ kind }) => kind === 'model').map(({ name }) => name);
  const described = memory.kept(`descriptions of ${root}`, [...yaml, ...names], () => descriptions(yaml, new Set(names)));
  return sources.map((source): NodePlan => {
    const tree = TREES[source.kind];
    // Only a version is called otherwise than its file.
    const own = described.decided(tree, source.name)?.version ? described.find(tree, source.name) : undefined;
    return {
      uniqueId: sourceId(source, own, context.project.name),
      kind: source.kind,
      name: own?.properties.name ?? source.name,
      file: source.file,
      look() {
        const read = source.read();
        const found = described.find(tree, source.name);
        return { parts: [read, found?.properties, found?.version, found?.latest, context], make: () => nodeOf(read, found, context) };
      },
    };
  });
}

function yamlPlans({ file, folders, facts }: YamlFile, context: PackageContext): NodePlan[] {
  const { nodes, tables } = facts();
  const packageName = context.project.name;
  return [
    ...nodes.filter(({ kind, relation }) => kind === 'snapshots' && relation !== undefined).map((p): NodePlan => ({ uniqueId: yamlId(p, packageName), kind: 'snapshot', name: p.name, file, look: () => ({ parts: [p, context], make: () => yamlSnapshot(p, folders, context) }) })),
    ...tables.map((table): NodePlan => ({ uniqueId: yamlId({ kind: 'sources', name: table.name, sourceName: table.sourceName }, packageName), kind: 'source', name: table.name, file, look: () => ({ parts: [table.properties(), context], make: () => sourceNode(table.properties(), folders, context) }) })),
  ];
}

function hasPointer(properties: Properties): boolean {
  return testsIn(properties).some(({ specIds }) => specIds.length > 0);
}

function testsIn({ tests, versions }: Properties): DataTest[] {
  return [...tests, ...versions.flatMap((version) => [...(version.tests ?? []), ...version.columnTests])];
}

/** Which files declare tests; what takes parsing all of them is found out when somebody asks. */
function declaringFiles(files: PackageFiles, yaml: readonly YamlFile[], deciding: readonly YamlFile[], root: string): DeclaringFiles {
  const below = ({ file }: Pick<PackageFile, 'file'>): string => (root === '' ? file : file.slice(root.length + 1));
  const isBroken = (one: YamlFile): boolean => one.notices.length + one.facts().notices.length > 0;
  let parts: { whole: Set<string>; broken: Set<string> } | undefined;
  const found = (): NonNullable<typeof parts> => (parts ??= { whole: new Set(yaml.filter((one) => !isBroken(one)).map(below)), broken: new Set(yaml.filter(isBroken).map(below)) });
  return {
    get whole() {
      return found().whole;
    },
    get broken() {
      return found().broken;
    },
    singular: new Set(files.tests.map(below)),
    unitTests: new Set(deciding.flatMap((one) => one.facts().unitTests.map(({ name }) => name))),
  };
}

async function singularTests(workspace: Workspace, files: readonly PackageFile[], context: PackageContext, memory: ProjectMemory): Promise<{ tests: RawPackage['singularTests']; notices: Notice[] }> {
  const reads = await readAll(workspace, files.map(({ file }) => file));
  const read = files.map(({ file, folders }, index) => {
    const own = reads[index] as ReadResult;
    return memory.of(own, 'singular test', [file, folders.join('/'), context], () => {
      const { text = '', notices } = sourceOf(file, own);
      const blocks = jinjaBlocks(text);
      const config = testConfig(testConfigured(configIn(blocks.map((block) => block.body)), folders, context));
      const test: DataTest = { test: stem(file), singular: true, arguments: {}, place: { file, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, from: 'E1', ...config };
      return { test, refs: referencesOf(blocks), notices };
    });
  });
  return { tests: read, notices: read.flatMap(({ notices }) => notices) };
}

/** A test's configuration over what folders of dbt_project.yml give tests; the root project has the last word on packages. */
function testConfigured(own: Config, folders: readonly string[], { project, rootProject }: PackageContext): Config {
  const fqn = [project.name, ...folders];
  const config = mergedConfig([folderConfig(project.configs.data_tests, fqn), own, rootProject && folderConfig(rootProject.configs.data_tests, fqn)]);
  config['enabled'] = enabledOf(config['enabled'], varIn(project.name, rootProject?.vars ?? project.vars, project.vars)).enabled;
  return config;
}
