import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompareContext } from '../engine/conformance';
import { BUILT_IN, lightSpec, parseSpec, readConfig, SETTINGS_FILE, settingsDocument, specKindOf, wholeSpec, type SpecDocument, type SpeclineConfig, type SpecTemplate } from '../engine/spec';
import type { Notice } from '../engine/project/types';
import { isSameData } from '../engine/project/memory';
import type { SqlService } from '../engine/sql';
import type { DiskCache } from '../platform/diskCache';
import { diskSettings } from '../platform/settingsFiles';
import { projectLoader, type ProjectLoader } from './projectLoader';
import { keptReports, type Reports } from './reports';
import { specsWith, type SavedIndex, type SpecIndex } from './specIndex';

/** One dbt project with everything read of it; `specs` has open buffers in place of files. */
export interface LoadedProject extends CompareContext {
  root: string;
  specs: SpecDocument[];
  /** The same specs by path and model; `specIndexOf` makes one where it is absent. */
  index?: SpecIndex;
  /** Where comparisons are kept; each is made anew where it is absent. */
  reports?: Reports;
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
  /** The project, read once; after a change only what changed is read. */
  project(root: string): Promise<LoadedProject>;
  /** specline.yml of a project with what it extends, open buffers included; read once and kept until one of the files changes. */
  settings(root: string): SpeclineConfig;
  /** An open file of settings, as a document to complete and hover in. */
  settingsFile(uri: string): SpecDocument | undefined;
  /** What is wrong in a file of settings, for every project whose settings it is among. */
  noticesOf(uri: string): Notice[];
  /** The text of a file of settings may be another in its open document: the projects whose settings say something else now. */
  edited(uri: string): string[];
  /** A spec with its open buffer's text, parsed once a version and template. */
  spec(uri: string): SpecDocument | undefined;
  /** Files or folders may have changed, come or gone: the roots of those projects of which anything is different now. */
  changed(uris: readonly string[]): Promise<string[]>;
  /** Projects may have come or gone. */
  forgetRoots(): void;
  /** Drops what was cached for a closed document; true where its project was read with that document's unsaved text, and changes therefore. */
  close(uri: string): boolean;
  roots(): string[];
}

/** A spec of an open document; `onlyWhole` where it cannot be had with fewer parts. */
interface ParsedSpec {
  version: number;
  spec: SpecDocument;
  onlyWhole?: boolean;
}

/** Open specs that are kept with all their parts: those that were looked at last. */
const WHOLE_SPECS = 20;
/** URIs whose files are remembered; watchers name any number of them. */
const MAX_FILES = 20_000;

/** What a session may be given beside documents and SQL. */
export interface SessionOptions {
  /** What makes the next start quicker is kept there. */
  cache?: DiskCache;
  /** Is told of a file that turns out to be another one than the one that was read, which nobody may have told of. */
  changed?: (uri: string) => void;
  /** Is told which files the settings of a project were read from. */
  settingsRead?: (root: string, paths: readonly string[]) => void;
}

