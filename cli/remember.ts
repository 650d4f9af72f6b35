import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Workspace } from '../engine/workspace';
import { cacheFolder, diskCache } from '../platform/diskCache';
import { diskWorkspace } from '../platform/diskWorkspace';
import { hasStamp, stampsOf } from '../platform/stamps';
import { diskSettings } from '../platform/settingsFiles';
import { emptyTrace, stillHolds, type Trace } from '../platform/tracedWorkspace';
import { EXIT } from './exit';
import type { Io } from './io';
import { folderInRepository } from './repository';
import { VERSION } from './version';

/** A longer answer is not remembered: it takes as long to read as to find. */
const LONGEST_OUT = 128 * 1024 * 1024;

/** What a command said the last time, and all it had read to say so. */
interface Remembered {
  code: number;
  out: string;
  trace: Trace;
  /** What the file system said of files it had read. */
  stamps: Record<string, string>;
}

/**
 * Says again what a command said before, where every file and folder it read then is the same now; else runs it. `words` are all
 * that decide its answer beside the project. Only the built command remembers, and not where the cache is turned off.
 */
export async function remembered(io: Io, root: string, words: unknown, run: (io: Io, trace: Trace) => Promise<number>): Promise<number> {
  const folder = io.script === undefined ? undefined : cacheFolder(io.env);
  if (folder === undefined || io.script === undefined) return run(io, emptyTrace());
  const cache = diskCache(folder);
  const today = new Date().toISOString().slice(0, 10);
  const key = createHash('sha256').update(JSON.stringify([VERSION, root, words, today, io.width ?? null, io.color, folderInRepository(root)])).update(readFileSync(io.script)).digest('hex');
  const known = cache.read(key);
  const workspace: Workspace = diskWorkspace(root);
  if (isRemembered(known) && (await stillHolds(workspace, diskSettings(root), unstamped(root, known)))) {
    io.out(known.out);
    return known.code;
  }
  const start = Date.now();
  let said: string[] = [];
  let length = 0;
  const trace = emptyTrace();
  const out = (text: string): void => {
    io.out(text);
    length += text.length;
    if (length <= LONGEST_OUT) said.push(text);
    else said = [];
  };
  const code = await run({ ...io, out }, trace);
  if ((code === EXIT.clean || code === EXIT.findings) && length <= LONGEST_OUT) cache.write(key, { code, out: said.join(''), trace, stamps: stampsOf(root, Object.keys(trace.reads), start) } satisfies Remembered);
  return code;
}

/** What has to be read again to know that it is the same. */
function unstamped(root: string, { trace, stamps }: Remembered): Trace {
  const reads = Object.entries(trace.reads).filter(([path]) => stamps[path] === undefined || !hasStamp(root, path, stamps[path]));
  return { ...trace, reads: Object.fromEntries(reads) };
}

function isRemembered(value: unknown): value is Remembered {
  const { code, out, trace, stamps } = (value ?? {}) as Partial<Remembered>;
  return typeof stamps === 'object' && typeof code === 'number' && typeof out === 'string' && isHashes(trace?.reads) && isHashes(trace?.lists) && isHashes(trace?.settings);
}

function isHashes(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0 && Object.values(value).every((hash) => typeof hash === 'string');
}
