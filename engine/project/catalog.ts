import type { BytesResult, ReadResult } from '../workspace';
import { artifactOf } from './artifact';
import { columnWith } from './columns';
import { LazyMap } from './lazyMap';
import type { Column, Json, Notice, RelationNode } from './types';
import { asRecord, wordOf } from './values';

/** Columns of relations as the database reported them, by unique id. */
export interface Catalog {
  generatedAt?: string;
  columns: ReadonlyMap<string, { name: string; type: string }[]>;
}

/** Reads a catalog.json; a missing one is silent. */
export function readCatalog(file: string, read: ReadResult | BytesResult): { catalog?: Catalog; notices: Notice[] } {
  const { artifact, notices } = artifactOf(file, read, 'dbt docs generate', ['nodes', 'sources']);
  if (!artifact) return { notices };
  const generatedAt = asRecord(artifact.value('metadata'))['generated_at'];
  const columns = new LazyMap([...artifact.keys('nodes'), ...artifact.keys('sources')], (id) => columnsIn(artifact.entry('sources', id) ?? artifact.entry('nodes', id)), false);
  return { catalog: { ...(typeof generatedAt === 'string' ? { generatedAt } : {}), columns }, notices };
}

function columnsIn(entry: Json | undefined): { name: string; type: string }[] {
  const indexOf = (column: Record<string, Json>): number => (typeof column['index'] === 'number' ? column['index'] : 0);
  return Object.values(asRecord(asRecord(entry)['columns']))
    .map(asRecord)
    .sort((a, b) => indexOf(a) - indexOf(b))
    .map((column) => ({ name: wordOf(column['name']), type: wordOf(column['type']) }));
}

/** A node with the catalog's columns and types merged over its declared ones; `complete` says whether they are current. */
export function withCatalog(node: RelationNode, catalog: Catalog | undefined, complete: boolean): RelationNode {
  const real = catalog?.columns.get(node.uniqueId);
  if (!real || real.length === 0) return node;
  const declared = new Map(node.columns.map((column) => [column.name.toLowerCase(), column]));
  const merged = real.map(({ name, type }): Column => {
    const lower = name.toLowerCase();
    const column = declared.get(lower);
    if (!column) return { name, quoted: false, from: 'E4', constraints: [], type };
    declared.delete(lower);
    return columnWith({ name, quoted: column.quoted, from: 'E4', constraints: column.constraints }, column.description, type, column.place);
  });
  const found: RelationNode = { ...node };
  found.columns = declared.size === 0 ? merged : [...merged, ...declared.values()];
  found.columnsComplete = complete;
  if (complete) found.from = 'E4';
  return found;
}
