import { withCatalog, type Catalog } from './catalog';
import { columnWith } from './columns';
import { staleReason, type ProjectNow } from './freshness';
import { LazyMap } from './lazyMap';
import type { Manifest } from './manifest';
import { sameAs, type ProjectMemory } from './memory';
import { mergeTests, mergeUnitTests, type Declaring, type DeclaringFiles } from './mergeTests';
import { idsByName, namesIn } from './nodeNames';
import type { NodeParts, NodePlan } from './raw';
import type { Column, NodeNames, RelationNode } from './types';
import { optional } from './values';

/** All that nodes are made of. */
export interface NodeEvidence {
  plans: readonly NodePlan[];
  files: ReadonlyMap<string, DeclaringFiles>;
  manifest: Manifest | undefined;
  catalog: Catalog | undefined;
  now: ProjectNow;
}

/** Nodes by id, and by name and file. */
export interface Nodes {
  nodes: LazyMap<string, RelationNode>;
  names: NodeNames;
}

/**
 * The nodes of a project by manifest, catalog and raw files, each made when it is first asked for. One that would be made of the same
 * parts as before, or turns out the same, stays the same object, so that identity tells what changed.
 */
export function nodesFrom(evidence: NodeEvidence, memory: ProjectMemory): Nodes {
  const { plans, manifest, catalog, now } = evidence;
  const plansOf = new Map<string, NodePlan[]>();
  for (const plan of plans) {
    const known = plansOf.get(plan.uniqueId);
    if (known) known.push(plan);
    else plansOf.set(plan.uniqueId, [plan]);
  }
  const shared = [memory.token(manifest), memory.token(catalog), now];
  const declared = memory.token(evidence.files);
  const ids = new Set(manifest?.nodes.keys() ?? []);
  for (const id of plansOf.keys()) ids.add(id);
  const nodes = new LazyMap(ids, (id): RelationNode => {
    const own = (plansOf.get(id) ?? []).map((plan) => plan.look());
    const asked = askedFor(evidence.files);
    const parts = [...shared, ...own.flatMap((one) => one.parts)];
    // What declaring files say is asked for few nodes, and changes with any of them.
    const usedFiles = memory.keptFor(id, 'declared', parts, () => ({ used: false }));
    return memory.keptFor(id, 'node', [...parts, usedFiles.used ? declared : undefined], (before: RelationNode | undefined) => {
      const node = nodeFrom(id, enabledOf(own), { ...evidence, files: asked.files });
      usedFiles.used = asked.were();
      return sameAs(before, node);
    });
  });
  // Most changes are within files: what nodes are called stays as it is.
  const spelled: unknown[] = [manifest];
  for (const { uniqueId, name, file } of plans) spelled.push(uniqueId, name, file);
  const called = memory.kept('names of nodes', spelled, () => {
    memory.forgetOthers(ids);
    return idsByName(ids, (id) => {
      const own = plansOf.get(id) ?? [];
      return { name: own[0]?.name ?? nameIn(id, manifest), files: own.flatMap(({ kind, file }) => (kind === 'source' ? [] : [file])) };
    });
  });
  return { nodes, names: namesIn(called, nodes) };
}

/** Of several nodes that dbt would give one id, which it allows while only one is enabled, the enabled one. */
function enabledOf(ways: readonly NodeParts[]): RelationNode | undefined {
  let found: RelationNode | undefined;
  for (const way of ways) {
    const node = way.make();
    if (node.enabled || !found) found = node;
  }
  return found;
}

/** The files with a note of whether anybody asked for them. */
function askedFor(files: ReadonlyMap<string, DeclaringFiles>): { files: Declaring; were(): boolean } {
  let were = false;
  return {
    files: {
      get(name) {
        were = true;
        return files.get(name);
      },
    },
    were: () => were,
  };
}

