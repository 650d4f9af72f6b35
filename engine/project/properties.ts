import { lineStarts, rangeOf } from '../text';
import { entries, get, getIn, items, parseYaml, plain, text, treeOf, type YamlTree } from '../yaml/tree';
import { yamlEntities, type EntityOfModel } from './semanticModels';
import { argumentsOf } from './testArguments';
import type { Column, Constraint, DataTest, Exposure, Json, Notice, Place, UnitTest } from './types';

/** What one properties YAML says of one model, seed, snapshot or source table. */
export interface Properties {
  kind: 'models' | 'seeds' | 'snapshots' | 'sources';
  name: string;
  sourceName?: string;
  place: Place;
  description?: string;
  columns: Column[];
  tests: DataTest[];
  constraints: Constraint[];
  config: Record<string, Json>;
  meta: Record<string, Json>;
  tags: string[];
  contractEnforced: boolean;
  latestVersion?: string;
  versions: { version: string; definedIn?: string }[];
  /** YAML snapshots name what they read. */
  relation?: string;
}

/** Everything one properties file declares. */
export interface PropertiesFile {
  nodes: Properties[];
  unitTests: UnitTest[];
  exposures: Exposure[];
  entities: EntityOfModel[];
  /** Bodies of `data_tests:` at top level are not a thing in dbt; singular tests come from SQL files. */
  notices: Notice[];
}

/** Reads a dbt properties file (schema.yml); a file with broken YAML gives what can be read and one notice. */
export function readProperties(file: string, source: string): PropertiesFile {
  const document = parseYaml(source);
  const tree = treeOf(document);
  const starts = lineStarts(source);
  const placeOf = (at: YamlTree): Place => ({ file, range: rangeOf(starts, at.span) });
  const error = document.errors[0];
  const notices: Notice[] = error
    ? [{ code: 'EVID011', severity: 'warning', file, range: rangeOf(starts, { start: error.pos[0], end: error.pos[1] }), message: `${file} is not valid YAML; what dbt would read of it is not known, mend it.` }]
    : [];
  const context = { file, placeOf };
  return {
    nodes: [
      ...(['models', 'seeds', 'snapshots'] as const).flatMap((kind) => items(get(tree, kind)).flatMap((node) => propertiesOf(kind, node, context))),
      ...items(get(tree, 'sources')).flatMap((source) => sourceTables(source, context)),
    ],
    unitTests: items(get(tree, 'unit_tests')).flatMap((test) => unitTestOf(test, context)),
    exposures: items(get(tree, 'exposures')).flatMap((exposure) => exposureOf(exposure, context)),
    entities: yamlEntities(tree, placeOf),
    notices,
  };
}

interface Context {
  file: string;
  placeOf(at: YamlTree): Place;
}

function propertiesOf(kind: Properties['kind'], node: YamlTree, context: Context): Properties[] {
  const nameTree = get(node, 'name');
  const name = text(nameTree);
  if (name === undefined || !nameTree) return [];
  const config = record(get(node, 'config'));
  const contract = getIn(node, 'config', 'contract', 'enforced') ?? getIn(node, 'contract', 'enforced');
  const columns = items(get(node, 'columns')).flatMap((column) => columnOf(column, context));
  return [
    {
      kind,
      name,
      place: context.placeOf(nameTree),
      ...optional('description', text(get(node, 'description'))),
      columns: columns.map(({ column }) => column),
      tests: [...testsOf(node, undefined, context), ...columns.flatMap(({ tests }) => tests)],
      constraints: [...constraintsOf(node, undefined), ...columns.flatMap(({ column }) => column.constraints)],
      config,
      meta: { ...record(get(node, 'meta')), ...asRecord(config['meta']) },
      tags: [...strings(get(node, 'tags')), ...strings(getIn(node, 'config', 'tags'))],
      contractEnforced: contract?.kind === 'scalar' && contract.value === true,
      ...optional('latestVersion', text(get(node, 'latest_version'))),
      versions: items(get(node, 'versions')).flatMap((version) => {
        const v = text(get(version, 'v'));
        return v === undefined ? [] : [{ version: v, ...optional('definedIn', text(get(version, 'defined_in'))) }];
      }),
      ...optional('relation', text(get(node, 'relation'))),
    },
  ];
}

function sourceTables(source: YamlTree, context: Context): Properties[] {
  const sourceName = text(get(source, 'name'));
  if (sourceName === undefined) return [];
  return items(get(source, 'tables')).flatMap((table) =>
    propertiesOf('sources', table, context).map((properties) => ({
      ...properties,
      sourceName,
      tags: [...strings(get(source, 'tags')), ...properties.tags],
    })),
  );
}

