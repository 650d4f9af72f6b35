import { readAll } from '../engine/project/files';
import { asBytes, type BytesResult, type Entry, type ReadResult, type ReadyWorkspace } from '../engine/workspace';

/** Stands for a file as it is: another object stands for what it becomes. */
export interface FileToken {
  /** Undefined where only reading the file tells whether it changed. */
  stamp: string | undefined;
}

/** A project's files as they were read. Each is read again only when it is said that it may have changed. */
export interface ProjectFiles extends ReadyWorkspace {
  bytes(path: string): Promise<BytesResult>;
  readMany(paths: readonly string[]): Promise<ReadResult[]>;
  token(path: string): FileToken;
  listing(): object;
  /** These files or folders may have changed, come or gone. */
  changed(paths: readonly string[]): void;
  /** Reads again what may have changed; whether anything of it is different. What is the same stays the same object. */
  renew(): Promise<boolean>;
}

/** Keeps what is read of a workspace that can read at once. */
export function projectFiles(workspace: ReadyWorkspace): ProjectFiles {
  const reads = new Map<string, ReadResult>();
  const bytes = new Map<string, BytesResult | Promise<BytesResult>>();
  const lists = new Map<string, Entry[] | Promise<Entry[]>>();
  const tokens = new Map<string, FileToken>();
  const suspects = new Set<string>();
  let listing = {};
  const kept = async <T>(all: Map<string, T | Promise<T>>, path: string, one: (path: string) => Promise<T>): Promise<T> => {
    const found = all.get(path) ?? one(path);
    all.set(path, found);
    return found;
  };
  const bytesOf = async (path: string): Promise<BytesResult> => asBytes(await (workspace.bytes ?? workspace.read)(path));
  /** Reads one again; the old object stays where the new one says the same. */
  const again = async <T>(all: Map<string, T | Promise<T>>, path: string, one: (path: string) => Promise<T>, isSame: (before: T, now: T) => boolean): Promise<boolean> => {
    const before = await all.get(path);
    if (before === undefined) return false;
    const now = await one(path);
    if (isSame(before, now)) return false;
    all.set(path, now);
    return true;
  };
  /** Whether another token is due to a file, which was read again if it had been read. */
  const tokenChanges = (path: string, isRead: boolean, isOther: boolean): boolean => {
    const token = tokens.get(path);
    if (!token) return false;
    const stamp = workspace.stamp(path);
    if (stamp === undefined && token.stamp === undefined ? isRead && !isOther : stamp === token.stamp) return false;
    tokens.delete(path);
    return true;
  };
  return {
    async read(path) {
      const found = reads.get(path) ?? (await workspace.read(path));
      // Another may have asked for it meanwhile.
      const first = reads.get(path) ?? found;
      reads.set(path, first);
      return first;
    },
    now(path) {
      const found = reads.get(path) ?? workspace.now(path);
      reads.set(path, found);
      return found;
    },
    async readMany(paths) {
      const missing = paths.filter((path) => !reads.has(path));
      const found = missing.length === 0 ? [] : await readAll(workspace, missing);
      missing.forEach((path, index) => {
        if (!reads.has(path)) reads.set(path, found[index] as ReadResult);
      });
      return paths.map((path) => reads.get(path) as ReadResult);
    },
    stamp: (path) => workspace.stamp(path),
    token(path) {
      const token = tokens.get(path) ?? { stamp: workspace.stamp(path) };
      tokens.set(path, token);
      return token;
    },
    listing: () => listing,
    bytes: (path) => kept(bytes, path, bytesOf),
    list: (folder) => kept(lists, folder, (one) => workspace.list(one)),
    ...(workspace.sha256 ? { sha256: workspace.sha256 } : {}),
    changed(paths) {
      for (const path of paths) suspects.add(path);
    },
    async renew() {
      const paths = withAllBelow([...suspects], lists, reads, tokens);
      suspects.clear();
      const folders = new Set(paths.flatMap(foldersAround));
      const changes = await Promise.all([
        ...paths.map(async (path) => {
          const isRead = reads.has(path);
          const isOther = await again(reads, path, (one) => workspace.read(one), (before, now) => isSameText(path, before, now));
          return tokenChanges(path, isRead, isOther) || isOther;
        }),
        ...paths.map((path) => again(bytes, path, bytesOf, isSameBytes)),
      ]);
      const listed = await Promise.all([...folders, ...paths].map((folder) => again(lists, folder, (one) => workspace.list(one), isSameList)));
      if (listed.includes(true)) listing = {};
      return changes.includes(true) || listed.includes(true);
    },
  };
}

/** What came or went with a folder is told by the folder alone. */
function withAllBelow(paths: readonly string[], lists: ReadonlyMap<string, unknown>, ...files: readonly ReadonlyMap<string, unknown>[]): string[] {
  const folders = paths.filter((path) => lists.has(path)).map((path) => `${path}/`);
  if (folders.length === 0) return [...paths];
  return [...new Set([...paths, ...[lists, ...files].flatMap((all) => [...all.keys()]).filter((path) => folders.some((folder) => path.startsWith(folder)))])];
}

function foldersAround(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.length === 0 ? [''] : ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

function isSameText(path: string, before: ReadResult, now: ReadResult): boolean {
  if (before.kind !== 'text' || now.kind !== 'text') return JSON.stringify(before) === JSON.stringify(now);
  // The age of an artifact is compared with that of this file alone.
  const isSameAge = path !== 'dbt_project.yml' || before.modified === now.modified;
  return before.text === now.text && before.mark === now.mark && before.invalidUtf8 === now.invalidUtf8 && isSameAge;
}

function isSameBytes(before: BytesResult, now: BytesResult): boolean {
  if (before.kind !== 'bytes' || now.kind !== 'bytes') return JSON.stringify(before) === JSON.stringify(now);
  if (before.bytes.stamp !== undefined && now.bytes.stamp !== undefined) return before.bytes.stamp === now.bytes.stamp;
  return before.modified === now.modified && before.bytes.length === now.bytes.length && (now.modified !== undefined || Buffer.compare(before.bytes.whole(), now.bytes.whole()) === 0);
}

function isSameList(before: readonly Entry[], now: readonly Entry[]): boolean {
  return before.length === now.length && before.every((entry, index) => entry.name === now[index]?.name && entry.kind === now[index]?.kind && entry.linked === now[index]?.linked);
}
