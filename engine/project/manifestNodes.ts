import { columnWith } from './columns';
import { testConfig, testWith } from './propertyParts';
import { argumentsOf } from './testArguments';
import type { Column, Constraint, DataTest, Exposure, Json, RelationNode, UnitTest } from './types';
import { asRecord, optional, wordOf } from './values';

/** A model, seed or snapshot of a manifest, without what other entries than its own and its tests' say of it. */
export function nodeOf(id: string, node: Record<string, Json>, tests: DataTest[]): RelationNode {
  const kind = wordOf(node['resource_type']) as 'model' | 'seed' | 'snapshot';
  const config = asRecord(node['config']);
  const checksum = asRecord(node['checksum']);
  const compiled = textOf(node['compiled_code']) ?? textOf(node['compiled_sql']);
  const rawCode = textOf(node['raw_code']) ?? textOf(node['raw_sql']);
  const columns = columnsOf(node);
  const contract = asRecord(config['contract'])['enforced'] === true;
  const found: RelationNode = {
    uniqueId: id,
    kind,
    package: wordOf(node['package_name']),
    name: wordOf(node['name']),
    fqn: strings(node['fqn']),
    language: kind === 'seed' ? 'csv' : node['language'] === 'python' ? 'python' : 'sql',
    columns,
    columnsComplete: contract && columns.length > 0,
    tests,
    unitTests: [],
    constraints: [...constraintsOf(node['constraints']), ...columns.flatMap((column) => column.constraints)],
    config,
    contractEnforced: contract,
    tags: strings(node['tags']),
    meta: { ...asRecord(config['meta']), ...asRecord(node['meta']) },
    enabled: config['enabled'] !== false,
    dependsOn: strings(asRecord(node['depends_on'])['nodes']),
    from: 'E2',
  };
  if (node['version'] != null) found.version = wordOf(node['version']);
  if (node['latest_version'] != null) found.latestVersion = wordOf(node['latest_version']);
  setOwn(found, node);
  const access = textOf(node['access']);
  if (access !== undefined) found.access = access;
  if (rawCode !== undefined) found.rawCode = rawCode;
  if (compiled !== undefined) found.compiled = { code: compiled, ...optional('of', rawCode), fresh: false };
  const sum = checksum['name'] === 'sha256' ? textOf(checksum['checksum']) : undefined;
  if (sum !== undefined) found.checksum = sum;
  return found;
}

/** Sets what models and sources may lack. */
function setOwn(found: RelationNode, node: Record<string, Json>): void {
  const file = textOf(node['original_file_path'])?.replace(/\\/g, '/');
  if (file !== undefined) found.file = file;
  const description = nonEmpty(node['description']);
  if (description !== undefined) found.description = description;
  const relation = textOf(node['relation_name']);
  if (relation !== undefined) found.relationName = relation;
}

/** A source table of a manifest. */
export function sourceOf(id: string, node: Record<string, Json>, tests: DataTest[]): RelationNode {
  const found: RelationNode = {
    uniqueId: id,
    kind: 'source',
    package: wordOf(node['package_name']),
    name: wordOf(node['name']),
    fqn: strings(node['fqn']),
    sourceName: wordOf(node['source_name']),
    language: 'none',
    columns: columnsOf(node),
    columnsComplete: false,
    tests,
    unitTests: [],
    constraints: [],
    config: asRecord(node['config']),
    contractEnforced: false,
    tags: strings(node['tags']),
    meta: asRecord(node['meta']),
    enabled: asRecord(node['config'])['enabled'] !== false,
    from: 'E2',
  };
  setOwn(found, node);
  return found;
}

function columnsOf(node: Record<string, Json>): Column[] {
  return Object.entries(asRecord(node['columns'])).map(([key, value]) => {
    const column = asRecord(value);
    const name = textOf(column['name']) ?? key;
    const constraints = constraintsOf(column['constraints']).map((constraint) => ({ ...constraint, columns: [name] }));
    return columnWith({ name, quoted: column['quote'] === true, from: 'E2', constraints }, nonEmpty(column['description']), nonEmpty(column['data_type']));
  });
}

