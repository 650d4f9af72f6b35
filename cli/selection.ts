import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from './context';
import { UsageError } from './exit';
import type { SelectionContext } from './select';

/** Parents of every node and, with `--state`, what changed against that folder's manifest.json. */
export async function selectionContext(loaded: Project, state: string | undefined): Promise<SelectionContext> {
  const { nodes } = loaded.project;
  const parents = new Map([...nodes.values()].map((node) => [node.uniqueId, node.dependsOn ?? []] as const));
  return { project: loaded.project, parents, modified: state === undefined ? undefined : modifiedSince(loaded, state) };
}

function modifiedSince(loaded: Project, state: string): Set<string> {
  const file = join(resolve(state), 'manifest.json');
  if (!existsSync(file)) throw new UsageError(`--state ${state} has no manifest.json; give the folder of an earlier run's artifacts.`);
  const before = checksumsOf(file);
  const changed = [...loaded.project.nodes.values()].filter((node) => node.kind !== 'source' && before.get(node.uniqueId) !== node.checksum);
  return new Set(changed.map((node) => node.uniqueId));
}

function checksumsOf(file: string): Map<string, string | undefined> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is not readable JSON (${error instanceof Error ? error.message : String(error)}); run dbt again to write it anew.`);
  }
  const nodes = (parsed as { nodes?: Record<string, { checksum?: { checksum?: string } }> } | null)?.nodes ?? {};
  return new Map(Object.entries(nodes).map(([id, node]) => [id, node.checksum?.checksum]));
}
