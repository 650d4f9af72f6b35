import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompareContext } from '../engine/conformance';
import { openProject } from '../engine/project';
import type { Notice } from '../engine/project/types';
import { BUILT_IN, findSpecs, lightSpec, parseSpec, readConfig, readSpec, SETTINGS_FILE, specKindOf, wholeSpec, type SpecDocument, type SpeclineConfig, type SpecTemplate } from '../engine/spec';
import type { SqlService } from '../engine/sql';
import type { Workspace } from '../engine/workspace';
import { diskWorkspace } from '../platform/diskWorkspace';
import { diskSettings } from '../platform/settingsFiles';
import { savedIndex, specsWith, type SavedIndex, type SpecIndex } from './specIndex';

/** One dbt project with everything read of it; `specs` has open buffers in place of files. */
export interface LoadedProject extends CompareContext {
  root: string;
  specs: SpecDocument[];
  /** The same specs by path and model; `specIndexOf` makes one where it is absent. */
  index?: SpecIndex;
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
  /** The URI the client opened a file under, else the file's own. */
  uriOf(root: string, path: string): string;
  /** The project, read once and kept until `forget`. */
  project(root: string): Promise<LoadedProject>;
  /** specline.yml of a project with what it extends, open buffers included; read once and kept until one of the files changes. */
  settings(root: string): SpeclineConfig;
  /** What is wrong in a file of settings, for every project whose settings it is among. */
  noticesOf(uri: string): Notice[];
  /** Forgets the settings that come from a file; gives the projects whose settings these are. */
  forgetSettings(uri: string): string[];
  /** A spec with its open buffer's text, parsed once a version and template. */
  spec(uri: string): SpecDocument | undefined;
  forget(root: string): void;
  /** Projects may have come or gone. */
  forgetRoots(): void;
  /** Drops what was cached for a closed document, and the project where it was read with that document's unsaved text: true then. */
  close(uri: string): boolean;
  roots(): string[];
}

/** A spec of an open document; `onlyWhole` where it cannot be had with fewer parts. */
interface ParsedSpec {
  version: number;
  spec: SpecDocument;
  onlyWhole?: boolean;
}

type Loaded = Omit<LoadedProject, 'specs' | 'index' | 'today' | 'config'> & { files: SavedIndex };

/** Open specs that are kept with all their parts: those that were looked at last. */
const WHOLE_SPECS = 20;
/** URIs whose files are remembered; watchers name any number of them. */
const MAX_FILES = 20_000;

