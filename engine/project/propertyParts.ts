import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { argumentsOf } from './testArguments';
import type { Column, Constraint, DataTest, Json, Place } from './types';
import { asRecord, optional, wordOf } from './values';

/** The file that is read, and the places in it. */
export interface Context {
  file: string;
  placeOf(at: YamlTree): Place;
  /** The whole configuration of a test from its own: folders of dbt_project.yml give defaults. */
  configureTest(own: Record<string, Json>): Record<string, Json>;
}

/** A column with the tests under it. */
export function columnOf(column: YamlTree, context: Context): { column: Column; tests: DataTest[] }[] {
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

export function testsOf(node: YamlTree, column: string | undefined, context: Context): DataTest[] {
  return [...items(get(node, 'data_tests')), ...items(get(node, 'tests'))].flatMap((test) => testOf(test, column, context));
}

function testOf(test: YamlTree, column: string | undefined, context: Context): DataTest[] {
  const base = { singular: false, severity: 'error' as const, enabled: true, specIds: [], from: 'E1' as const, place: context.placeOf(test), ...optional('column', column), onColumn: column !== undefined };
  if (test.kind === 'scalar') {
    const name = text(test);
    return name === undefined ? [] : [{ ...base, test: name, arguments: {}, ...testConfig(context.configureTest({})) }];
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
  return [{ ...base, place, test: name, arguments: values, ...testConfig(context.configureTest(merged), merged), ...(typeof values['column_name'] === 'string' ? { column: values['column_name'], arguments: without(values, 'column_name') } : {}) }];
}

/** dbt's default of `error_if`, and what says the same. */
const ANY_FAILURE = /^\s*(!=\s*0|<>\s*0|>\s*0|>=\s*1)?\s*$/;

/** Severity, `where`, `error_if`, `enabled` and spec ids of a test's configuration, and which of these Jinja decides. */
export function testConfig(config: Record<string, Json>, own: Record<string, Json> = config): Pick<DataTest, 'severity' | 'enabled' | 'specIds' | 'where' | 'errorIf' | 'hidden'> {
  const isJinja = (value: Json | undefined): boolean => typeof value === 'string' && value.includes('{{');
  const hidden = (['severity', 'where', 'error_if', 'enabled'] as const).filter((key) => isJinja(key === 'enabled' ? own[key] : config[key]));
  const ids = asRecord(config['meta'])['spec'];
  return {
    severity: wordOf(config['severity']).toLowerCase() === 'warn' ? 'warn' : 'error',
    enabled: config['enabled'] !== false,
    ...(typeof config['where'] === 'string' && config['where'] !== '' ? { where: config['where'] } : {}),
    ...(typeof config['error_if'] === 'string' && !ANY_FAILURE.test(config['error_if']) ? { errorIf: config['error_if'] } : {}),
    ...(hidden.length > 0 ? { hidden } : {}),
    specIds: Array.isArray(ids) ? ids.map(wordOf).filter((id) => id !== '') : typeof ids === 'string' ? [ids] : [],
  };
}

function without(values: Record<string, Json>, key: string): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

export function constraintsOf(node: YamlTree, column: string | undefined): Constraint[] {
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

/** A map as plain data; anything else is empty. */
export function record(tree: YamlTree | undefined): Record<string, Json> {
  return tree?.kind === 'map' ? (plain(tree) as Record<string, Json>) : {};
}

/** The texts of a list. */
export function strings(tree: YamlTree | undefined): string[] {
  return items(tree).flatMap((item) => text(item) ?? []);
}