function constraintsOf(value: Json | undefined): Constraint[] {
  return (Array.isArray(value) ? value.map(asRecord) : []).flatMap((constraint): Constraint[] => {
    const type = wordOf(constraint['type']);
    if (!['primary_key', 'unique', 'not_null', 'foreign_key', 'check', 'custom'].includes(type)) return [];
    return [{ type: type as Constraint['type'], columns: strings(constraint['columns']), ...optional('expression', nonEmpty(constraint['expression'])), ...optional('to', nonEmpty(constraint['to'])), toColumns: strings(constraint['to_columns']) }];
  });
}

/** What a generic test is called with beside its arguments. */
const BESIDE: ReadonlySet<string> = new Set(['model', 'column_name']);

/** A data test of a manifest. */
export function testOf(id: string, node: Record<string, Json>): DataTest {
  const metadata = asRecord(node['test_metadata']);
  const config = asRecord(node['config']);
  const singular = textOf(metadata['name']) === undefined;
  const namespace = textOf(metadata['namespace']);
  // dbt writes the name of a column with `quote: true` in the adapter's quotes.
  const kwargs = asRecord(metadata['kwargs']);
  const column = (nonEmpty(node['column_name']) ?? nonEmpty(kwargs['column_name']))?.replace(/^(["`])(.*)\1$/, '$2');
  const found = testWith(singular ? wordOf(node['name']) : `${namespace ? `${namespace}.` : ''}${wordOf(metadata['name'])}`, singular, singular ? {} : argumentsOf(kwargs, BESIDE).arguments, 'E2', config);
  found.uniqueId = id;
  if (!singular && column !== undefined) found.column = column;
  const origin = originOf(node);
  if (origin) found.origin = origin;
  return found;
}

function originOf(node: Record<string, Json>): DataTest['origin'] {
  const [owner, file] = [nonEmpty(node['package_name']), nonEmpty(node['original_file_path'])];
  return owner === undefined ? undefined : { package: owner, ...optional('file', file?.replace(/\\/g, '/')) };
}

/** The relations a test is on: `attached_node`; before it existed, the ref or source in the test's `model` argument. */
export function targetsOf(node: Record<string, Json>, relations: ReadonlySet<string>, nameOf: (id: string) => string | undefined): string[] {
  const attached = textOf(node['attached_node']);
  if (attached !== undefined) return relations.has(attached) ? [attached] : [];
  const parents = strings(asRecord(node['depends_on'])['nodes']).filter((id) => relations.has(id));
  const model = textOf(asRecord(asRecord(node['test_metadata'])['kwargs'])['model']);
  if (model === undefined) return parents;
  const named = [...model.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1]).pop();
  const found = parents.filter((id) => nameOf(id) === named);
  return found.length > 0 ? found.slice(0, 1) : parents.slice(0, 1);
}

/** A unit test of a manifest. */
export function unitTestOf(test: Record<string, Json>): UnitTest {
  const config = asRecord(test['config']);
  return { ...optional('uniqueId', textOf(test['unique_id'])), name: wordOf(test['name']), model: wordOf(test['model']), ...optional('description', nonEmpty(test['description'])), specIds: testConfig(config).specIds, from: 'E2' };
}

/** An exposure of a manifest. */
export function exposureOf(id: string, exposure: Record<string, Json>): Exposure {
  return { uniqueId: id, name: wordOf(exposure['name']), ...optional('description', nonEmpty(exposure['description'])), dependsOn: strings(asRecord(exposure['depends_on'])['nodes']) };
}

/** The column of a semantic model's primary entity, where it is one column. */
export function primaryEntityOf(model: Record<string, Json>): string | undefined {
  const entities = Array.isArray(model['entities']) ? model['entities'].map(asRecord) : [];
  const primary = entities.find((entity) => entity['type'] === 'primary');
  const column = textOf(primary?.['expr']) ?? textOf(primary?.['name']);
  return column !== undefined && /^\w+$/.test(column) ? column : undefined;
}

/** A text; anything else is none. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function nonEmpty(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The texts of a list. */
export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
