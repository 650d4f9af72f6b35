import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { columnWith } from './columns';
import { argumentsOf } from './testArguments';
import type { Column, Constraint, DataTest, Json, Place, Tier } from './types';
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
  const bare = { name, quoted: quote?.kind === 'scalar' && quote.value === true, from: 'E1' as const, constraints: constraintsOf(column, name) };
  return [{ column: columnWith(bare, text(get(column, 'description')), text(get(column, 'data_type')), context.placeOf(nameTree)), tests: testsOf(column, name, context) }];
}

export function testsOf(node: YamlTree, column: string | undefined, context: Context): DataTest[] {
  return [...items(get(node, 'data_tests')), ...items(get(node, 'tests'))].flatMap((test) => testOf(test, column, context));
}

function testOf(test: YamlTree, column: string | undefined, context: Context): DataTest[] {
  const found = (name: string, args: Record<string, Json>, config: Record<string, Json>, place: Place, own = config): DataTest => {
    const made = testWith(name, false, args, 'E1', config, own);
    made.place = place;
    if (column !== undefined) made.column = column;
    made.onColumn = column !== undefined;
    return made;
  };
  if (test.kind === 'scalar') {
    const name = text(test);
    return name === undefined ? [] : [found(name, {}, context.configureTest({}), context.placeOf(test))];
  }
  const entry = entries(test).find(({ key }) => key !== 'name' && key !== 'config' && key !== 'description' && key !== 'test_name' && key !== 'arguments');
  const explicit = text(get(test, 'test_name'));
  const name = explicit ?? entry?.key;
  if (name === undefined) return [];
  const body = explicit === undefined ? entry?.value : test;
  const { arguments: values, config } = argumentsOf(record(body));
  const own = asRecord(record(test)['config']);
  const merged = { ...config, ...own };
  const place = context.placeOf(entry && explicit === undefined ? { ...entry.value, span: entry.keySpan } : test);
  const made = found(name, values, context.configureTest(merged), place, merged);
  if (typeof values['column_name'] !== 'string') return [made];
  return [{ ...made, column: values['column_name'], arguments: without(values, 'column_name') }];
}

/** A data test with what its whole configuration says of it; `own` is the part of that which is written at the test. */
export function testWith(test: string, singular: boolean, args: Record<string, Json>, from: Tier, config: Record<string, Json>, own = config): DataTest {
  const { severity, enabled, specIds, where, errorIf, hidden } = testConfig(config, own);
  const made: DataTest = { test, singular, arguments: args, severity, enabled, specIds, from };
  if (where !== undefined) made.where = where;
  if (errorIf !== undefined) made.errorIf = errorIf;
  if (hidden) made.hidden = hidden;
  return made;
}

/** dbt's default of `error_if`, and what says the same. */
const ANY_FAILURE = /^\s*(!=\s*0|<>\s*0|>\s*0|>=\s*1)?\s*$/;

/** Severity, `where`, `error_if`, `enabled` and spec ids of a test's configuration, and which of these Jinja decides. */
export function testConfig(config: Record<string, Json>, own: Record<string, Json> = config): Pick<DataTest, 'severity' | 'enabled' | 'specIds' | 'where' | 'errorIf' | 'hidden'> {
  const hidden = HIDEABLE.filter((key) => isJinja(key === 'enabled' ? own[key] : config[key]));
  const { meta, severity, where, error_if: errorIf } = config;
  const ids = asRecord(meta)['spec'];
  const found: ReturnType<typeof testConfig> = {
    severity: wordOf(severity).toLowerCase() === 'warn' ? 'warn' : 'error',
    enabled: config['enabled'] !== false,
    specIds: Array.isArray(ids) ? ids.map(wordOf).filter((id) => id !== '') : typeof ids === 'string' ? [ids] : [],
  };
  if (typeof where === 'string' && where !== '') found.where = where;
  if (typeof errorIf === 'string' && !ANY_FAILURE.test(errorIf)) found.errorIf = errorIf;
  if (hidden.length > 0) found.hidden = hidden;
  return found;
}

const HIDEABLE = ['severity', 'where', 'error_if', 'enabled'] as const;

function isJinja(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('{{');
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
