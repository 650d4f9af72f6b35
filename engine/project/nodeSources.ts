import type { ReadResult, Workspace } from '../workspace';
import { readAll, sourceOf, stem } from './files';
import type { ProjectMemory } from './memory';
import type { PackageFile } from './packageFiles';
import type { NodeSource } from './rawNodes';
import { snapshotBlocks } from './snapshots';
import type { Notice } from './types';

/** A model, seed or snapshot block of which the text is read when it is asked for. */
export interface WaitingSource extends Pick<NodeSource, 'kind' | 'name' | 'file'> {
  read(): NodeSource;
}

/** What files have of one kind of node. To know the notices, all files are read. */
export interface NodeSources {
  sources: WaitingSource[];
  notices(): Notice[];
}

/** Finds the models, seeds or snapshots of files. Where the workspace can read at once, only files of snapshots are read now. */
export async function nodeSources(workspace: Workspace, files: readonly PackageFile[], kind: NodeSource['kind'], memory: ProjectMemory): Promise<NodeSources> {
  const { now } = workspace;
  const reads = now ? [] : await readAll(workspace, files.map(({ file }) => file));
  const inFile = (file: PackageFile, index: number): SourcesOfFile => {
    const own = now?.(file.file) ?? (reads[index] as ReadResult);
    return memory.of(own, kind, [file.file, file.folders.join('/')], () => sourcesIn(own, file, kind));
  };
  const sources = files.flatMap((file, index): WaitingSource[] => {
    // How many snapshots a file has, and what they are called, only its text tells.
    if (kind === 'snapshot') return inFile(file, index).sources.map((source) => ({ kind, name: source.name, file: file.file, read: () => source }));
    return [{ kind, name: stem(file.file), file: file.file, read: () => inFile(file, index).sources[0] as NodeSource }];
  });
  return { sources, notices: () => files.flatMap((file, index) => inFile(file, index).notices) };
}

interface SourcesOfFile {
  sources: NodeSource[];
  notices: Notice[];
}

function sourcesIn(read: ReadResult, { file, folders }: PackageFile, kind: NodeSource['kind']): SourcesOfFile {
  const { text, mark = false, notices } = sourceOf(file, read);
  const language = kind === 'seed' ? 'csv' : /\.py$/i.test(file) ? 'python' : 'sql';
  const shared = { kind, file, language, text, mark } satisfies Partial<NodeSource>;
  if (kind !== 'snapshot') return { sources: [{ ...shared, name: stem(file), code: text, folders }], notices };
  return { sources: snapshotBlocks(text ?? '').map(({ name, code }) => ({ ...shared, name, code, folders: [...folders, stem(file)] })), notices };
}
