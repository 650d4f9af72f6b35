import { createHash } from 'node:crypto';
import { readAll } from '../engine/project/files';
import type { SettingsFiles } from '../engine/spec';
import type { BytesResult, Entry, ReadResult, Workspace } from '../engine/workspace';

/** What was read of a project: a hash of each file and each folder's entries, of what was not there, too. */
export interface Trace {
  reads: Record<string, string>;
  lists: Record<string, string>;
  /** Files that settings came from, which may stand outside the project. */
  settings: Record<string, string>;
}

/** Reads looked at together when a trace is checked. */
const TOGETHER = 100;

/** A workspace that writes down what is read through it into `trace`. */
export function tracedWorkspace(workspace: Workspace, trace: Trace): Workspace {
  return {
    async read(path) {
      const result = await workspace.read(path);
      trace.reads[path] = readHash(path, result);
      return result;
    },
    async readMany(paths) {
      const found = await readAll(workspace, paths);
      paths.forEach((path, index) => (trace.reads[path] = readHash(path, found[index] as ReadResult)));
      return found;
    },
    ...(workspace.bytes
      ? {
          async bytes(path) {
            const result = await workspace.bytes?.(path) ?? { kind: 'missing' };
            trace.reads[path] = bytesHash(result);
            return result;
          },
        }
      : {}),
    async list(folder) {
      const entries = await workspace.list(folder);
      trace.lists[folder] = listHash(entries);
      return entries;
    },
    ...(workspace.sha256 ? { sha256: workspace.sha256 } : {}),
  };
}

/** Files of settings that are written down in `trace` as they are read. */
export function tracedSettings(files: SettingsFiles, trace: Trace): SettingsFiles {
  return {
    ...files,
    read(path) {
      const result = files.read(path);
      trace.settings[path] = readHash(path, result);
      return result;
    },
  };
}

export function emptyTrace(): Trace {
  return { reads: Object.create(null) as Trace['reads'], lists: Object.create(null) as Trace['lists'], settings: Object.create(null) as Trace['settings'] };
}

/** Gives what was noted so far, and begins anew. */
export function takenTrace(trace: Trace): Trace {
  const taken = { ...trace };
  Object.assign(trace, emptyTrace());
  return taken;
}

/** Adds what was read elsewhere or later, and gives what was found otherwise than before; that never holds again. */
export function addTrace(trace: Trace, more: Trace): string[] {
  const changed: string[] = [];
  for (const part of ['reads', 'lists', 'settings'] as const) {
    for (const [path, hash] of Object.entries(more[part])) {
      const known = trace[part][path];
      if (known !== undefined && known !== hash) changed.push(path);
      trace[part][path] = known === undefined || known === hash ? hash : '';
    }
  }
  return changed;
}

/** Whether everything that was read is still the same, byte by byte. */
export async function stillHolds(workspace: Workspace, files: SettingsFiles, trace: Trace): Promise<boolean> {
  for (const [path, hash] of Object.entries(trace.settings)) if (readHash(path, files.read(path)) !== hash) return false;
  for (const [folder, hash] of Object.entries(trace.lists)) if (listHash(await workspace.list(folder)) !== hash) return false;
  const reads = Object.entries(trace.reads);
  for (let from = 0; from < reads.length; from += TOGETHER) {
    const same = await Promise.all(reads.slice(from, from + TOGETHER).map(async ([path, hash]) => (await hashNow(workspace, path, hash.startsWith(OF_BYTES))) === hash));
    if (same.includes(false)) return false;
  }
  return true;
}

/** Stands before hashes of files that were read as bytes. */
const OF_BYTES = 'bytes ';

async function hashNow(workspace: Workspace, path: string, asBytes: boolean): Promise<string> {
  if (!asBytes) return readHash(path, await workspace.read(path));
  return workspace.bytes ? bytesHash(await workspace.bytes(path)) : '';
}

/** Only artifacts are read as bytes, so the time of a change counts. */
function bytesHash(result: BytesResult): string {
  if (result.kind !== 'bytes') return OF_BYTES + JSON.stringify(result);
  return OF_BYTES + createHash('sha256').update(JSON.stringify([result.modified])).update(result.bytes.whole()).digest('base64');
}

/** The time of a change counts where an artifact's age is compared with that of dbt_project.yml. */
function readHash(path: string, result: ReadResult): string {
  const { kind } = result;
  if (kind !== 'text') return JSON.stringify(result);
  const time = path.endsWith('.json') || path === 'dbt_project.yml' ? result.modified : 0;
  return createHash('sha256').update(JSON.stringify([result.invalidUtf8, result.mark === true, time])).update(result.text).digest('base64');
}

function listHash(entries: readonly Entry[]): string {
  return createHash('sha256').update(JSON.stringify(entries.map(({ name, kind, linked }) => [name, kind, linked === true]))).digest('base64');
}
