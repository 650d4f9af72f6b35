import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomOf } from '../../trust/random';
import { catalogNode, manifestNodes, manifestSource, PROJECT, propertiesFile, relationOf, type Placed } from './artifacts';
import { businessSpec } from './businessSpec';
import { stagingModel, technicalModel, type MadeModel, type Reference } from './technicalSpec';
import { pick } from './words';

/** Rises when the same seed no longer gives the same project. */
const FORMAT = 2;
/** Models described in one properties file, as projects of this size have one a folder. */
const PER_YAML = 10;
/** Business specs: one for so many models. */
const PER_BUSINESS = 10;

/** A generated dbt project on disk. */
export interface MadeProject {
  root: string;
  models: number;
  /** Names of marts, of which each has a technical spec. */
  marts: string[];
}

/**
 * Writes a dbt project of so many models: staging, intermediate and marts, in folders, with properties, technical specs, some
 * business specs, manifest.json with compiled code and catalog.json. One that is there already is used again.
 */
export function makeProject(root: string, models: number, seed: string, more: readonly (MadeModel & { code(reference: Reference): string })[] = []): MadeProject {
  const placed = placedModels(models, seed, more);
  const marts = placed.filter(({ made }) => made.name.startsWith('mart_')).map(({ made }) => made.name);
  const stamp = join(root, 'target', '.made');
  const key = JSON.stringify([FORMAT, models, seed, more.map(({ name, spec }) => [name, spec.length])]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return { root, models, marts };
  rmSync(root, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('dbt_project.yml', `name: ${PROJECT}\nversion: 1.0.0\nprofile: ${PROJECT}\nmodel-paths: [models]\nmodels:\n  ${PROJECT}:\n    +materialized: table\n`);
  const sources = placed.flatMap(({ made }) => sourceOf(made) ?? []);
  const sourceFile = 'models/staging/sources.yml';
  write(sourceFile, ['version: 2', 'sources:', '  - name: raw', '    tables:', ...sources.map((table) => `      - name: ${table}`), ''].join('\n'));
  const byYaml = new Map<string, Placed[]>();
  placed.forEach((one, index) => {
    write(one.file, one.made.sql);
    write(`specs/${one.file.slice('models/'.length).replace(/\.sql$/, '.technical.spec.yml')}`, one.made.spec);
    if (index % PER_BUSINESS === 0) write(`specs/${one.file.slice('models/'.length).replace(/\.sql$/, '.business.spec.yml')}`, businessSpec(one.made.name, 60, seed));
    byYaml.set(one.yaml, [...(byYaml.get(one.yaml) ?? []), one]);
  });
  for (const [file, own] of byYaml) write(file, propertiesFile(own));
  write('target/manifest.json', manifestText(placed, new Set(sources), sourceFile));
  write('target/catalog.json', JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/catalog/v1.json', dbt_version: '1.11.0', generated_at: '2026-11-01T00:00:00Z' }, nodes: Object.fromEntries(placed.map(catalogNode)), sources: {}, errors: null }));
  write('target/.made', key);
  return { root, models, marts };
}

/** The table a staging model takes its rows from. */
function sourceOf(made: MadeModel): string | undefined {
  return made.name.startsWith('stg_') ? made.name.slice('stg_'.length) : undefined;
}

function placedModels(models: number, seed: string, more: readonly (MadeModel & { code(reference: Reference): string })[]): Placed[] {
  const random = randomOf(`project ${seed} ${models}`);
  const staging = Math.max(4, Math.round(models * 0.4));
  const all = Array.from({ length: models }, (_, index) => {
    if (index < staging) return stagingModel(`stg_table_${index}`, `table_${index}`);
    const parents = Array.from({ length: 3 }, () => `stg_table_${Math.floor(random() * staging)}`);
    return technicalModel(`mart_${index}`, [...new Set(parents)].length > 1 ? [...new Set(parents)] : ['stg_table_0', 'stg_table_1'], pick([40, 60, 80, 120], random), seed);
  });
  return [...all, ...more].map((made, index): Placed => {
    const area = `area_${Math.floor(index / 50)}`;
    const folder = `models/${made.name.startsWith('stg_') ? 'staging' : 'marts'}/${area}`;
    const key = made.name.startsWith('stg_') ? 'row_id' : 'customer_id';
    const own = sourceOf(made);
    return { made: own === undefined ? made : { ...made, parents: [own] }, file: `${folder}/${made.name}.sql`, yaml: `${folder}/models_${Math.floor(index / PER_YAML)}.yml`, compiled: made.code((parent) => relationOf(parent, parent === own)).trimEnd(), key };
  });
}

/** The manifest, put together text by text: as one object it would take several times the memory. */
function manifestText(placed: readonly Placed[], sources: ReadonlySet<string>, sourceFile: string): string {
  const entry = ([id, value]: [string, unknown]): string => `${JSON.stringify(id)}: ${JSON.stringify(value)}`;
  const nodes = placed.flatMap((one) => manifestNodes(one, sources).map(entry));
  const parents = placed.map(({ made }) => `${JSON.stringify(`model.${PROJECT}.${made.name}`)}: ${JSON.stringify(made.parents.map((parent) => (sources.has(parent) ? `source.${PROJECT}.raw.${parent}` : `model.${PROJECT}.${parent}`)))}`);
  const metadata = { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', dbt_version: '1.11.0', generated_at: '2026-11-01T00:00:00Z', invocation_id: '0', env: {}, project_name: PROJECT, project_id: '0', user_id: null, send_anonymous_usage_stats: false, adapter_type: 'duckdb' };
  const parts = [
    `"metadata": ${JSON.stringify(metadata)}`, `"nodes": {${nodes.join(', ')}}`, `"sources": {${[...sources].map((table) => entry(manifestSource(table, sourceFile))).join(', ')}}`, '"macros": {}', '"docs": {}', '"exposures": {}', '"metrics": {}', '"groups": {}', '"selectors": {}', '"disabled": {}',
    `"parent_map": {${parents.join(', ')}}`, '"child_map": {}', '"group_map": {}', '"saved_queries": {}', '"semantic_models": {}', '"unit_tests": {}',
  ];
  return `{${parts.join(', ')}}`;
}
