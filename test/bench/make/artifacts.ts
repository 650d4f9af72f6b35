import { fileChecksum } from '../../../engine/project';
import type { MadeModel } from './technicalSpec';

/** A generated model with where its files stand. */
export interface Placed {
  made: MadeModel;
  /** Path below the project's root. */
  file: string;
  yaml: string;
  /** The model in the words of a database. */
  compiled: string;
  key: string;
}

export const PROJECT = 'bench';
const relation = (name: string): string => `"bench"."main"."${name}"`;

export function relationOf(name: string, source: boolean): string {
  return source ? `"bench"."raw"."${name}"` : relation(name);
}

/** Nodes of a manifest.json as dbt 1.11 writes them: the model and the tests on its key. */
export function manifestNodes({ made, file, yaml, compiled, key }: Placed, sources: ReadonlySet<string>): [string, unknown][] {
  const id = `model.${PROJECT}.${made.name}`;
  const folders = file.split('/').slice(1, -1);
  const config = (materialized: string): Record<string, unknown> => ({
    enabled: true, alias: null, schema: null, database: null, tags: [], meta: {}, group: null, materialized, incremental_strategy: null, batch_size: null, lookback: 1, begin: null, persist_docs: {}, 'post-hook': [], 'pre-hook': [], quoting: {}, column_types: {},
    full_refresh: null, unique_key: null, on_schema_change: 'ignore', on_configuration_change: 'apply', grants: {}, packages: [], docs: { show: true, node_color: null }, contract: { enforced: false, alias_types: true }, event_time: null, concurrent_batches: null, access: 'protected', freshness: null, static_analysis: null,
  });
  const model = {
    database: 'bench', schema: 'main', name: made.name, resource_type: 'model', package_name: PROJECT, path: file.split('/').slice(1).join('/'), original_file_path: file, unique_id: id, fqn: [PROJECT, ...folders, made.name], alias: made.name, checksum: { name: 'sha256', checksum: fileChecksum(made.sql) },
    config: config('table'), tags: [], description: descriptionOf(made), columns: Object.fromEntries(made.columns.map((column) => [column.name, { name: column.name, description: `The ${column.name.replaceAll('_', ' ')}.`, meta: {}, data_type: null, constraints: [], quote: null, config: { meta: {}, tags: [] }, tags: [], granularity: null, doc_blocks: [] }])),
    meta: {}, group: null, docs: { show: true, node_color: null }, patch_path: `${PROJECT}://${yaml}`, build_path: null, unrendered_config: { materialized: 'table' }, created_at: 1780000000, relation_name: relation(made.name), raw_code: made.sql.trimEnd(), doc_blocks: [], language: 'sql',
    refs: made.parents.filter((parent) => !sources.has(parent)).map((name) => ({ name, package: null, version: null })), sources: made.parents.filter((parent) => sources.has(parent)).map((name) => ['raw', name]), metrics: [], functions: [],
    depends_on: { macros: [], nodes: made.parents.map((parent) => (sources.has(parent) ? `source.${PROJECT}.raw.${parent}` : `model.${PROJECT}.${parent}`)) }, compiled_path: `target/compiled/${PROJECT}/${file}`, compiled: true, compiled_code: compiled, extra_ctes_injected: true, extra_ctes: [], contract: { enforced: false, alias_types: true, checksum: null },
    access: 'protected', constraints: [], version: null, latest_version: null, deprecation_date: null, primary_key: [key], time_spine: null,
  };
  const tests = ['unique', 'not_null'].map((test): [string, unknown] => {
    const name = `${test}_${made.name}_${key}`;
    const testId = `test.${PROJECT}.${name}.${fileChecksum(name).slice(0, 10)}`;
    return [testId, {
      test_metadata: { name: test, kwargs: { column_name: key, model: `{{ get_where_subquery(ref('${made.name}')) }}` }, namespace: null }, database: 'bench', schema: 'main_dbt_test__audit', name, resource_type: 'test', package_name: PROJECT, path: `${name}.sql`, original_file_path: yaml, unique_id: testId, fqn: [PROJECT, ...folders, name], alias: name, checksum: { name: 'none', checksum: '' },
      config: { enabled: true, alias: null, schema: 'dbt_test__audit', database: null, tags: [], meta: {}, group: null, materialized: 'test', severity: 'ERROR', store_failures: null, store_failures_as: null, where: null, limit: null, fail_calc: 'count(*)', warn_if: '!= 0', error_if: '!= 0', static_analysis: null }, tags: [], description: '', columns: {}, meta: {}, group: null, docs: { show: true, node_color: null },
      patch_path: null, build_path: null, unrendered_config: {}, created_at: 1780000000, relation_name: null, raw_code: `{{ test_${test}(**_dbt_generic_test_kwargs) }}`, doc_blocks: [], language: 'sql', refs: [{ name: made.name, package: null, version: null }], sources: [], metrics: [], functions: [],
      depends_on: { macros: [`macro.dbt.test_${test}`, 'macro.dbt.get_where_subquery'], nodes: [id] }, compiled_path: null, compiled: true, compiled_code: testCode(test, made.name, key), extra_ctes_injected: true, extra_ctes: [], contract: { enforced: false, alias_types: true, checksum: null }, column_name: key, file_key_name: `models.${made.name}`, attached_node: id,
    }];
  });
  return [[id, model], ...tests];
}

