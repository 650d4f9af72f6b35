import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MAX_ARTIFACT_BYTES, MAX_SOURCE_BYTES, type Entry, type ReadResult, type Workspace } from '../engine/workspace';

/** A dbt project on disk. Reads stay inside the root, through links too; nothing is written or executed. */
export function diskWorkspace(root: string): Workspace {
  return {
    read: (path) => readInside(root, path),
    list: (folder) => listInside(root, folder),
  };
}

async function readInside(root: string, path: string): Promise<ReadResult> {
  try {
    const real = await resolveInside(root, path);
    if (real === undefined) return { kind: 'failed', why: 'it leads out of the dbt project', outside: true };
    const { size, mtimeMs: modified } = await stat(real);
    const limit = path.endsWith('.json') ? MAX_ARTIFACT_BYTES : MAX_SOURCE_BYTES;
    if (size > limit) return { kind: 'too-large', bytes: size, limit };
    const bytes = await readFile(real);
    const text = bytes.toString('utf8');
    const mark = text.startsWith('\uFEFF');
    return { kind: 'text', text: mark ? text.slice(1) : text, invalidUtf8: text.includes('\uFFFD') && !bytes.equals(Buffer.from(text, 'utf8')), modified, ...(mark ? { mark } : {}) };
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
