import ignore from 'ignore';
import type { ReadResult, Workspace } from '../workspace';
import type { Notice } from './types';

const MAX_FILES = 50_000;

/** Every file below a folder, sorted by path; folders whose name starts with a dot and linked folders are left out. A folder whose name `asFile` takes for a file's is listed, so that reading it says what it is. */
export async function filesBelow(workspace: Workspace, folder: string, asFile: (name: string) => boolean = () => false): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined && found.length < MAX_FILES; next = folders.shift()) {
    for (const entry of await workspace.list(next)) {
      // Like dbt, which does not walk into linked folders: they could lead back up and never end.
      if (entry.name.startsWith('.') || entry.linked) continue;
      const path = next === '' ? entry.name : `${next}/${entry.name}`;
      if (entry.kind === 'folder' && !asFile(entry.name)) folders.push(path);
      else found.push(path);
    }
  }
  return found.sort();
}

/** What was read of files, in their order. */
export function readAll(workspace: Workspace, paths: readonly string[]): Promise<ReadResult[]> {
  return workspace.readMany ? workspace.readMany(paths) : Promise.all(paths.map((path) => workspace.read(path)));
}

/** The file's text; undefined where it is missing or unreadable. */
export async function textOf(workspace: Workspace, path: string): Promise<string | undefined> {
  return sourceOf(path, await workspace.read(path)).text;
}

/** A file's text as it was read, and a notice where it could not be read or dbt would refuse its bytes. A missing file is silent. */
export function sourceOf(path: string, read: ReadResult): { text?: string; mark?: boolean; notices: Notice[] } {
  const notice = (code: string, message: string): Notice[] => [{ code, severity: 'warning', file: path, message: `${path} ${message}` }];
  switch (read.kind) {
    case 'missing':
      return { notices: [] };
    case 'too-large':
      return { notices: notice('EVID014', `is larger than ${Math.round(read.limit / 1024 / 1024)} MB and was not read; what it says is not known.`) };
    case 'failed':
      return { notices: notice('EVID014', `could not be read (${read.why}); what it says is not known.`) };
    case 'text':
      return { text: read.text, mark: read.mark === true, notices: read.invalidUtf8 ? notice('EVID017', 'is not valid UTF-8, which dbt refuses; save it as UTF-8.') : [] };
  }
}

/** The .dbtignore of the package in a folder. */
export function ignoreFile(root: string): string {
  return root === '' ? '.dbtignore' : `${root}/.dbtignore`;
}

/** Says of paths, as they stand from a package's root, whether its .dbtignore (gitignore syntax) leaves them out. */
export async function ignoredBy(workspace: Workspace, root: string): Promise<(path: string) => boolean> {
  const text = await textOf(workspace, ignoreFile(root));
  if (text === undefined) return () => false;
  const rules = ignore().add(text);
  return (path) => rules.ignores(path);
}

/** `models/marts/a.sql` → `a`. */
export function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}