/** The name in dbt's unique_id; where that may be read in two ways, the manifest's. */
function nameIn(id: string, manifest: Manifest | undefined): string {
  const parts = id.split('.');
  const expected = parts[0] === 'source' ? 4 : 3;
  return (parts.length === expected ? parts.at(-1) : manifest?.nodes.get(id)?.name) ?? id;
}

type Merging = Omit<NodeEvidence, 'files' | 'plans'> & { files: Declaring };

function nodeFrom(id: string, own: RelationNode | undefined, { manifest, catalog, now, files }: Merging): RelationNode {
  const node = manifest?.nodes.get(id);
  if (!manifest || !node) return own as RelationNode;
  const stale = own ? staleReason(node, own, manifest, now) : undefined;
  const merged = own ? mergeNode(node, own, files, stale) : { ...node, file: undefined, ...(node.compiled ? { compiled: { ...node.compiled, fresh: true } } : {}) };
  return withCatalog(merged, catalog, stale === undefined);
}

/** Facts of the manifest where its view of the file is current, else of the raw file; places always of the raw files. */
function mergeNode(node: RelationNode, raw: RelationNode, files: Declaring, stale: string | undefined): RelationNode {
  const { dependsOn, compiled } = node;
  const merged: RelationNode = {
    uniqueId: node.uniqueId,
    kind: node.kind,
    package: node.package,
    name: node.name,
    fqn: node.fqn,
    language: raw.language,
    columns: mergeColumns(node.columns, raw.columns),
    columnsComplete: node.columnsComplete,
    tests: mergeTests(node.tests, raw, files),
    unitTests: mergeUnitTests(node.unitTests, raw, files),
    constraints: node.constraints,
    config: stale === undefined ? node.config : { ...node.config, ...raw.config },
    contractEnforced: node.contractEnforced,
    tags: node.tags,
    meta: node.meta,
    enabled: node.enabled,
    // What YAML defines has no SQL file that the manifest's code could have places in.
    rawCode: raw.reads === undefined ? (raw.rawCode ?? node.rawCode) : undefined,
    from: node.from,
  };
  const file = raw.file ?? node.file;
  const place = raw.place ?? node.place;
  const primaryEntity = raw.primaryEntity ?? node.primaryEntity;
  const description = raw.description?.includes('{{') ? (node.description ?? raw.description) : (raw.description ?? node.description);
  const checksum = raw.checksum ?? node.checksum;
  if (node.sourceName !== undefined) merged.sourceName = node.sourceName;
  if (node.version !== undefined) merged.version = node.version;
  if (node.latestVersion !== undefined) merged.latestVersion = node.latestVersion;
  if (file !== undefined) merged.file = file;
  if (place) merged.place = place;
  if (description !== undefined) merged.description = description;
  if (node.access !== undefined) merged.access = node.access;
  if (dependsOn && stale === undefined) merged.dependsOn = dependsOn;
  if (node.relationName !== undefined) merged.relationName = node.relationName;
  if (raw.reads !== undefined) merged.reads = raw.reads;
  if (primaryEntity !== undefined) merged.primaryEntity = primaryEntity;
  if (compiled) merged.compiled = { ...compiled, fresh: stale === undefined, ...optional('stale', stale) };
  if (checksum !== undefined) merged.checksum = checksum;
  if (stale !== undefined) merged.stale = stale;
  return merged;
}

/** Columns of a manifest, which knows no places, with those of YAML; behind them what only YAML has. */
function mergeColumns(known: readonly Column[], raw: readonly Column[]): Column[] {
  if (raw.length === 0) return [...known];
  const places = new Map(raw.map((column) => [column.name, column.place]));
  const columns = known.map(({ name, quoted, from, constraints, description, type }) => columnWith({ name, quoted, from, constraints }, description, type, places.get(name)));
  const names = new Set(known.map((column) => column.name));
  for (const column of raw) if (!names.has(column.name)) columns.push(column);
  return columns;
}
