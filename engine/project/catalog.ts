import type { BytesResult, ReadResult } from '../workspace';
import { artifactOf } from './artifact';
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
  return Object.values(asRecord(asRecord(entry)['columns']))
    .map(asRecord)
    .map((column) => ({ name: wordOf(column['name']), type: wordOf(column['type']), index: typeof column['index'] === 'number' ? column['index'] : 0 }))
    .sort((a, b) => a.index - b.index)
    .map(({ name, type }) => ({ name, type }));
}

/** A node with the catalog's columns and types merged over its declared ones; `complete` says whether they are current. */
export function withCatalog(node: RelationNode, catalog: Catalog | undefined, complete: boolean): RelationNode {
  const found = catalog?.columns.get(node.uniqueId);
  if (!found || found.length === 0) return node;
  const declared = new Map(node.columns.map((column) => [column.name.toLowerCase(), column]));
  const merged = found.map(({ name, type }): Column => {
    const column = declared.get(name.toLowerCase());
    declared.delete(name.toLowerCase());
    return { quoted: false, constraints: [], ...column, name, type, from: 'E4' };
  });
  return { ...node, columns: [...merged, ...declared.values()], columnsComplete: complete, from: complete ? 'E4' : node.from };
}
