import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { MAX_ARTIFACT_BYTES, MAX_SOURCE_BYTES, type BytesResult, type Entry, type FileBytes, type ReadResult, type ReadyWorkspace } from '../engine/workspace';
import type { DiskCache } from './diskCache';
import { fileBytes, readAt, stampOfFacts, withOpenFile } from './fileBytes';

/** How long it is remembered where a folder really is; a project is read in one go, and links change seldom. */
const FOLDERS_MS = 2000;
/** A byte order mark. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NO_FILE = { kind: 'failed', why: 'it is no file' } as const;
/** So long files are read before anything else gets a turn. */
const IN_ONE_GO_MS = 20;
const NOTED_AFTER_MS = 4000;

/** What a workspace may be given beside its folder. */
export interface DiskOptions {
  /** Where it is noted what large files are like. */
  cache?: DiskCache;
  /** Is told of a large file that changed after it was looked at, which reading a part of it shows. */
  changed?: (path: string) => void;
}

/** A dbt project on disk. Reads stay inside the root, through links too; nothing of it is written or executed. */
export function diskWorkspace(root: string, options: DiskOptions = {}): ReadyWorkspace {
  const folders = rememberedFolders(root);
  const turn = turns();
  const now = (path: string): ReadResult => {
    const place = placeBelow(folders, path);
    return (place === undefined ? undefined : plainFileAt(place)) ?? readInside(root, path);
  };
  return {
    now,
    stamp(path) {
      const place = placeBelow(folders, path);
      return place === undefined ? undefined : stampAt(place);
    },
    async read(path) {
      await turn();
      return now(path);
    },
    async readMany(paths) {
      const found: ReadResult[] = [];
      for (const path of paths) {
        const waiting = turn();
        if (waiting) await waiting;
        found.push(now(path));
      }
      return found;
    },
    bytes: (path) => Promise.resolve(bytesInside(root, path, options)),
    sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    async list(folder) {
      await turn();
      return listInside(folders, folder);
    },
  };
}

/** Waits from time to time, so that others get a turn: for the thousands of files of a project waiting for each takes longer than reading it. */
function turns(): () => Promise<void> | undefined {
  let until = performance.now() + IN_ONE_GO_MS;
  return () => {
    if (performance.now() < until) return undefined;
    return new Promise((settle) => setImmediate(() => {
      until = performance.now() + IN_ONE_GO_MS;
      settle();
    }));
  };
}

/** Where folders of a project really are, each looked up once for a moment; undefined for one that leads out. Throws for one that is not there. */
interface RealFolders {
  of(folder: string): string | undefined;
  /** A folder within one that was looked up, which is no link. */
  plain(folder: string, real: string): void;
}

function rememberedFolders(root: string): RealFolders {
  const known = new Map<string, { real: string | undefined; until: number }>();
  const keep = (folder: string, real: string | undefined): string | undefined => {
    known.set(folder, { real, until: performance.now() + FOLDERS_MS });
    return real;
  };
  return {
    of(folder) {
      const found = known.get(folder);
      return found && found.until > performance.now() ? found.real : keep(folder, resolveInside(root, folder));
    },
    plain: keep,
  };
}

