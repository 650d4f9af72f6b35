import type { ProjectIndex } from '../project/types';
import { filesBelow } from '../project/files';
import type { Workspace } from '../workspace';
import { specKindOf } from './parse';

/** Paths of every spec file of a project: under specs/ and beside its models. */
export async function findSpecs(workspace: Workspace, project: ProjectIndex): Promise<string[]> {
  const folders = ['specs', ...project.modelPaths, ...project.snapshotPaths];
  const files = (await Promise.all(folders.map((folder) => filesBelow(workspace, folder, (name) => specKindOf(name) !== undefined)))).flat();
  return [...new Set(files)].filter((file) => specKindOf(file) !== undefined).sort();
}