function columnOf(column: YamlTree, context: Context): { column: Column; tests: DataTest[] }[] {
  const nameTree = get(column, 'name');
  const name = text(nameTree);
  if (name === undefined || !nameTree) return [];
  const quote = get(column, 'quote');
  return [
    {
      column: {
        name,
        quoted: quote?.kind === 'scalar' && quote.value === true,
        ...optional('description', text(get(column, 'description'))),
        ...optional('type', text(get(column, 'data_type'))),
        from: 'E1',
        constraints: constraintsOf(column, name),
        place: context.placeOf(nameTree),
      },
      tests: testsOf(column, name, context),
    },
  ];
}

function testsOf(node: YamlTree, column: string | undefined, context: Context): DataTest[] {
  return [...items(get(node, 'data_tests')), ...items(get(node, 'tests'))].flatMap((test) => testOf(test, column, context));
}

function testOf(test: YamlTree, column: string | undefined, context: Context): DataTest[] {
  const base = { singular: false, severity: 'error' as const, enabled: true, specIds: [], from: 'E1' as const, place: context.placeOf(test), ...optional('column', column) };
  if (test.kind === 'scalar') {
    const name = text(test);
    return name === undefined ? [] : [{ ...base, test: name, arguments: {} }];
  }
  const entry = entries(test).find(({ key }) => key !== 'name' && key !== 'config' && key !== 'description' && key !== 'test_name' && key !== 'arguments');
  const explicit = text(get(test, 'test_name'));
  const name = explicit ?? entry?.key;
  if (name === undefined) return [];
  const body = explicit === undefined ? entry?.value : test;
  const { arguments: values, config } = argumentsOf(record(body));
  const own = asRecord(record(test)['config']);
  const merged = { ...config, ...own };
  const place = entry && explicit === undefined ? context.placeOf({ ...entry.value, span: entry.keySpan }) : base.place;
  return [{ ...base, place, test: name, arguments: values, ...testConfig(merged), ...(typeof values['column_name'] === 'string' ? { column: values['column_name'], arguments: without(values, 'column_name') } : {}) }];
}

/** Severity, `where`, `enabled` and spec ids of a test's configuration. */
export function testConfig(config: Record<string, Json>): Pick<DataTest, 'severity' | 'enabled' | 'specIds'> & { where?: string } {
  const ids = asRecord(config['meta'])['spec'];
  return {
    severity: String(config['severity'] ?? 'error').toLowerCase() === 'warn' ? 'warn' : 'error',
    enabled: config['enabled'] !== false,
    ...(typeof config['where'] === 'string' ? { where: config['where'] } : {}),
    specIds: Array.isArray(ids) ? ids.map(String) : typeof ids === 'string' ? [ids] : [],
  };
}

function without(values: Record<string, Json>, key: string): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

function constraintsOf(node: YamlTree, column: string | undefined): Constraint[] {
  return items(get(node, 'constraints')).flatMap((constraint): Constraint[] => {
    const type = text(get(constraint, 'type'));
    if (type === undefined || !['primary_key', 'unique', 'not_null', 'foreign_key', 'check', 'custom'].includes(type)) return [];
    return [
      {
        type: type as Constraint['type'],
        columns: column === undefined ? strings(get(constraint, 'columns')) : [column],
        ...optional('expression', text(get(constraint, 'expression'))),
        ...optional('to', text(get(constraint, 'to'))),
        toColumns: strings(get(constraint, 'to_columns')),
      },
    ];
  });
}

function unitTestOf(test: YamlTree, context: Context): UnitTest[] {
  const nameTree = get(test, 'name');
  const name = text(nameTree);
  const model = text(get(test, 'model'));
  if (name === undefined || model === undefined || !nameTree) return [];
  const meta = { ...record(get(test, 'meta')), ...asRecord(record(get(test, 'config'))['meta']) };
  return [{ name, model, ...optional('description', text(get(test, 'description'))), specIds: testConfig({ meta }).specIds, place: context.placeOf(nameTree), from: 'E1' }];
}

function exposureOf(exposure: YamlTree, context: Context): Exposure[] {
  const nameTree = get(exposure, 'name');
  const name = text(nameTree);
  if (name === undefined || !nameTree) return [];
  return [{ uniqueId: `exposure.${name}`, name, ...optional('description', text(get(exposure, 'description'))), dependsOn: [], place: context.placeOf(nameTree) }];
}

function record(tree: YamlTree | undefined): Record<string, Json> {
  return tree?.kind === 'map' ? (plain(tree) as Record<string, Json>) : {};
}

/** A JSON value as an object; anything else is empty. */
export function asRecord(value: unknown): Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, Json>) : {};
}

function strings(tree: YamlTree | undefined): string[] {
  return items(tree).flatMap((item) => text(item) ?? []);
}

/** `{[key]: value}` when there is a value, else nothing to spread. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
