import type { Workspace } from '../workspace';

const MAX_FILES = 50_000;

/** Every file below a folder, sorted by path; folders whose name starts with a dot are left out. */
export async function filesBelow(workspace: Workspace, folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined && found.length < MAX_FILES; next = folders.shift()) {
    for (const entry of await workspace.list(next)) {
      if (entry.name.startsWith('.')) continue;
      const path = next === '' ? entry.name : `${next}/${entry.name}`;
      if (entry.kind === 'folder') folders.push(path);
      else found.push(path);
    }
  }
  return found.sort();
}

/** The file's text; undefined where it is missing or unreadable. */
export async function textOf(workspace: Workspace, path: string): Promise<string | undefined> {
  const result = await workspace.read(path);
  return result.kind === 'text' ? result.text : undefined;
}

/** `models/marts/a.sql` → `a`. */
export function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}
