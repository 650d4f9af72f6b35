import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompareContext } from '../engine/conformance';
import { openProject } from '../engine/project';
import { DEFAULT_CONFIG, findSpecs, parseSpec, readConfig, readSpec, specKindOf, type SpecDocument } from '../engine/spec';
import type { SqlService } from '../engine/sql';
import type { Workspace } from '../engine/workspace';
import { diskWorkspace } from '../platform/diskWorkspace';

/** One dbt project with everything read of it; `specs` has open buffers in place of files. */
export interface LoadedProject extends CompareContext {
  root: string;
  specs: SpecDocument[];
}

/** A document of a project: where it stands in it. */
export interface Place {
  root: string;
  /** POSIX path relative to the project. */
  path: string;
}

/** What the server remembers between requests. */
export interface Session {
  /** The project around a file; undefined for files outside any. */
  placeOf(uri: string): Place | undefined;
  uriOf(root: string, path: string): string;
  /** The project, read once and kept until `forget`. */
  project(root: string): Promise<LoadedProject>;
  /** A spec with its open buffer's text, parsed once a version. */
  spec(uri: string): SpecDocument | undefined;
  forget(root: string): void;
  /** Drops what was cached for a closed document. */
  close(uri: string): void;
  roots(): string[];
}

/** A session over the open documents; files that are not open are read from disk, inside their project only. */
export function createSession(documents: { get(uri: string): TextDocument | undefined; all(): TextDocument[] }, sql: SqlService): Session {
  const loaded = new Map<string, Promise<Omit<LoadedProject, 'specs'> & { files: SpecDocument[] }>>();
  const parsed = new Map<string, { version: number; spec: SpecDocument }>();
  const rootsOfFolders = new Map<string, string | undefined>();

  const rootOf = (folder: string): string | undefined => {
    if (rootsOfFolders.has(folder)) return rootsOfFolders.get(folder);
    const up = dirname(folder);
    const root = existsSync(join(folder, 'dbt_project.yml')) ? folder : up === folder ? undefined : rootOf(up);
    rootsOfFolders.set(folder, root);
    return root;
  };
  const placeOf = (uri: string): Place | undefined => {
    if (!uri.startsWith('file:')) return undefined;
    const file = fileURLToPath(uri);
    const root = rootOf(dirname(file));
    return root === undefined ? undefined : { root, path: relative(root, file).split(sep).join('/') };
  };
  const uriOf = (root: string, path: string): string => pathToFileURL(join(root, path)).toString();
  const spec = (uri: string): SpecDocument | undefined => {
    const document = documents.get(uri);
    const kind = specKindOf(uri);
    if (!document || !kind) return undefined;
    const known = parsed.get(uri);
    if (known?.version === document.version) return known.spec;
    const fresh = parseSpec(placeOf(uri)?.path ?? decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), document.getText());
    parsed.set(uri, { version: document.version, spec: fresh });
    return fresh;
  };
  const load = async (root: string): Promise<Omit<LoadedProject, 'specs'> & { files: SpecDocument[] }> => {
    const workspace = overlay(root, documents, uriOf);
    const [project, config] = await Promise.all([openProject(workspace), readConfig(workspace)]);
    const paths = await findSpecs(workspace, project);
    const read = await Promise.all(paths.map((path) => readSpec(workspace, path)));
    return { root, workspace, project, config: config ?? DEFAULT_CONFIG, sql, files: read.flatMap(({ spec: known }) => known ?? []), today: new Date().toISOString().slice(0, 10) };
  };
  return {
    placeOf,
    uriOf,
    spec,
    async project(root) {
      let found = loaded.get(root);
      if (!found) {
        found = load(root);
        loaded.set(root, found);
        found.catch(() => loaded.delete(root));
      }
      const { files, ...rest } = await found;
      const open = documents.all().flatMap((document) => {
        const place = specKindOf(document.uri) ? placeOf(document.uri) : undefined;
        const own = place?.root === root ? spec(document.uri) : undefined;
        return own ? [own] : [];
      });
      const paths = new Set(open.map((s) => s.path));
      return { ...rest, specs: [...files.filter((s) => !paths.has(s.path)), ...open] };
    },
    forget(root) {
      loaded.delete(root);
      rootsOfFolders.clear();
    },
    close(uri) {
      parsed.delete(uri);
    },
    roots: () => [...loaded.keys()],
  };
}

/** The project on disk with open documents in place of their files. */
function overlay(root: string, documents: { get(uri: string): TextDocument | undefined }, uriOf: (root: string, path: string) => string): Workspace {
  const disk = diskWorkspace(root);
  return {
    async read(path) {
      const open = documents.get(uriOf(root, path))?.getText();
      const saved = await disk.read(path);
      if (open === undefined || (saved.kind === 'text' && saved.text === open)) return saved;
      return { kind: 'text', text: open, invalidUtf8: false, modified: Date.now() };
    },
    list: (folder) => disk.list(folder),
  };
}
