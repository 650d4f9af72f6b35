import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RelationNode } from '../engine/project/types';
import { readManifest } from '../engine/project/manifest';
import type { Project } from './context';
import { UsageError } from './exit';
import type { SelectionContext } from './select';

/** The project to select from and, with `--state` (relative to `cwd`), what changed against that folder's manifest.json. */
export function selectionContext(loaded: Project, cwd: string, state: string | undefined): SelectionContext {
  return { project: loaded.project, state: state === undefined ? undefined : changedSince(loaded, resolve(cwd, state), state) };
}

function changedSince(loaded: Project, folder: string, written: string): NonNullable<SelectionContext['state']> {
  const before = nodesBefore(join(folder, 'manifest.json'), written);
  const now = [...loaded.project.nodes.values()].filter((node) => node.enabled);
  const added = now.filter((node) => !before.has(node.uniqueId));
  const modified = now.filter((node) => isModified(node, before.get(node.uniqueId)));
  return { modified: new Set(modified.map((node) => node.uniqueId)), added: new Set(added.map((node) => node.uniqueId)) };
}

function nodesBefore(file: string, written: string): ReadonlyMap<string, RelationNode> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--state ${written} has no manifest.json that can be read (${(error as NodeJS.ErrnoException).code ?? String(error)}); give the folder of an earlier run's artifacts.`);
  }
  const { manifest, notices } = readManifest(file, { kind: 'text', text, invalidUtf8: false });
  if (!manifest) throw new UsageError(`${(notices[0]?.message ?? `${file} cannot be used.`).replace(/; the raw files are used instead\.$/, '.')}`);
  return manifest.nodes;
}

/** New, with another file, or with another configuration, description of columns or contract than before. */
function isModified(node: RelationNode, before: RelationNode | undefined): boolean {
  if (!before) return true;
  if (node.checksum !== undefined && before.checksum !== undefined && node.checksum !== before.checksum) return true;
  return CONFIGS.some((key) => differs(node.config[key], before.config[key])) || node.contractEnforced !== before.contractEnforced || columnsText(node) !== columnsText(before);
}

const CONFIGS = ['materialized', 'unique_key', 'incremental_strategy', 'strategy', 'check_cols', 'updated_at', 'hard_deletes', 'partition_by', 'cluster_by', 'schema', 'alias', 'database'];

/** A value that Jinja computes is not known from raw files, so it is no change. */
function differs(now: unknown, before: unknown): boolean {
  if (now === undefined || JSON.stringify(now).includes('{{')) return false;
  return JSON.stringify(now) !== JSON.stringify(before ?? null);
}

function columnsText(node: RelationNode): string {
  if (!node.contractEnforced) return '';
  return node.columns.map((column) => `${column.name} ${column.type ?? ''}`).sort().join('\n');
}
