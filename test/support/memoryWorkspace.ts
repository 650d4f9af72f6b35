import type { Entry, ReadResult, ReadyWorkspace, Workspace } from '../../engine/workspace';

/** A workspace of texts by path, for tests; `modified` says when files were changed, where a test is about that. */
export function memoryWorkspace(files: Readonly<Record<string, string>>, modified: Readonly<Record<string, number>> = {}): ReadyWorkspace {
  const now = (path: string): ReadResult => (Object.hasOwn(files, path) ? { kind: 'text', text: files[path] ?? '', invalidUtf8: false, ...(modified[path] === undefined ? {} : { modified: modified[path] }) } : { kind: 'missing' });
  return { now, stamp: () => undefined, read: (path) => Promise.resolve(now(path)), list: (folder) => Promise.resolve(entriesOf(files, folder)) };
}

/** The same where nothing can be read at once, so that files are read before they are needed. */
export function readBefore(files: Readonly<Record<string, string>>): Workspace {
  const { read, list } = memoryWorkspace(files);
  return { read, list };
}

function entriesOf(files: Readonly<Record<string, string>>, folder: string): Entry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, Entry>();
  for (const path of Object.keys(files)) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...rest] = path.slice(prefix.length).split('/');
    found.set(name, { name, kind: rest.length > 0 ? 'folder' : 'file' });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
