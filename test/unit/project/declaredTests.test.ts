import { describe, expect, it } from 'vitest';
import { openProject, type DataTest } from '../../../engine/project';
import { memoryWorkspace } from '../../support/memoryWorkspace';

interface ManifestTest {
  test: string;
  column?: string;
  arguments?: Record<string, unknown>;
  config?: Record<string, unknown>;
  file?: string;
  package?: string;
}

/** A manifest that was written when YAML declared these tests of `a`. */
function manifest(tests: readonly ManifestTest[], singular: readonly string[] = []): string {
  const generic = tests.map(({ test, column, arguments: args = {}, config = {}, file = 'models/props.yml', package: owner = 'shop' }, index) => [`test.${owner}.${index}`, {
    unique_id: `test.${owner}.${index}`, resource_type: 'test', package_name: owner, name: `test_${index}`, original_file_path: file, attached_node: 'model.shop.a', column_name: column ?? null,
    test_metadata: { name: test.split('.').pop(), namespace: test.includes('.') ? test.split('.')[0] : null, kwargs: { ...args, ...(column === undefined ? {} : { column_name: column }) } },
    config: { enabled: true, severity: 'ERROR', where: null, ...config }, depends_on: { nodes: ['model.shop.a'] },
  }]);
  const others = singular.map((name) => [`test.shop.${name}`, { unique_id: `test.shop.${name}`, resource_type: 'test', package_name: 'shop', name, original_file_path: `tests/${name}.sql`, config: { enabled: true }, depends_on: { nodes: ['model.shop.a'] } }]);
  return JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' },
    nodes: { 'model.shop.a': { unique_id: 'model.shop.a', resource_type: 'model', name: 'a', package_name: 'shop', original_file_path: 'models/a.sql', config: { materialized: 'view' }, columns: {}, depends_on: { nodes: [] } }, ...Object.fromEntries([...generic, ...others]) },
    sources: {},
  });
}

const yaml = (columns: string, rest = ''): string => `models:\n  - name: a\n    columns:\n${columns}${rest}`;

async function testsOf(files: Record<string, string>): Promise<DataTest[]> {
  const project = await openProject(memoryWorkspace({ 'dbt_project.yml': 'name: shop\n', 'models/a.sql': 'select 1 as id, 2 as tier', ...files }));
  return project.nodes.get('model.shop.a')?.tests ?? [];
}

const shown = (tests: readonly DataTest[]): unknown[] => tests.map((test) => [test.test, test.column, test.severity, test.where, test.arguments]);

