import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { memoryWorkspace } from '../../support/memoryWorkspace';

/** Values that cannot even be turned into a string are among them. */
const value = fc.oneof({ weight: 3, arbitrary: fc.jsonValue() }, fc.constantFrom({ toString: [] }, { valueOf: 1, toString: null }, 'toString', 'constructor', '__proto__', [[{ toString: 1 }]]));
const entryOf = (keys: readonly string[]): fc.Arbitrary<Record<string, unknown>> => fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
const NODE = ['name', 'resource_type', 'package_name', 'version', 'latest_version', 'original_file_path', 'config', 'columns', 'constraints', 'tags', 'meta', 'fqn', 'checksum', 'depends_on', 'test_metadata', 'attached_node', 'column_name', 'unique_id', 'description', 'raw_code', 'compiled_code', 'language'];
const ENTRY = fc.tuple(entryOf(NODE), fc.constantFrom('model', 'test', 'seed', 'source', undefined)).map(([entry, kind]) => ({ ...entry, ...(kind ? { resource_type: kind } : {}), ...(kind === 'test' ? { test_metadata: { name: entry['name'], kwargs: entry['config'] } } : {}) }));

describe('artifacts that say anything in any place', () => {
  it('are read as far as they are understood', async () => {
    const section = fc.dictionary(fc.constantFrom('model.shop.a', 'test.shop.t', 'source.shop.s.t', 'seed.shop.s', 'toString'), fc.oneof({ weight: 4, arbitrary: ENTRY }, value));
    const sections = fc.record({ nodes: section, sources: section, unit_tests: section, macros: section, exposures: section, semantic_models: section, disabled: fc.dictionary(fc.constantFrom('model.shop.d'), fc.array(ENTRY, { maxLength: 2 })) }, { requiredKeys: [] });
    const catalog = fc.record({ nodes: fc.dictionary(fc.constantFrom('model.shop.a'), fc.record({ columns: fc.dictionary(fc.constantFrom('id', 'x'), fc.oneof(entryOf(['name', 'type', 'index']), value)) })) }, { requiredKeys: [] });
    const metadata = fc.record({ project_name: value, adapter_type: value, dbt_version: value, generated_at: value, invocation_id: value }, { requiredKeys: [] });
    await fc.assert(fc.asyncProperty(metadata, sections, catalog, async (about, members, columns) => {
      const project = await openProject(memoryWorkspace({
        'dbt_project.yml': 'name: shop\n',
        'models/a.sql': 'select 1 as id',
        'target/manifest.json': JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', ...about }, ...members }),
        'target/catalog.json': JSON.stringify({ metadata: about, ...columns }),
      }));
      expect([...project.nodes.values()].map(({ name }) => typeof name).filter((type) => type !== 'string')).toEqual([]);
      expect(project.notices.length + project.exposures.size + project.orphanTests.length).toBeGreaterThanOrEqual(0);
    }), { numRuns: 300 });
  }, 60_000);
});
