import type { Manifest } from './manifest';
import type { RelationNode } from './types';

/**
 * Why a manifest's compiled code of a node is not what dbt would compile now; undefined where nothing speaks against it.
 * Compared are the file's checksum and every macro of the root project it calls. dbt keeps no checksum of
 * dbt_project.yml, so of that file only the materialization it gives the node is compared.
 */
export function staleReason(node: RelationNode, raw: RelationNode, manifest: Manifest, macros: ReadonlyMap<string, string | undefined>): string | undefined {
  if (node.checksum !== undefined && raw.checksum !== undefined && node.checksum !== raw.checksum) {
    return `${raw.file ?? raw.name} changed since the manifest was written`;
  }
  for (const id of manifest.macrosOf.get(node.uniqueId) ?? []) {
    const macro = manifest.macros.get(id);
    if (!macro) continue;
    const current = macros.get(macro.file);
    if (current === undefined || !current.includes(macro.sql.trim())) return `the macro ${id.split('.').pop() ?? id} in ${macro.file} changed since the manifest was written`;
  }
  return undefined;
}