/** A session over the open documents; files that are not open are read from disk, inside their project only. */
export function createSession(documents: { get(uri: string): TextDocument | undefined; all(): TextDocument[] }, sql: SqlService, settingsRead: (root: string, paths: readonly string[]) => void = () => undefined): Session {
  const loaded = new Map<string, Promise<Loaded>>();
  const parsed = new Map<string, ParsedSpec>();
  const rootsOfFolders = new Map<string, string>();
  const files = new Map<string, string | undefined>();
  const unsaved = new Map<string, Set<string>>();
  const configs = new Map<string, SpeclineConfig>();

  const rootOf = (folder: string): string | undefined => {
    const known = rootsOfFolders.get(folder);
    if (known !== undefined) return known;
    const up = dirname(folder);
    const root = existsSync(join(folder, 'dbt_project.yml')) ? folder : up === folder ? undefined : rootOf(up);
    // Only what is there is remembered; a project may be made at any time.
    if (root !== undefined) rootsOfFolders.set(folder, root);
    return root;
  };
  const fileOf = (uri: string): string | undefined => {
    if (files.has(uri)) return files.get(uri);
    if (files.size >= MAX_FILES) files.clear();
    const file = fileOfUri(uri);
    files.set(uri, file);
    return file;
  };
  const placeOf = (uri: string): Place | undefined => {
    const file = fileOf(uri);
    const root = file === undefined ? undefined : rootOf(dirname(file));
    return root === undefined || file === undefined ? undefined : { root, path: relative(root, file).split(sep).join('/') };
  };
  /** Editors encode URIs in ways of their own, so an open document is found by its file. */
  const opened = (file: string): TextDocument | undefined => documents.all().find((document) => fileOf(document.uri) === file);
  const uriOf = (root: string, path: string): string => opened(join(root, path))?.uri ?? pathToFileURL(join(root, path)).toString();
  const readSettings = (folder: string): SpeclineConfig => readConfig(diskSettings(folder, (file) => opened(file)?.getText()));
  const settings = (root: string): SpeclineConfig => {
    const known = configs.get(root);
    if (known) return known;
    const fresh = readSettings(root);
    configs.set(root, fresh);
    settingsRead(root, fresh.files);
    return fresh;
  };
  /** The projects whose settings a file is among; that of a project which was not asked for yet is one. */
  const rootsWith = (file: string): string[] => {
    const own = basename(file) === SETTINGS_FILE ? rootOf(dirname(file)) : undefined;
    if (own === dirname(file)) settings(own);
    return [...configs].filter(([root, { files: paths }]) => paths.some((path) => join(root, path) === file)).map(([root]) => root);
  };
  const templateOf = (place: Place | undefined): SpecTemplate => (place ? settings(place.root).template : BUILT_IN);
  const spec = (uri: string): SpecDocument | undefined => {
    const found = specOf(uri);
    const whole = found && wholeSpec(found);
    if (!whole) return undefined;
    const known = parsed.get(uri);
    parsed.delete(uri);
    if (known) parsed.set(uri, { ...known, spec: whole });
    lighten();
    return whole;
  };
  /** Of specs that are open and not looked at, only what others ask of them is kept. */
  const lighten = (): void => {
    const whole = [...parsed].filter(([, { spec: own, onlyWhole }]) => own.whole === undefined && !onlyWhole);
    for (const [uri, { version, spec: own }] of whole.slice(0, Math.max(0, whole.length - WHOLE_SPECS))) {
      const light = lightSpec(own.path, own.text, own.template);
      parsed.set(uri, { version, spec: light, onlyWhole: light.whole === undefined });
    }
  };
  /** The spec of an open document, parsed once a version, maybe a light one. */
  const specOf = (uri: string): SpecDocument | undefined => {
    const document = documents.get(uri);
    const kind = specKindOf(uri);
    if (!document || !kind) return undefined;
    const known = parsed.get(uri);
    const place = placeOf(uri);
    const template = templateOf(place);
    if (known?.version === document.version && known.spec.template === template) return known.spec;
    const fresh = parseSpec(place?.path ?? decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), document.getText(), template);
    parsed.set(uri, { version: document.version, spec: fresh });
    return fresh;
  };
  const openSpecs = (root: string): SpecDocument[] =>
    documents.all().flatMap((document) => {
      const place = specKindOf(document.uri) ? placeOf(document.uri) : undefined;
      const own = place?.root === root ? specOf(document.uri) : undefined;
      return own ? [own] : [];
    });
  const load = async (root: string): Promise<Loaded> => {
    const dirty = new Set<string>();
    unsaved.set(root, dirty);
    const disk = diskWorkspace(root);
    const workspace = overlay(disk, (path) => opened(join(root, path)), dirty);
    const project = await openProject(workspace);
    const { template } = settings(root);
    const paths = await findSpecs(workspace, project);
    const read = await Promise.all(paths.map((path) => readSpec(disk, path, template, lightSpec)));
    return { root, workspace, project, sql, files: savedIndex(read.flatMap(({ spec: known }) => known ?? [])) };
  };
  return {
    placeOf,
    uriOf,
    spec,
    settings,
    noticesOf(uri) {
      const file = fileOf(uri);
      if (file === undefined) return [];
      const found = rootsWith(file).flatMap((root) => settings(root).notices.filter((notice) => join(root, notice.file ?? '') === file));
      // One that stands alone, such as that of an npm package, is read as if it were a project's own.
      return basename(file) === SETTINGS_FILE && rootsWith(file).length === 0 ? readSettings(dirname(file)).notices.filter((notice) => notice.file === SETTINGS_FILE) : found;
    },
    forgetSettings(uri) {
      const file = fileOf(uri);
      const roots = file === undefined ? [] : rootsWith(file);
      roots.forEach((root) => configs.delete(root));
      return roots;
    },
    async project(root) {
      let found = loaded.get(root);
      if (!found) {
        found = load(root);
        loaded.set(root, found);
        found.catch(() => loaded.delete(root));
      }
      const { files: saved, ...rest } = await found;
      return { ...rest, config: settings(root), today: new Date().toISOString().slice(0, 10), ...specsWith(saved, openSpecs(root)) };
    },
    forget(root) {
      loaded.delete(root);
      configs.delete(root);
    },
    forgetRoots() {
      rootsOfFolders.clear();
    },
    close(uri) {
      const place = placeOf(uri);
      const reloads = place !== undefined && unsaved.get(place.root)?.has(uri) === true;
      if (reloads) loaded.delete(place.root);
      parsed.delete(uri);
      files.delete(uri);
      return reloads;
    },
    roots: () => [...loaded.keys()],
  };
}

/** The file of a URI; undefined for other schemes and for URIs that name no file of this machine. */
function fileOfUri(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** The project on disk with open documents in place of their files; those that differ are noted in `dirty`. */
function overlay(disk: Workspace, opened: (path: string) => TextDocument | undefined, dirty: Set<string>): Workspace {
  return {
    async read(path) {
      const document = opened(path);
      const saved = await disk.read(path);
      if (!document) return saved;
      const text = document.getText();
      if (saved.kind === 'text' && saved.text === text) return saved;
      dirty.add(document.uri);
      return { kind: 'text', text, invalidUtf8: false, modified: Date.now() };
    },
    list: (folder) => disk.list(folder),
  };
}
