import { lineStarts, rangeOf } from '../text';
import { dbtYaml, get, getIn, items, plain, text, type YamlTree } from '../yaml/tree';
import { emptyConfig, mergeConfig } from './nodeConfig';
import { columnOf, constraintsOf, record, strings, testConfig, testsOf, type Context } from './propertyParts';
import type { Column, Constraint, DataTest, Json, Notice, Place } from './types';
import { optional } from './values';
import { versionsOf, type VersionProperties } from './versions';

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
  access?: string;
  latestVersion?: string;
  versions: VersionProperties[];
  /** YAML snapshots name what they read. */
  relation?: string;
}

/** A unit test of a model, or of some of its versions. */
export interface UnitTestProperties {
  name: string;
  model: string;
  include?: string[];
  exclude?: string[];
  description?: string;
  specIds: string[];
  config: Record<string, Json>;
  place: Place;
}

export interface ExposureProperties {
  name: string;
  description?: string;
  /** `ref('a')` and `source('a', 'b')` as written. */
  dependsOn: string[];
  place: Place;
}

/** A table of a source, of which all but its name is read when somebody asks for it: a file may have thousands. */
export interface SourceTable {
  name: string;
  sourceName: string;
  properties(): Properties;
}

/** Everything one properties file declares. */
export interface PropertiesFile {
  /** Models, seeds and snapshots. */
  nodes: Properties[];
  tables: SourceTable[];
  unitTests: UnitTestProperties[];
  exposures: ExposureProperties[];
  /** Models whose semantic model has a primary entity on one column: `ref('a')` as written, and the column. */
  primaryEntities: { model: string; column: string }[];
  notices: Notice[];
}

/** Reads a dbt properties file (schema.yml); a file with broken YAML gives what can be read and one notice. */
export function readProperties(file: string, source: string, configureTest: Context['configureTest'] = (own) => own): PropertiesFile {
  const { tree, error, cut } = dbtYaml(source);
  const starts = lineStarts(source);
  const placeOf = (at: YamlTree): Place => ({ file, range: rangeOf(starts, at.span) });
  const notices: Notice[] = [];
  if (error) notices.push({ code: 'EVID011', severity: 'warning', file, range: rangeOf(starts, error.span), message: `${file} is not valid YAML (${error.message}); what dbt would read of it is not known, mend it.` });
  if (cut) notices.push({ code: 'EVID011', severity: 'warning', file, message: `${file} nests too deep or has too many aliases and was not read whole; split it.` });
  const context = { file, placeOf, configureTest };
  return {
    nodes: (['models', 'seeds', 'snapshots'] as const).flatMap((kind) => items(get(tree, kind)).flatMap((node) => propertiesOf(kind, node, context))),
    tables: items(get(tree, 'sources')).flatMap((source) => tablesOf(source, context)),
    unitTests: items(get(tree, 'unit_tests')).flatMap((test) => unitTestOf(test, context)),
    exposures: items(get(tree, 'exposures')).flatMap((exposure) => exposureOf(exposure, context)),
    primaryEntities: items(get(tree, 'semantic_models')).flatMap(primaryEntityOf),
    notices,
  };
}

/** All properties of a file, those of tables too. */
export function allProperties({ nodes, tables }: PropertiesFile): Properties[] {
  return [...nodes, ...tables.map((table) => table.properties())];
}

function propertiesOf(kind: Properties['kind'], node: YamlTree, context: Context): Properties[] {
  const nameTree = get(node, 'name');
  const name = text(nameTree);
  return name === undefined || !nameTree ? [] : [propertiesIn(kind, node, name, nameTree, configOf(node), context)];
}

function propertiesIn(kind: Properties['kind'], node: YamlTree, name: string, nameTree: YamlTree, config: Record<string, Json>, context: Context): Properties {
  const columns = items(get(node, 'columns')).flatMap((column) => columnOf(column, context));
  const found: Properties = {
    kind,
    name,
    place: context.placeOf(nameTree),
    columns: columns.map(({ column }) => column),
    tests: [...testsOf(node, undefined, context), ...columns.flatMap(({ tests }) => tests)],
    constraints: [...constraintsOf(node, undefined), ...columns.flatMap(({ column }) => column.constraints)],
    config,
    versions: versionsOf(node, columns, context),
  };
  const description = text(get(node, 'description'));
  const access = text(getIn(node, 'config', 'access')) ?? text(get(node, 'access'));
  const latestVersion = text(get(node, 'latest_version'));
  const relation = text(get(node, 'relation'));
  if (description !== undefined) found.description = description;
  if (access !== undefined) found.access = access;
  if (latestVersion !== undefined) found.latestVersion = latestVersion;
  if (relation !== undefined) found.relation = relation;
  return found;
}

function tablesOf(source: YamlTree, context: Context): SourceTable[] {
  const sourceName = text(get(source, 'name'));
  if (sourceName === undefined) return [];
  return items(get(source, 'tables')).flatMap((table): SourceTable[] => {
    const nameTree = get(table, 'name');
    const name = text(nameTree);
    if (name === undefined || !nameTree) return [];
    let read: Properties | undefined;
    const properties = (): Properties => ({ ...propertiesIn('sources', table, name, nameTree, mergeConfig(configOf(source, BESIDE), configOf(table, BESIDE)), context), sourceName });
    return [{ name, sourceName, properties: () => (read ??= properties()) }];
  });
}

const EVERYWHERE = ['meta', 'contract'];
/** What may stand beside the `config:` of a source or its table. */
const BESIDE = ['tags', 'enabled'];

/** The `config:` of a node, and what may stand beside it: `meta` everywhere, other keys where dbt allows them. */
function configOf(node: YamlTree, beside: readonly string[] = []): Record<string, Json> {
  const loose = emptyConfig();
  for (const key of [...EVERYWHERE, ...beside]) {
    const value = get(node, key);
    if (value !== undefined) loose[key] = plain(value) as Json;
  }
  return mergeConfig(loose, record(get(node, 'config')));
}

function unitTestOf(test: YamlTree, context: Context): UnitTestProperties[] {
  const nameTree = get(test, 'name');
  const name = text(nameTree);
  const model = text(get(test, 'model'));
  if (name === undefined || model === undefined || !nameTree) return [];
  const config = configOf(test);
  const versions = (key: string): string[] | undefined => (getIn(test, 'versions', key) ? strings(getIn(test, 'versions', key)) : undefined);
  return [{ name, model, ...optional('include', versions('include')), ...optional('exclude', versions('exclude')), ...optional('description', text(get(test, 'description'))), specIds: testConfig(config).specIds, config, place: context.placeOf(nameTree) }];
}

function exposureOf(exposure: YamlTree, context: Context): ExposureProperties[] {
  const nameTree = get(exposure, 'name');
  const name = text(nameTree);
  if (name === undefined || !nameTree) return [];
  return [{ name, ...optional('description', text(get(exposure, 'description'))), dependsOn: strings(get(exposure, 'depends_on')), place: context.placeOf(nameTree) }];
}

function primaryEntityOf(semantic: YamlTree): { model: string; column: string }[] {
  const model = text(get(semantic, 'model'));
  const primary = items(get(semantic, 'entities')).find((entity) => text(get(entity, 'type')) === 'primary');
  const column = text(get(primary, 'expr')) ?? text(get(primary, 'name'));
  return model !== undefined && column !== undefined && /^\w+$/.test(column) ? [{ model, column }] : [];
}