describe('tests that YAML declares, beside an older manifest', () => {
  it('one that YAML lost is gone', async () => {
    const tests = await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id' }, { test: 'not_null', column: 'id' }]), 'models/props.yml': yaml('      - name: id\n        data_tests: [not_null]\n') });
    expect(shown(tests)).toEqual([['not_null', 'id', 'error', undefined, {}]]);
    expect(tests[0]).toMatchObject({ uniqueId: 'test.shop.1', from: 'E2' });
  });
  it('one that moved to another column is there only', async () => {
    const tests = await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id' }]), 'models/props.yml': yaml('      - name: tier\n        data_tests: [unique]\n') });
    expect(shown(tests)).toEqual([['unique', 'tier', 'error', undefined, {}]]);
  });
  it('severity, where and arguments are those of the YAML', async () => {
    const old = manifest([{ test: 'unique', column: 'id' }, { test: 'accepted_values', column: 'tier', arguments: { values: ['gold'] } }]);
    const tests = await testsOf({ 'target/manifest.json': old, 'models/props.yml': yaml("      - name: id\n        data_tests: [{ unique: { config: { severity: warn, where: 'id > 1' } } }]\n      - name: tier\n        data_tests: [{ accepted_values: { arguments: { values: [gold, basic] } } }]\n") });
    expect(shown(tests)).toEqual([['unique', 'id', 'warn', 'id > 1', {}], ['accepted_values', 'tier', 'error', undefined, { values: ['gold', 'basic'] }]]);
    expect(tests.map((test) => test.from)).toEqual(['E1', 'E1']);
  });
  it('of several alike each is taken for the one with its arguments', async () => {
    const old = manifest([{ test: 'relationships', column: 'id', arguments: { to: "ref('b')", field: 'id' } }, { test: 'relationships', column: 'id', arguments: { to: "ref('c')", field: 'id' } }]);
    const tests = await testsOf({ 'target/manifest.json': old, 'models/props.yml': yaml("      - name: id\n        data_tests: [{ relationships: { to: ref('c'), field: id } }]\n") });
    expect(tests.map((test) => [test.uniqueId, test.arguments['to']])).toEqual([['test.shop.1', "ref('c')"]]);
  });
  it('what Jinja configures is what the manifest says', async () => {
    const old = manifest([{ test: 'unique', column: 'id', config: { severity: 'WARN', where: 'id > 7' } }]);
    const written = yaml("      - name: id\n        data_tests: [{ unique: { config: { severity: \"{{ var('level') }}\", where: \"id > {{ var('first') }}\" } } }]\n");
    expect(shown(await testsOf({ 'target/manifest.json': old, 'models/props.yml': written }))).toEqual([['unique', 'id', 'warn', 'id > 7', {}]]);
    expect((await testsOf({ 'models/props.yml': written }))[0]?.hidden).toEqual(['severity', 'where']);
  });
  it('a test of a file that is gone is gone, also where the model has no other entry', async () => {
    const old = manifest([{ test: 'unique', column: 'id', file: 'models/keys.yml' }]);
    expect(await testsOf({ 'target/manifest.json': old, 'models/props.yml': 'models:\n  - name: b\n' })).toEqual([]);
    expect(await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id' }]), 'models/props.yml': 'models: []\n' })).toEqual([]);
  });
  it('without any properties file whether it is still there is not known', async () => {
    const [test] = await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id' }]) });
    expect(test).toMatchObject({ test: 'unique', stale: 'models/props.yml is not there, by which the manifest knows it' });
  });
  it('broken YAML takes nothing away', async () => {
    const tests = await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id' }]), 'models/props.yml': 'models:\n  - name: a\n    columns: [{ name: id, data_tests: [\n' });
    expect(tests.map((test) => test.test)).toEqual(['unique']);
  });
  it('a test that another package puts on the model stays', async () => {
    const tests = await testsOf({ 'target/manifest.json': manifest([{ test: 'unique', column: 'id', package: 'other' }]), 'models/props.yml': yaml('      - name: id\n') });
    expect(tests.map((test) => test.test)).toEqual(['unique']);
  });
  it('a unit test that YAML lost is gone', async () => {
    const unit = (name: string): unknown => ({ name, model: 'a', depends_on: { nodes: ['model.shop.a'] }, config: {} });
    const old = JSON.stringify({ ...(JSON.parse(manifest([])) as object), unit_tests: { 'unit_test.shop.a.kept': unit('kept'), 'unit_test.shop.a.lost': unit('lost') } });
    const open = async (yml: string): Promise<string[]> => (await openProject(memoryWorkspace({ 'dbt_project.yml': 'name: shop\n', 'models/a.sql': 'select 1 as id', 'models/props.yml': yml, 'target/manifest.json': old }))).nodes.get('model.shop.a')?.unitTests.map(({ name }) => name) ?? [];
    expect(await open('unit_tests:\n  - name: kept\n    model: a\n')).toEqual(['kept']);
    expect(await open('unit_tests:\n  - name: kept\n    model: [a\n')).toEqual(['kept', 'lost']);
  });
  it('a singular test whose file is gone is gone', async () => {
    const old = manifest([], ['kept', 'lost']);
    const tests = await testsOf({ 'target/manifest.json': old, 'models/props.yml': yaml('      - name: id\n'), 'tests/kept.sql': "select * from {{ ref('a') }}" });
    expect(tests.map((test) => test.test)).toEqual(['kept']);
  });
});