/** A session over the open documents; files that are not open are read from disk, inside their project only. */
export function createSession(documents: { get(uri: string): TextDocument | undefined; all(): TextDocument[] }, sql: SqlService, { cache, changed, settingsRead = () => undefined }: SessionOptions = {}): Session {
  const loaders = new Map<string, ProjectLoader>();
  const parsed = new Map<string, ParsedSpec>();
  const together = new Map<string, { saved: SavedIndex; open: SpecDocument[]; specs: ReturnType<typeof specsWith> }>();
  const rootsOfFolders = new Map<string, string>();
  const places = new Map<string, Place>();
  const reports = new Map<string, Reports>();
  const files = new Map<string, string | undefined>();
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
    const known = places.get(uri);
    if (known) return known;
    const file = fileOf(uri);
    const root = file === undefined ? undefined : rootOf(dirname(file));
    if (root === undefined || file === undefined) return undefined;
    const place = { root, path: relative(root, file).split(sep).join('/') };
    // Only what is there is remembered, as with roots.
    if (places.size >= MAX_FILES) places.clear();
    places.set(uri, place);
    return place;
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
  /** Reads again settings that come from one of these files; whether they say something else. */
  const renewSettings = (root: string, changed: readonly string[]): boolean => {
    const before = configs.get(root);
    if (!before?.files.some((path) => changed.includes(join(root, path)))) return false;
    configs.delete(root);
    const isSame = isSameData(before, settings(root));
    if (isSame) configs.set(root, before);
    return !isSame;
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
  const reportsOf = (root: string): Reports => {
    const known = reports.get(root) ?? keptReports(() => documents.all().map(({ uri, version }) => `${uri} ${version}`).join('\n'));
    reports.set(root, known);
    return known;
  };
  const loaderOf = (root: string): ProjectLoader => {
    const known = loaders.get(root) ?? projectLoader(root, { at: (path) => opened(join(root, path)), all: () => openDocuments(root) }, () => settings(root).template, { ...(cache ? { cache } : {}), changed: (path) => changed?.(uriOf(root, path)) });
    loaders.set(root, known);
    return known;
  };
  /** A file's path in a folder; undefined where it is not below it. */
  const pathBelow = (root: string, file: string): string | undefined => {
    const path = relative(root, file);
    return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/');
  };
  const openDocuments = (root: string): Map<string, TextDocument> =>
    new Map(documents.all().flatMap((document) => {
      const file = fileOf(document.uri);
      const path = file === undefined ? undefined : pathBelow(root, file);
      return path === undefined ? [] : [[path, document] as const];
    }));
  return {
    placeOf,
    uriOf,
    spec,
    settings,
    settingsFile(uri) {
      const [document, file] = [documents.get(uri), fileOf(uri)];
      if (!document || file === undefined || specKindOf(uri)) return undefined;
      return /(^|\.)specline\.yml$/.test(basename(file)) || rootsWith(file).length > 0 ? settingsDocument(basename(file), document.getText()) : undefined;
    },
    noticesOf(uri) {
      const file = fileOf(uri);
      if (file === undefined) return [];
      const found = rootsWith(file).flatMap((root) => settings(root).notices.filter((notice) => join(root, notice.file ?? '') === file));
      // One that stands alone, such as that of an npm package, is read as if it were a project's own.
      return basename(file) === SETTINGS_FILE && rootsWith(file).length === 0 ? readSettings(dirname(file)).notices.filter((notice) => notice.file === SETTINGS_FILE) : found;
    },
    edited(uri) {
      const file = fileOf(uri);
      return file === undefined ? [] : rootsWith(file).filter((root) => renewSettings(root, [file]));
    },
    async project(root) {
      const { files: saved, ...rest } = await loaderOf(root).current();
      const open = openSpecs(root);
      const known = together.get(root);
      // Requests come many at a time, for the same documents.
      const specs = known?.saved === saved && known.open.length === open.length && open.every((one, index) => one === known.open[index]) ? known.specs : specsWith(saved, open);
      together.set(root, { saved, open, specs });
      return { ...rest, config: settings(root), sql, reports: reportsOf(root), today: new Date().toISOString().slice(0, 10), ...specs };
    },
    async changed(uris) {
      const paths = new Map<string, string[]>();
      const named = uris.flatMap((uri) => fileOf(uri) ?? []);
      // A project within the folder of another is not part of that one's files; a folder that is gone may have been part of either.
      for (const root of loaders.keys()) {
        const below = named.flatMap((file) => pathBelow(root, file) ?? []);
        if (below.length > 0) paths.set(root, below);
      }
      // Settings may come from files above a project, and may have been renewed while they were typed.
      const concerned = [...configs].filter(([root, { files: own }]) => own.some((path) => named.includes(join(root, path)))).map(([root]) => root);
      const differing = concerned.filter((root) => renewSettings(root, named));
      for (const root of concerned) if (loaders.has(root) && !paths.has(root)) paths.set(root, []);
      const gone = [...paths.keys()].filter((root) => !existsSync(join(root, 'dbt_project.yml')));
      for (const root of gone) {
        loaders.delete(root);
        together.delete(root);
        reports.delete(root);
      }
      // Open documents may differ from what was read of them, too; what a run found is told without them.
      const found = await Promise.all([...paths].map(async ([root, below]) => {
        const open = below.length > 0 && below.every(isRunResults) ? [] : openDocuments(root).keys();
        const isDifferent = gone.includes(root) || (await loaders.get(root)?.changed([...below, ...open]));
        return isDifferent ? [root] : [];
      }));
      return [...new Set([...differing, ...found.flat()])];
    },
    forgetRoots() {
      rootsOfFolders.clear();
      places.clear();
    },
    close(uri) {
      const place = placeOf(uri);
      const isUnsaved = place !== undefined && loaders.get(place.root)?.isUnsaved(place.path) === true;
      parsed.delete(uri);
      files.delete(uri);
      places.delete(uri);
      return isUnsaved;
    },
    roots: () => [...loaders.keys()],
  };
}

/** Whether a path or URI is that of what a run of dbt found. */
export function isRunResults(path: string): boolean {
  return /(^|\/)run_results\.json$/.test(path);
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
