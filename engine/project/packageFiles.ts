import type { Workspace } from '../workspace';
import type { DbtProject } from './dbtProject';
import { filesBelow, ignoredBy } from './files';
import type { Notice } from './types';

/** One file of a package: where it is, and the folders it stands in below its search path. */
export interface PackageFile {
  /** Relative to the project. */
  file: string;
  folders: string[];
}

/** The files that dbt would read of one package, by what they are. */
export interface PackageFiles {
  models: PackageFile[];
  snapshots: PackageFile[];
  seeds: PackageFile[];
  tests: PackageFile[];
  properties: PackageFile[];
  docs: PackageFile[];
  macros: PackageFile[];
  notices: Notice[];
}

/** Lists the files of the package in the folder `root` (empty for the project itself), as its search paths and .dbtignore say. */
export async function packageFiles(workspace: Workspace, project: DbtProject, root: string): Promise<PackageFiles> {
  const ignored = await ignoredBy(workspace, root);
  const notices: Notice[] = [];
  const below = async (paths: readonly string[]): Promise<PackageFile[]> => {
    const lists = await Promise.all(paths.map((path) => filesOf(workspace, join(root, path), notices)));
    return lists.flat().filter(({ file }) => !ignored(root === '' ? file : file.slice(root.length + 1)));
  };
  const [models, snapshots, seeds, tests, macros, analyses] = [
    await below(project.modelPaths),
    await below(project.snapshotPaths),
    await below(project.seedPaths),
    await below(project.testPaths),
    await below(project.macroPaths),
    await below(project.analysisPaths),
  ];
  const all = unique([...models, ...snapshots, ...seeds, ...tests, ...macros, ...analyses]);
  return {
    models: unique(models).filter(({ file }) => /\.(sql|py)$/i.test(file)),
    snapshots: unique(snapshots).filter(({ file }) => /\.sql$/i.test(file)),
    seeds: unique(seeds).filter(({ file }) => /\.csv$/i.test(file)),
    tests: unique(tests).filter(({ file, folders }) => /\.sql$/i.test(file) && folders[0] !== 'generic' && folders[0] !== 'fixtures'),
    properties: all.filter(({ file }) => /\.ya?ml$/i.test(file) && !/\.spec\.ya?ml$/i.test(file)),
    macros: unique([...macros, ...tests.filter(({ folders }) => folders[0] === 'generic')]).filter(({ file }) => /\.sql$/i.test(file)),
    docs: all.filter(({ file }) => /\.md$/i.test(file)),
    notices,
  };
}

async function filesOf(workspace: Workspace, folder: string, notices: Notice[]): Promise<PackageFile[]> {
  const read = await workspace.read(folder);
  if (read.kind === 'failed' && read.outside) {
    notices.push({ code: 'EVID016', severity: 'warning', file: folder, message: `${folder} is a link out of the dbt project and was not read; what is there is not known.` });
  }
  const files = await filesBelow(workspace, folder);
  return files.map((file) => ({ file, folders: file.slice(folder === '' ? 0 : folder.length + 1).split('/').slice(0, -1) }));
}

/** Search paths may lie within each other; the first one wins. */
function unique(files: readonly PackageFile[]): PackageFile[] {
  const found = new Map<string, PackageFile>();
  for (const entry of files) if (!found.has(entry.file)) found.set(entry.file, entry);
  return [...found.values()];
}

/** A path below a folder; the empty folder is the project's root. */
export function join(folder: string, path: string): string {
  return folder === '' || path === '' ? folder + path : `${folder}/${path}`;
}
