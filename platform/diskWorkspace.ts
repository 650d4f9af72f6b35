import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { MAX_ARTIFACT_BYTES, MAX_SOURCE_BYTES, type BytesResult, type Entry, type ReadResult, type Workspace } from '../engine/workspace';

/** How long it is remembered where a folder really is; a project is read in one go, and links change seldom. */
const FOLDERS_MS = 2000;
/** A byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];
/** Files that are read before anything else gets a turn. */
const IN_ONE_GO = 50;

/** A dbt project on disk. Reads stay inside the root, through links too; nothing is written or executed. */
export function diskWorkspace(root: string): Workspace {
  const folders = rememberedFolders(root);
  let reads = 0;
  return {
    async read(path) {
      if (++reads % IN_ONE_GO === 0) await new Promise((settle) => setImmediate(settle));
      return (await readPlainFile(folders, path)) ?? readInside(root, path);
    },
    bytes: (path) => bytesInside(root, path),
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

/**
 * A file that is no link, which nearly all are, in four calls that wait for nothing: for the thousands of files of a project
 * waiting takes longer than reading. Undefined where the file has to be looked at with care: a link, a large one, an error.
 */
async function readPlainFile(folders: (folder: string) => Promise<string | undefined>, path: string): Promise<ReadResult | undefined> {
  const { O_NOFOLLOW } = constants as { O_NOFOLLOW?: number };
  if (O_NOFOLLOW === undefined || path.split('/').includes('..') || path === '') return undefined;
  let file: number | undefined;
  try {
    const folder = await folders(dirname(path) === '.' ? '' : dirname(path));
    if (folder === undefined) return undefined;
    file = openSync(join(folder, path.slice(path.lastIndexOf('/') + 1)), constants.O_RDONLY | O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > MAX_SOURCE_BYTES) return undefined;
    return textResult(readFileSync(file), facts.mtimeMs);
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

async function readInside(root: string, path: string): Promise<ReadResult> {
  const read = await bytesOf(root, path);
  return read.kind === 'bytes' ? textResult(read.bytes, read.modified) : read;
}

async function bytesInside(root: string, path: string): Promise<BytesResult> {
  const read = await bytesOf(root, path);
  return read.kind === 'bytes' && MARK.every((byte, index) => read.bytes[index] === byte) ? { ...read, bytes: read.bytes.subarray(MARK.length) } : read;
}

async function bytesOf(root: string, path: string): Promise<{ kind: 'bytes'; bytes: Buffer; modified: number } | Exclude<BytesResult, { kind: 'bytes' }>> {
  try {
    const real = await resolveInside(root, path);
    if (real === undefined) return { kind: 'failed', why: 'it leads out of the dbt project', outside: true };
    const { size, mtimeMs: modified } = await stat(real);
    const limit = path.endsWith('.json') ? MAX_ARTIFACT_BYTES : MAX_SOURCE_BYTES;
    if (size > limit) return { kind: 'too-large', bytes: size, limit };
    return { kind: 'bytes', bytes: await readFile(real), modified };
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
