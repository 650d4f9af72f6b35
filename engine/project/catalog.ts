import type { ReadResult } from '../workspace';
import { parseArtifact } from './manifest';
import type { Column, Notice, RelationNode } from './types';
import { asRecord } from './values';

/** Columns of relations as the database reported them, by unique id. */
export interface Catalog {
  generatedAt?: string;
  columns: Map<string, { name: string; type: string }[]>;
}

/** Reads a catalog.json; a missing one is silent. */
export function readCatalog(file: string, read: ReadResult): { catalog?: Catalog; notices: Notice[] } {
  const { value, notices } = parseArtifact(file, read, 'dbt docs generate');
  if (!value) return { notices };
  const columns = new Map<string, { name: string; type: string; index: number }[]>();
  for (const [id, entry] of [...Object.entries(asRecord(value['nodes'])), ...Object.entries(asRecord(value['sources']))]) {
    const list = Object.values(asRecord(asRecord(entry)['columns'])).map(asRecord);
    columns.set(
      id,
      list
        .map((column) => ({ name: String(column['name'] ?? ''), type: String(column['type'] ?? ''), index: Number(column['index'] ?? 0) }))
        .sort((a, b) => a.index - b.index),
    );
  }
  const generatedAt = asRecord(value['metadata'])['generated_at'];
  return { catalog: { ...(typeof generatedAt === 'string' ? { generatedAt } : {}), columns }, notices };
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
