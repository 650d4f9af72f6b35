import type { Manifest } from './manifest';
import type { RelationNode } from './types';
import type { BytesResult, ReadResult } from '../workspace';

/** What of a project may have changed since its manifest was written, beside a node's own file. */
export interface ProjectNow {
  /** Text of every macro file by path. */
  macros: ReadonlyMap<string, string | undefined>;
  /** Whether dbt_project.yml is newer than the manifest. */
  projectChanged: boolean;
}

/** Some file systems count in steps of two seconds, and a checkout writes both files in one go. */
const SAME_TIME_MS = 2000;

/** Whether a file was changed after another was written; false where either time is not known. */
export function isNewer(file: ReadResult | BytesResult, than: ReadResult | BytesResult): boolean {
  const other = modifiedOf(than);
  return other !== undefined && isWrittenAfter(file, other);
}

/** Whether a file was changed after a time; false where that of the file is not known. */
export function isWrittenAfter(file: ReadResult | BytesResult, time: number): boolean {
  const own = modifiedOf(file);
  return own !== undefined && own > time + SAME_TIME_MS;
}

/** A time after which every change of another file is later than that of this one, or may be; undefined where its own is not known. */
export function timeBefore(file: ReadResult | BytesResult): number | undefined {
  const own = modifiedOf(file);
  return own === undefined ? undefined : own - SAME_TIME_MS;
}

function modifiedOf(read: ReadResult | BytesResult): number | undefined {
  return read.kind === 'text' || read.kind === 'bytes' ? read.modified : undefined;
}

/**
 * Why a manifest's compiled code of a node is not what dbt would compile now; undefined where nothing speaks against it.
 * Compared are the file's checksum, every macro of the root project it calls, and
 * the time dbt_project.yml was changed, since dbt keeps no checksum of that file.
 */
export function staleReason(node: RelationNode, raw: RelationNode, manifest: Manifest, now: ProjectNow): string | undefined {
  if (now.projectChanged) return 'dbt_project.yml changed since the manifest was written';
  if (node.checksum !== undefined && raw.checksum !== undefined && node.checksum !== raw.checksum) {
    return `${raw.file ?? raw.name} changed since the manifest was written`;
  }
  for (const id of manifest.macros.size === 0 ? [] : manifest.macrosOf(node.uniqueId)) {
    const macro = manifest.macros.get(id);
    if (!macro) continue;
    const current = now.macros.get(macro.file);
    if (current === undefined || !current.includes(macro.sql.trim())) return `the macro ${id.split('.').pop() ?? id} in ${macro.file} changed since the manifest was written`;
  }
  return undefined;
}
