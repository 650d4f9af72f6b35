import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect } from '../../../engine/sql/types';
import { inputKey } from '../../trust/sql/reading';
import type { Surroundings } from '../../trust/types';

/** Surroundings of a small test: dialect, other models, and their columns by model name. */
export function surroundings(columns: Record<string, readonly string[]> = {}, dialect: Dialect = 'duckdb'): Surroundings {
  return { dialect, otherRefs: Object.keys(columns), columnsOf: (input) => columns[/ref\('([^']+)'\)/.exec(inputKey(input))?.[1] ?? ''] };
}

/** Raw SQL of models to hold properties against: the corpus where it is there, else the example project. */
export function rawModels(everyNth: number): { name: string; raw: string; dialect: Dialect }[] {
  const root = process.env['SPECLINE_CORPUS'] ?? '../shared/corpus';
  const all = existsSync(root) ? corpusModels(root) : exampleModels('examples/jaffle/models');
  return all.filter((_, index) => !existsSync(root) || index % everyNth === 0);
}

function corpusModels(root: string): { name: string; raw: string; dialect: Dialect }[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory());
  const versions = folders.flatMap((one) => readdirSync(join(root, one.name)).map((version) => join(root, one.name, version)));
  return versions.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { metadata: { adapter_type: Dialect }; nodes: Record<string, { resource_type: string; name: string; raw_code?: string; raw_sql?: string }> };
    const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
    return models.map((node) => ({ name: node.name, raw: node.raw_code ?? node.raw_sql ?? '', dialect: manifest.metadata.adapter_type }));
  });
}

function exampleModels(folder: string): { name: string; raw: string; dialect: Dialect }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .map((file) => ({ name: file, raw: readFileSync(join(folder, file), 'utf8'), dialect: 'duckdb' }));
}

/** A generator of numbers in [0, 1) that always gives the same ones (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
