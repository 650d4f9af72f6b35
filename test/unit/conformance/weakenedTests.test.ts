import { describe, expect, it } from 'vitest';
import { inferData } from '../../../engine/generate';
import { compare, compared, verdicts } from './support';

const SQL = "select customer_id, tier from {{ ref('customers') }}";
const HEAD = 'inputs:\n  - { ref: customers }\nfrom: customers\ntests:\n';
const yaml = (config: string): Record<string, string> => ({ 'models/schema.yml': `models:\n  - name: example\n    columns:\n      - name: customer_id\n        data_tests: [${config}]\n` });

async function judged(spec: string, config: string): Promise<Record<string, string>> {
  const report = await compare({ spec: `${HEAD}  - ${spec}\n`, sql: SQL, files: yaml(config) });
  return Object.fromEntries(Object.entries(verdicts(report)).filter(([id]) => id.startsWith('tests/')));
}

const UNIQUE = '{ id: T-key, test: unique, column: customer_id }';

describe('a test that is weaker than the spec asks', () => {
  it('only warns', async () => {
    expect(await judged(UNIQUE, '{ unique: { config: { severity: warn } } }')).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/severity': 'differs' });
    expect(await judged(UNIQUE.replace(' }', ', severity: warn }'), '{ unique: { config: { severity: warn } } }')).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/severity': 'matches' });
    expect(await judged(UNIQUE, 'unique')).toEqual({ 'tests/T-key': 'matches' });
  });
  it('looks at some rows only', async () => {
    expect(await judged(UNIQUE, "{ unique: { config: { where: 'tier = 1' } } }")).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/where': 'differs' });
    expect(await judged(UNIQUE, "{ dbt_expectations.expect_column_values_to_be_unique: { row_condition: 'tier = 1' } }")).toMatchObject({ 'tests/T-key': 'differs' });
    const expectation = '{ id: T-key, test: dbt_expectations.expect_column_values_to_be_unique, column: customer_id }';
    expect(await judged(expectation, "{ dbt_expectations.expect_column_values_to_be_unique: { row_condition: 'tier = 1' } }")).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/where': 'differs' });
    const filtered = UNIQUE.replace(' }', ', arguments: { where: "tier = 1" } }');
    expect(await judged(filtered, "{ unique: { config: { where: 'tier = 1' } } }")).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/arguments': 'matches' });
    expect(await judged(filtered, 'unique')).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/arguments': 'differs' });
  });
  it('forgives some failures', async () => {
    expect(await judged(UNIQUE, "{ unique: { config: { error_if: '>100' } } }")).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/error_if': 'differs' });
    expect(await judged(UNIQUE, "{ unique: { config: { error_if: '!= 0' } } }")).toEqual({ 'tests/T-key': 'matches' });
    expect(await judged(UNIQUE.replace(' }', ', arguments: { error_if: ">100" } }'), "{ unique: { config: { error_if: '>100' } } }")).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/arguments': 'matches' });
  });
  it('is no matter where another test of the kind is whole', async () => {
    expect(await judged(UNIQUE, "{ unique: { config: { where: 'tier = 1' } } }, unique")).toEqual({ 'tests/T-key': 'matches' });
    expect(await judged(UNIQUE, '{ unique: { config: { severity: warn } } }, unique')).toEqual({ 'tests/T-key': 'matches' });
  });
  it('is not known where Jinja decides', async () => {
    expect(await judged(UNIQUE, `{ unique: { config: { severity: "{{ var('level') }}" } } }`)).toEqual({ 'tests/T-key': 'matches', 'tests/T-key/severity': 'unknown (opaque-jinja)' });
    expect(await judged(UNIQUE.replace(' }', ', severity: warn }'), `{ unique: { config: { severity: "{{ var('level') }}" } } }`)).toMatchObject({ 'tests/T-key/severity': 'unknown (opaque-jinja)' });
    const filtered = UNIQUE.replace(' }', ', arguments: { where: "day > 7" } }');
    expect(await judged(filtered, `{ unique: { config: { where: "day > {{ var('first') }}" } } }`)).toMatchObject({ 'tests/T-key/arguments': 'unknown (opaque-jinja)' });
  });
});

describe('a test that only an older manifest has', () => {
  it('may be there no longer', async () => {
    const manifest = JSON.stringify({
      metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' },
      nodes: {
        'model.shop.example': { unique_id: 'model.shop.example', resource_type: 'model', name: 'example', package_name: 'shop', original_file_path: 'models/example.sql', config: {}, columns: {}, depends_on: { nodes: [] } },
        'test.shop.1': { unique_id: 'test.shop.1', resource_type: 'test', package_name: 'shop', name: 'u', original_file_path: 'models/schema.yml', attached_node: 'model.shop.example', column_name: 'customer_id', test_metadata: { name: 'unique', kwargs: { column_name: 'customer_id' } }, config: { enabled: true, severity: 'ERROR' }, depends_on: { nodes: [] } },
      },
      sources: {},
    });
    const report = await compare({ spec: `${HEAD}  - ${UNIQUE}\n`, sql: SQL, files: { 'target/manifest.json': manifest } });
    expect(verdicts(report)).toMatchObject({ 'tests/T-key': 'unknown (evidence-stale)' });
  });
});

describe('infer', () => {
  it('writes severity, where and the bound of failures, so that what it writes matches', async () => {
    const given = { spec: HEAD.replace('tests:\n', ''), sql: SQL, files: yaml("{ unique: { config: { severity: warn, where: 'tier = 1', error_if: '>100' } } }") };
    const { context } = await compared(given);
    const node = context.project.nodes.get('model.shop.example');
    const data = node && (await inferData(context, node));
    expect(data?.['tests']).toEqual([{ id: 'T-unique-customer-id', test: 'unique', column: 'customer_id', arguments: { where: 'tier = 1', error_if: '>100' }, severity: 'warn' }]);
    const [written] = data?.['tests'] as Record<string, unknown>[];
    expect(await judged(JSON.stringify(written), "{ unique: { config: { severity: warn, where: 'tier = 1', error_if: '>100' } } }")).toEqual({ 'tests/T-unique-customer-id': 'matches', 'tests/T-unique-customer-id/arguments': 'matches', 'tests/T-unique-customer-id/severity': 'matches' });
  });
});
