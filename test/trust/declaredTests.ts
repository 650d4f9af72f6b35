import { stringify } from 'yaml';
import { openProject, type DataTest } from '../../engine/project';
import { memoryWorkspace } from '../support/memoryWorkspace';
import type { Subject, TierName } from './subjects';
import type { DeclaredTest } from './types';

/** A subject's generic tests as YAML declares them, each with its index in `subject.tests`. */
export function declaredTests(subject: Subject): { declared: DeclaredTest; index: number }[] {
  return subject.tests.flatMap((test, index) => (test.singular ? [] : [{ declared: declaredOf(test), index }]));
}

function declaredOf(test: DataTest): DeclaredTest {
  return { test: test.test, ...(test.column === undefined ? {} : { column: test.column }), arguments: test.arguments, ...(test.severity === 'warn' ? { severity: 'warn' } : {}), ...(test.where === undefined ? {} : { where: test.where }) };
}

/**
 * The tests a model has when its YAML declares these: read from YAML alone without artifacts, from YAML and the manifest
 * of the same moment with fresh ones, from the new YAML and the old manifest in between.
 */
export async function testsAt(subject: Subject, tier: TierName, tests: readonly DeclaredTest[]): Promise<DataTest[]> {
  const before = declaredTests(subject).map(({ declared }) => declared);
  const manifest = tier === 'raw' ? undefined : tier === 'edited' ? before : tests;
  const name = 'subject';
  const files: Record<string, string> = {
    'dbt_project.yml': 'name: trust\nprofile: trust\n',
    [`models/${name}.sql`]: 'select 1 as one',
    'models/properties.yml': stringify(propertiesOf(name, tests)),
    ...(manifest ? { 'target/manifest.json': JSON.stringify(manifestOf(name, manifest)) } : {}),
  };
  const project = await openProject(memoryWorkspace(files));
  const singular = subject.tests.filter((test) => test.singular);
  return [...(project.nodes.get(`model.trust.${name}`)?.tests ?? []), ...singular];
}

function propertiesOf(name: string, tests: readonly DeclaredTest[]): unknown {
  const columns = [...new Set(tests.flatMap((test) => test.column ?? []))];
  return { version: 2, models: [{ name, columns: columns.map((column) => ({ name: column, data_tests: tests.filter((test) => test.column === column).map(yamlOf) })), data_tests: tests.filter((test) => test.column === undefined).map(yamlOf) }] };
}

function yamlOf(test: DeclaredTest): unknown {
  const config = { ...(test.severity === undefined ? {} : { severity: test.severity }), ...(test.where === undefined ? {} : { where: test.where }) };
  return { [test.test]: { arguments: test.arguments, config } };
}

function manifestOf(name: string, tests: readonly DeclaredTest[]): unknown {
  const id = `model.trust.${name}`;
  const model = { unique_id: id, resource_type: 'model', package_name: 'trust', name, original_file_path: `models/${name}.sql`, raw_code: 'select 1 as one', language: 'sql', config: { materialized: 'view' }, columns: {}, depends_on: { nodes: [], macros: [] } };
  const nodes = tests.map((test, index) => {
    const [namespace, short] = test.test.includes('.') ? test.test.split('.') : [null, test.test];
    return [`test.trust.${index}`, {
      unique_id: `test.trust.${index}`, resource_type: 'test', package_name: 'trust', name: `test_${index}`, attached_node: id, column_name: test.column ?? null,
      test_metadata: { name: short, namespace, kwargs: { ...test.arguments, ...(test.column === undefined ? {} : { column_name: test.column }), model: `{{ get_where_subquery(ref('${name}')) }}` } },
      config: { enabled: true, severity: test.severity ?? 'ERROR', where: test.where ?? null }, depends_on: { nodes: [id], macros: [] },
    }] as const;
  });
  return { metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'trust', adapter_type: 'postgres' }, nodes: { [id]: model, ...Object.fromEntries(nodes) }, sources: {}, macros: {} };
}