/** A source's table in a manifest.json. */
export function manifestSource(table: string, file: string): [string, unknown] {
  const id = `source.${PROJECT}.raw.${table}`;
  return [id, {
    database: 'bench', schema: 'raw', name: table, resource_type: 'source', package_name: PROJECT, path: file, original_file_path: file, unique_id: id, fqn: [PROJECT, 'staging', 'raw', table], source_name: 'raw', source_description: '', loader: '', identifier: table, quoting: { database: null, schema: null, identifier: null, column: null }, loaded_at_field: null, loaded_at_query: null,
    freshness: { warn_after: { count: null, period: null }, error_after: { count: null, period: null }, filter: null }, external: null, description: `Rows of ${table}.`, columns: {}, meta: {}, source_meta: {}, tags: [], config: { enabled: true, event_time: null, freshness: null, loaded_at_field: null, loaded_at_query: null, meta: {}, tags: [] }, patch_path: null, unrendered_config: {}, relation_name: relationOf(table, true), created_at: 1780000000, unrendered_database: null, unrendered_schema: null, doc_blocks: [],
  }];
}

/** A node of a catalog.json. */
export function catalogNode({ made }: Placed): [string, unknown] {
  const id = `model.${PROJECT}.${made.name}`;
  return [id, {
    metadata: { type: 'BASE TABLE', schema: 'main', name: made.name, database: 'bench', comment: null, owner: null }, columns: Object.fromEntries(made.columns.map((column, index) => [column.name, { type: column.type, index: index + 1, name: column.name, comment: null }])),
    stats: { has_stats: { id: 'has_stats', label: 'Has Stats?', value: false, include: false, description: 'Indicates whether there are statistics for this table' } }, unique_id: id,
  }];
}

/** A properties file of some models. */
export function propertiesFile(placed: readonly Placed[]): string {
  const models = placed.flatMap(({ made, key }) => [
    `  - name: ${made.name}`, `    description: ${descriptionOf(made)}`, '    columns:',
    ...made.columns.flatMap((column) => [`      - name: ${column.name}`, `        description: The ${column.name.replaceAll('_', ' ')}.`, ...(column.name === key ? ['        data_tests: [unique, not_null]'] : [])]),
  ]);
  return ['version: 2', 'models:', ...models, ''].join('\n');
}

function descriptionOf(made: MadeModel): string {
  return `Made of ${made.parents.join(', ') || 'a source'}.`;
}

function testCode(test: string, model: string, key: string): string {
  if (test === 'not_null') return `\n    \n    \n\n\n\nselect ${key}\nfrom ${relation(model)}\nwhere ${key} is null\n\n\n`;
  return `\n    \n    \n\nselect\n    ${key} as unique_field,\n    count(*) as n_records\n\nfrom ${relation(model)}\nwhere ${key} is not null\ngroup by ${key}\nhaving count(*) > 1\n\n\n`;
}
