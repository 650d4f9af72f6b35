import type { TextDocument } from 'vscode-languageserver-textdocument';
import { openProject } from '../engine/project';
import { readAll } from '../engine/project/files';
import { projectMemory } from '../engine/project/memory';
import type { ProjectIndex } from '../engine/project/types';
import { findSpecs, type SpecTemplate } from '../engine/spec';
import { asBytes, type ReadResult, type ReadyWorkspace, type Workspace } from '../engine/workspace';
import { diskWorkspace, type DiskOptions } from '../platform/diskWorkspace';
import { projectFiles } from './projectFiles';
import { savedSpecs } from './savedSpecs';
import type { SavedIndex } from './specIndex';
import { specNotes } from './specNotes';

/** What is read of a project, its files' texts being those of open documents where there are any. */
export interface Loaded {
  root: string;
  /** Files as they are now. */
  workspace: Workspace;
  project: ProjectIndex;
  /** What the specs are held against. */
  template: SpecTemplate;
  /** The specs as they are on disk. */
  files: SavedIndex;
}

/** Reads one project, and after a change only what changed. */
export interface ProjectLoader {
  /** The project by all that was said to have changed before. */
  current(): Promise<Loaded>;
  /** Files may have changed, come or gone: whether anything of the project is different now. */
  changed(paths: readonly string[]): Promise<boolean>;
  /** Whether a file was read with the unsaved text of a document. */
  isUnsaved(path: string): boolean;
}

/** The open documents of a project by their paths. */
export interface OpenDocuments {
  at(path: string): TextDocument | undefined;
  all(): ReadonlyMap<string, TextDocument>;
}

/**
 * A loader of the project in a folder; `templateNow` is what its specs are held against. `options.changed` is told of a file that turns out
 * to be another one than the one that was read.
 */
export function projectLoader(root: string, open: OpenDocuments, templateNow: () => SpecTemplate, options: DiskOptions): ProjectLoader {
  const unsaved = new Set<string>();
  const disk = diskWorkspace(root, options);
  const workspace = overlay(disk, open);
  const memory = projectMemory();
  const files = projectFiles(overlay(disk, open, unsaved));
  // Specs of files are never those of open documents, which come on top.
  const saved = projectFiles(disk);
  const notes = options.cache && specNotes(root, options.cache);
  const load = async (): Promise<Loaded> => {
    const template = templateNow();
    const project = await openProject(files, memory);
    const folders = [project.modelPaths, project.snapshotPaths].flat().join('\n');
    const paths = await memory.kept('specs', [files.listing(), folders], () => findSpecs(files, project));
    return { root, workspace, project, template, files: await savedSpecs(saved, paths, template, memory, notes) };
  };
  let loading: Promise<Loaded> | undefined;
  const current = (): Promise<Loaded> => {
    if (!loading) {
      const started = load();
      loading = started;
      started.catch(() => {
        if (loading === started) loading = undefined;
      });
    }
    return loading;
  };
  return {
    current,
    async changed(paths) {
      const before = loading;
      for (const path of paths) unsaved.delete(path);
      files.changed(paths);
      saved.changed(paths);
      if (!before) return true;
      let isDifferent = true;
      // Who asks from now on gets what the change made of it.
      const renewed = before.catch(() => undefined).then(async (loaded) => {
        const found = await Promise.all([files.renew(), saved.renew()]);
        isDifferent = !loaded || found.includes(true) || loaded.template !== templateNow();
        return isDifferent || !loaded ? load() : loaded;
      });
      loading = renewed;
      await renewed.catch(() => {
        if (loading === renewed) loading = undefined;
      });
      return isDifferent;
    },
    isUnsaved: (path) => unsaved.has(path),
  };
}

/** The project on disk with open documents in place of their files; those that differ are noted in `unsaved`. */
function overlay(disk: ReadyWorkspace, open: OpenDocuments, unsaved?: Set<string>): ReadyWorkspace {
  const over = (path: string, saved: ReadResult, document: TextDocument | undefined): ReadResult => {
    const text = document?.getText();
    if (text === undefined || (saved.kind === 'text' && saved.text === text)) return saved;
    unsaved?.add(path);
    return { kind: 'text', text, invalidUtf8: false, modified: Date.now() };
  };
  return {
    now: (path) => over(path, disk.now(path), open.at(path)),
    stamp: (path) => (open.at(path) ? undefined : disk.stamp(path)),
    read: async (path) => over(path, await disk.read(path), open.at(path)),
    async readMany(paths) {
      const saved = await readAll(disk, paths);
      const documents = open.all();
      return documents.size === 0 ? saved : saved.map((read, index) => over(paths[index] ?? '', read, documents.get(paths[index] ?? '')));
    },
    async bytes(path) {
      const document = open.at(path);
      return asBytes(document ? { kind: 'text', text: document.getText(), invalidUtf8: false, modified: Date.now() } : await (disk.bytes ?? disk.read)(path));
    },
    list: (folder) => disk.list(folder),
    ...(disk.sha256 ? { sha256: disk.sha256 } : {}),
  };
}
