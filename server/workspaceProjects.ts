import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Serving } from './serving';
import type { LoadedProject } from './session';

/** How deep below a folder of the workspace a dbt project is looked for. */
const DEPTH = 3;
const NOT_PROJECTS = /^(\..*|dbt_packages|dbt_modules|node_modules|target|logs|venv)$/;

/** The projects in the workspace's folders, of what is open, and those that were read already; one that cannot be read is left out, its own diagnostics tell. */
export async function workspaceProjects({ session, documents }: Serving, folders: readonly string[]): Promise<LoadedProject[]> {
  const files = (await Promise.all(folders.filter((folder) => folder.startsWith('file:')).map((folder) => projectFiles(fileURLToPath(folder), DEPTH)))).flat();
  const uris = [...files.map((file) => pathToFileURL(file).toString()), ...documents.all().map(({ uri }) => uri)];
  const roots = new Set([...uris.flatMap((uri) => session.placeOf(uri)?.root ?? []), ...session.roots()]);
  const projects = await Promise.all([...roots].map((root) => session.project(root).catch(() => undefined)));
  return projects.flatMap((project) => project ?? []);
}

/** The `dbt_project.yml` files in and below a folder; packages that a project installed are its own. */
async function projectFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.isFile() && entry.name === 'dbt_project.yml')) return [join(folder, 'dbt_project.yml')];
  if (depth === 0) return [];
  const below = entries.filter((entry) => entry.isDirectory() && !NOT_PROJECTS.test(entry.name));
  return (await Promise.all(below.map((entry) => projectFiles(join(folder, entry.name), depth - 1)))).flat();
}
