import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MAX_ARTIFACT_BYTES, MAX_SOURCE_BYTES, type BytesResult, type Entry, type FileBytes, type ReadResult, type Workspace } from '../engine/workspace';
import type { DiskCache } from './diskCache';
import type { FileState } from './fileBytes';
import { packedBytes } from './packedBytes';

/** How long it is remembered where a folder really is; a project is read in one go, and links change seldom. */
const FOLDERS_MS = 2000;
/** A byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];
/** Files that are read before anything else gets a turn. */
const IN_ONE_GO = 50;
const MANY_IN_ONE_GO = 500;
const NOTED_AFTER_MS = 4000;

/** How the bytes of a large file are held. `from` says where they were read: the file, what it was then, and where in it they begin. */
export type Holding = (raw: Buffer, from: { file: string; state: FileState; start: number }, layout?: FileBytes['layout']) => FileBytes;

/**
 * A dbt project on disk. Reads stay inside the root, through links too; nothing of it is written or executed. What is noted of large
 * files goes to `cache`, where there is one.
 */
export function diskWorkspace(root: string, cache?: DiskCache, hold: Holding = (raw, _from, layout) => packedBytes(raw, layout)): Workspace {
  const folders = rememberedFolders(root);
  let reads = 0;
  return {
    async read(path) {
      if (++reads % IN_ONE_GO === 0) await new Promise((settle) => setImmediate(settle));
      return (await readPlainFile(folders, path)) ?? readInside(root, path);
    },
    async readMany(paths) {
      const found: ReadResult[] = [];
      let at: { folder: string; real: string | undefined } | undefined;
      for (const path of paths) {
        const folder = folderOf(path);
        // Of folders that are listed one after the other each is looked up once.
        if (at?.folder !== folder) at = { folder, real: await folders(folder).catch(() => undefined) };
        found.push((at.real === undefined || path.split('/').includes('..') ? undefined : plainFile(at.real, path)) ?? (await readInside(root, path)));
        if (found.length % MANY_IN_ONE_GO === 0) await new Promise((settle) => setImmediate(settle));
      }
      return found;
    },
    bytes: (path) => bytesInside(root, path, cache, hold),
    list: (folder) => listInside(root, folder),
  };
}

/** Where folders of a project really are, each looked up once for a moment; undefined for one that leads out. */
function rememberedFolders(root: string): (folder: string) => Promise<string | undefined> {
  const known = new Map<string, { real: Promise<string | undefined>; until: number }>();
  return (folder) => {
    const now = performance.now();
    const found = known.get(folder);
    if (found && found.until > now) return found.real;
    const real = resolveInside(root, folder);
    known.set(folder, { real, until: now + FOLDERS_MS });
    // A rejection is that of a folder which is not there; whoever asked gets it.
    real.catch(() => known.delete(folder));
    return real;
  };
}

async function readPlainFile(folders: (folder: string) => Promise<string | undefined>, path: string): Promise<ReadResult | undefined> {
  if (path.split('/').includes('..')) return undefined;
  const folder = await folders(folderOf(path)).catch(() => undefined);
  return folder === undefined ? undefined : plainFile(folder, path);
}

/**
 * A file that is no link, which nearly all are, in four calls that wait for nothing: for the thousands of files of a project
 * waiting takes longer than reading. `folder` is where its folder really is. Undefined where the file has to be looked at with care: a
 * link, a large one, an error.
 */
function plainFile(folder: string, path: string): ReadResult | undefined {
  const { O_NOFOLLOW } = constants as { O_NOFOLLOW?: number };
  if (O_NOFOLLOW === undefined || path === '') return undefined;
  let file: number | undefined;
  try {
    file = openSync(`${folder}${sep}${path.slice(path.lastIndexOf('/') + 1)}`, constants.O_RDONLY | O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > MAX_SOURCE_BYTES) return undefined;
    return textResult(readFileSync(file), facts.mtimeMs);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function textResult(bytes: Buffer, modified: number): ReadResult {
  const text = bytes.toString('utf8');
  const mark = text.startsWith('\uFEFF');
  return { kind: 'text', text: mark ? text.slice(1) : text, invalidUtf8: text.includes('\uFFFD') && !bytes.equals(Buffer.from(text, 'utf8')), modified, ...(mark ? { mark } : {}) };
}

async function readInside(root: string, path: string): Promise<ReadResult> {
  const read = await bytesOf(root, path);
  return read.kind === 'bytes' ? textResult(read.bytes, read.modified) : read;
}

async function bytesInside(root: string, path: string, cache: DiskCache | undefined, hold: Holding): Promise<BytesResult> {
  const read = await bytesOf(root, path);
  if (read.kind !== 'bytes') return read;
  const { bytes, modified, file, size } = read;
  const start = MARK.every((byte, index) => bytes[index] === byte) ? MARK.length : 0;
  const layout = cache && notes(cache, createHash('sha256').update(`${root} ${path}`).digest('hex'), [modified, bytes.length]);
  return { kind: 'bytes', modified, bytes: hold(bytes.subarray(start), { file, state: { size, mtimeMs: modified }, start }, layout) };
}

/** Notes of a file in a cache, which hold as long as its time and size are the same. */
function notes(cache: DiskCache, key: string, file: readonly number[]): NonNullable<FileBytes['layout']> {
  const stamp = JSON.stringify(file);
  return {
    read() {
      const found = cache.read(key) as { stamp?: unknown; layout?: unknown } | undefined;
      return found?.stamp === stamp ? found.layout : undefined;
    },
    // Nobody waits for it.
    write: (layout) => void setTimeout(() => cache.write(key, { stamp, layout }), NOTED_AFTER_MS).unref(),
  };
}

async function bytesOf(root: string, path: string): Promise<{ kind: 'bytes'; bytes: Buffer; modified: number; file: string; size: number } | Exclude<BytesResult, { kind: 'bytes' }>> {
  try {
    const real = await resolveInside(root, path);
    if (real === undefined) return { kind: 'failed', why: 'it leads out of the dbt project', outside: true };
    const { size, mtimeMs: modified } = await stat(real);
    const limit = path.endsWith('.json') ? MAX_ARTIFACT_BYTES : MAX_SOURCE_BYTES;
    if (size > limit) return { kind: 'too-large', bytes: size, limit };
    return { kind: 'bytes', bytes: await readFile(real), modified, file: real, size };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'failed', why: code ?? String(error) };
  }
}

async function listInside(root: string, folder: string): Promise<Entry[]> {
  try {
    const real = await resolveInside(root, folder);
    if (real === undefined) return [];
    const entries = await readdir(real, { withFileTypes: true });
    const known = await Promise.all(
      entries.map(async (entry): Promise<Entry[]> => {
        if (entry.isFile()) return [{ name: entry.name, kind: 'file' }];
        if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
        if (!entry.isSymbolicLink()) return [];
        const target = await stat(join(real, entry.name)).catch(() => undefined);
        if (target?.isFile()) return [{ name: entry.name, kind: 'file' }];
        return target?.isDirectory() ? [{ name: entry.name, kind: 'folder', linked: true }] : [];
      }),
    );
    return known.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that is missing or may not be read has no entries for dbt either.
    return [];
  }
}

async function resolveInside(root: string, path: string): Promise<string | undefined> {
  if (path.split('/').includes('..')) return undefined;
  const [realRoot, real] = await Promise.all([realpath(root), realpath(join(root, path))]);
  return real === realRoot || real.startsWith(realRoot + sep) ? real : undefined;
}
