import type { MacroSource } from '../jinja/context';
import { jinjaBlocks, referencesOf } from '../sql/raw';
import type { Relation } from '../sql/types';
import type { Workspace } from '../workspace';
import type { DbtProject } from './dbtProject';
import { readDocs } from './docs';
import { sourceOf, stem } from './files';
import { fileChecksum } from './hash';
import { readMacros } from './macros';
import { enabledOf, folderConfig, mergeConfig, varIn, type Config } from './nodeConfig';
import { packageFiles, type PackageFile, type PackageFiles } from './packageFiles';
import { readProperties, type ExposureProperties, type PropertiesFile, type UnitTestProperties } from './properties';
import { testConfig } from './propertyParts';
import { configIn, describedBy, nodeOf, sourceNode, yamlSnapshot, type NodeSource, type PackageContext } from './rawNodes';
import { snapshotBlocks } from './snapshots';
import type { DeclaringFiles } from './mergeTests';
import type { DataTest, Notice, RelationNode } from './types';

/** What the raw files of one package say. References are resolved later, when every package is known. */
export interface RawPackage {
  name: string;
  nodes: RelationNode[];
  unitTests: UnitTestProperties[];
  exposures: ExposureProperties[];
  primaryEntities: PropertiesFile['primaryEntities'];
  singularTests: { test: DataTest; refs: Relation[] }[];
  macros: MacroSource[];
  /** `vars:` of the package's own dbt_project.yml. */
  vars: DbtProject['vars'];
  /** Absent where the package's files could not be read. */
  declaring?: DeclaringFiles;
  notices: Notice[];
}

/** Reads the models, seeds, snapshots, sources and tests of one package; `root` is its folder, empty for the project. */
export async function readPackage(workspace: Workspace, project: DbtProject, root: string, rootProject?: DbtProject): Promise<RawPackage> {
  const files = await packageFiles(workspace, project, root);
  const docs = await readDocs(workspace, files.docs);
  const context: PackageContext = { project, rootProject, docs: docs.blocks };
  const [properties, models, snapshots, seeds, singular, macros] = [
    await Promise.all(files.properties.map((file) => propertiesOf(workspace, file, context))),
    await sourcesOf(workspace, files.models, 'model'),
    await sourcesOf(workspace, files.snapshots, 'snapshot'),
    await sourcesOf(workspace, files.seeds, 'seed'),
    await singularTests(workspace, files.tests, context),
    await readMacros(workspace, files.macros, project.name),
  ];
  const described = properties.flatMap(({ file }) => file.nodes);
  const byName = describedBy(described, new Set(models.sources.map(({ name }) => name)));
  const yamlNodes = properties.flatMap(({ folders, file }) =>
    file.nodes.flatMap((p): RelationNode[] => {
      if (p.kind === 'sources') return [sourceNode(p, folders, context)];
      return p.kind === 'snapshots' && p.relation !== undefined ? [yamlSnapshot(p, folders, context)] : [];
    }),
  );
  const vars = varIn(project.name, rootProject?.vars ?? project.vars, project.vars);
  return {
    name: project.name,
    nodes: [...[models, snapshots, seeds].flatMap(({ sources }) => sources.map((source) => nodeOf(source, byName, context))), ...yamlNodes],
    unitTests: properties.flatMap(({ file }) => file.unitTests.filter((test) => enabledOf(test.config['enabled'], vars).enabled)),
    exposures: properties.flatMap(({ file }) => file.exposures),
    primaryEntities: properties.flatMap(({ file }) => file.primaryEntities),
    singularTests: singular.tests,
    macros: macros.macros,
    vars: project.vars,
    declaring: declaringFiles(files, properties, root),
    notices: [files, docs, ...properties, models, snapshots, seeds, singular, macros].flatMap(({ notices }) => notices),
  };
}

function declaringFiles(files: PackageFiles, properties: readonly { file: PropertiesFile; notices: readonly Notice[] }[], root: string): DeclaringFiles {
  const below = ({ file }: PackageFile): string => (root === '' ? file : file.slice(root.length + 1));
  const isBroken = (index: number): boolean => (properties[index]?.notices.length ?? 0) > 0;
  return {
    whole: new Set(files.properties.filter((_, index) => !isBroken(index)).map(below)),
    broken: new Set(files.properties.filter((_, index) => isBroken(index)).map(below)),
    singular: new Set(files.tests.map(below)),
    unitTests: new Set(properties.flatMap(({ file }) => file.unitTests.map(({ name }) => name))),
  };
}

async function propertiesOf(workspace: Workspace, { file, folders }: PackageFile, context: PackageContext): Promise<{ file: PropertiesFile; folders: string[]; notices: Notice[] }> {
  const { text, notices } = await sourceOf(workspace, file);
  const properties = readProperties(file, text ?? '', (own) => testConfigured(own, folders, context));
  return { file: properties, folders, notices: [...notices, ...properties.notices] };
}

async function sourcesOf(workspace: Workspace, files: readonly PackageFile[], kind: NodeSource['kind']): Promise<{ sources: NodeSource[]; notices: Notice[] }> {
  const read = await Promise.all(
    files.map(async ({ file, folders }) => {
      const { text, mark, notices } = await sourceOf(workspace, file);
      const checksum = text === undefined ? undefined : fileChecksum(`${mark ? '\uFEFF' : ''}${text}`);
      const language = kind === 'seed' ? 'csv' : /\.py$/i.test(file) ? 'python' : 'sql';
      if (kind !== 'snapshot') return { sources: [{ kind, name: stem(file), file, language, text, checksum, code: text, folders } satisfies NodeSource], notices };
      const blocks = snapshotBlocks(text ?? '');
      return { sources: blocks.map(({ name, code }): NodeSource => ({ kind, name, file, language, text, checksum, code, folders: [...folders, stem(file)] })), notices };
    }),
  );
  return { sources: read.flatMap(({ sources }) => sources), notices: read.flatMap(({ notices }) => notices) };
}

async function singularTests(workspace: Workspace, files: readonly PackageFile[], context: PackageContext): Promise<{ tests: RawPackage['singularTests']; notices: Notice[] }> {
  const read = await Promise.all(
    files.map(async ({ file, folders }) => {
      const { text = '', notices } = await sourceOf(workspace, file);
      const blocks = jinjaBlocks(text);
      const own = configIn(blocks.map((block) => block.body));
      const test: DataTest = { test: stem(file), singular: true, arguments: {}, place: { file, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, from: 'E1', ...testConfig(testConfigured(own, folders, context)) };
      return { test, refs: referencesOf(blocks), notices };
    }),
  );
  return { tests: read, notices: read.flatMap(({ notices }) => notices) };
}

/** A test's configuration over what folders of dbt_project.yml give tests; the root project has the last word on packages. */
function testConfigured(own: Config, folders: readonly string[], { project, rootProject }: PackageContext): Config {
  const fqn = [project.name, ...folders];
  const layers = [folderConfig(project.configs.data_tests, fqn), own, rootProject ? folderConfig(rootProject.configs.data_tests, fqn) : {}];
  const config = layers.reduce(mergeConfig, {});
  return { ...config, enabled: enabledOf(config['enabled'], varIn(project.name, rootProject?.vars ?? project.vars, project.vars)).enabled };
}