/** Where a path leads while it is no link itself; undefined where it leads out, or its folder is not there. */
function placeBelow(folders: RealFolders, path: string): string | undefined {
  if (path === '' || path.split('/').includes('..')) return undefined;
  try {
    const folder = folders.of(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    return folder === undefined ? undefined : `${folder}${sep}${path.slice(path.lastIndexOf('/') + 1)}`;
  } catch {
    return undefined;
  }
}

/** The stamp of a plain file, which is no link. */
function stampAt(place: string): string | undefined {
  try {
    const facts = lstatSync(place, { bigint: true, throwIfNoEntry: false });
    return facts?.isFile() === true ? stampOfFacts(facts) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A file that is no link, which nearly all are, in four calls that wait for nothing: for the thousands of files of a project
 * waiting takes longer than reading. Undefined where the file has to be looked at with care: a link, a large one, an error.
 */
function plainFileAt(place: string): ReadResult | undefined {
  const { O_NOFOLLOW } = constants as { O_NOFOLLOW?: number };
  if (O_NOFOLLOW === undefined) return undefined;
  let file: number | undefined;
  try {
    file = openSync(place, constants.O_RDONLY | O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > MAX_SOURCE_BYTES) return undefined;
    // Of some file systems no file has a size before it is read.
    return textResult(facts.size === 0 ? readFileSync(file) : readAt(file, 0, facts.size), facts.mtimeMs);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function textResult(bytes: Buffer, modified: number): ReadResult {
  const text = bytes.toString('utf8');
  const mark = text.startsWith('\uFEFF');
  return { kind: 'text', text: mark ? text.slice(1) : text, invalidUtf8: text.includes('\uFFFD') && !bytes.equals(Buffer.from(text, 'utf8')), modified, ...(mark ? { mark } : {}) };
}

function readInside(root: string, path: string): ReadResult {
  try {
    const real = resolveInside(root, path);
    if (real === undefined) return { kind: 'failed', why: 'it leads out of the dbt project', outside: true };
    const facts = statSync(real);
    // Reading a pipe or a device may never end; a folder says by itself what it is.
    if (!facts.isFile() && !facts.isDirectory()) return NO_FILE;
    const { size, mtimeMs } = facts;
    const limit = limitOf(path);
    return size > limit ? { kind: 'too-large', bytes: size, limit } : textResult(readFileSync(real), mtimeMs);
  } catch (error) {
    return failedRead(error);
  }
}

function bytesInside(root: string, path: string, { cache, changed }: DiskOptions): BytesResult {
  try {
    const real = resolveInside(root, path);
    if (real === undefined) return { kind: 'failed', why: 'it leads out of the dbt project', outside: true };
    return withOpenFile(real, (file): BytesResult => {
      const { facts } = file;
      if (!facts.isFile()) return NO_FILE;
      const [size, limit] = [Number(facts.size), limitOf(path)];
      if (size > limit) return { kind: 'too-large', bytes: size, limit };
      const skipped = readAt(file.descriptor, 0, MARK.length).equals(MARK) ? MARK.length : 0;
      const stamp = stampOfFacts(facts);
      const layout = cache && notes(cache, createHash('sha256').update(`${root} ${path}`).digest('hex'), stamp);
      return { kind: 'bytes', bytes: fileBytes(real, path, stamp, skipped, size - skipped, () => changed?.(path), layout), modified: Number(facts.mtimeNs) / 1e6 };
    });
  } catch (error) {
    return failedRead(error);
  }
}

/** Notes of a file in a cache, which hold as long as it has the same stamp. */
function notes(cache: DiskCache, key: string, stamp: string): NonNullable<FileBytes['layout']> {
  return {
    read() {
      const found = cache.read(key) as { stamp?: unknown; layout?: unknown } | undefined;
      return found?.stamp === stamp ? found.layout : undefined;
    },
    // Nobody waits for it.
    write: (layout) => void setTimeout(() => cache.write(key, { stamp, layout }), NOTED_AFTER_MS).unref(),
  };
}

function limitOf(path: string): number {
  return path.endsWith('.json') ? MAX_ARTIFACT_BYTES : MAX_SOURCE_BYTES;
}

function failedRead(error: unknown): Extract<ReadResult, { kind: 'missing' | 'failed' }> {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'failed', why: code ?? String(error) };
}

function listInside(folders: RealFolders, folder: string): Entry[] {
  try {
    const real = folders.of(folder);
    if (real === undefined) return [];
    const entries = readdirSync(real, { withFileTypes: true }).flatMap((entry): Entry[] => {
      if (entry.isFile()) return [{ name: entry.name, kind: 'file' }];
      if (entry.isDirectory()) {
        folders.plain(folder === '' ? entry.name : `${folder}/${entry.name}`, join(real, entry.name));
        return [{ name: entry.name, kind: 'folder' }];
      }
      if (!entry.isSymbolicLink()) return [];
      const target = statSync(join(real, entry.name), { throwIfNoEntry: false });
      if (target?.isFile()) return [{ name: entry.name, kind: 'file' }];
      return target?.isDirectory() ? [{ name: entry.name, kind: 'folder', linked: true }] : [];
    });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that is missing or may not be read has no entries for dbt either.
    return [];
  }
}

function resolveInside(root: string, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  const [realRoot, real] = [realpathSync.native(root), realpathSync.native(join(root, path))];
  return real === realRoot || real.startsWith(realRoot + sep) ? real : undefined;
}
