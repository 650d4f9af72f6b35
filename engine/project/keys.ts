import { shortTestName } from './testArguments';
import type { DataTest, Place, RelationNode, Tier } from './types';
import { wordOf } from './values';

/** Columns whose values are unique together in a relation, and where that is written. */
export interface CandidateKey {
  columns: string[];
  from: 'primary key' | 'unique constraint' | 'unique test' | 'unique combination test' | 'merge unique_key' | 'snapshot' | 'primary entity';
  tier: Tier;
  /** Words for a reader: "unique test on customer_id". */
  text: string;
  place?: Place;
}

/** Generic tests of one column that fail on a duplicate. */
const UNIQUE = new Set(['unique', 'expect_column_values_to_be_unique', 'primary_key', 'unique_key']);
/** Generic tests of several columns that fail on a duplicate, and the argument that lists the columns. */
const COMBINATIONS: ReadonlyMap<string, string> = new Map([['unique_combination_of_columns', 'combination_of_columns'], ['expect_compound_columns_to_be_unique', 'column_list'], ['primary_key', 'column_names'], ['unique_key', 'column_names']]);
/** Arguments that leave rows out of a test. */
const FILTERS = ['where', 'row_condition'];

/** Keys that YAML, constraints and configuration declare for a node. Disabled tests and tests that leave rows out prove nothing. */
export function candidateKeys(node: RelationNode): CandidateKey[] {
  const keys = node.constraints.length === 0 ? [] : constraintKeys(node);
  for (const test of node.tests) {
    const key = testKey(test);
    if (key) keys.push(key);
  }
  keys.push(...configKeys(node), ...entityKeys(node));
  return keys;
}

function constraintKeys(node: RelationNode): CandidateKey[] {
  return node.constraints
    .filter((constraint) => constraint.type === 'primary_key' || constraint.type === 'unique')
    .filter((constraint) => constraint.columns.length > 0)
    .map((constraint): CandidateKey => ({
      columns: constraint.columns,
      from: constraint.type === 'primary_key' ? 'primary key' : 'unique constraint',
      tier: node.from,
      text: `${constraint.type === 'primary_key' ? 'primary key' : 'unique constraint'} on ${constraint.columns.join(', ')}`,
      ...(node.place ? { place: node.place } : {}),
    }));
}

function testKey(test: DataTest): CandidateKey | undefined {
  const short = shortTestName(test.test);
  const isOfOne = test.column !== undefined && UNIQUE.has(short);
  const list = COMBINATIONS.get(short);
  // Most tests are of something else.
  if (!isOfOne && list === undefined) return undefined;
  if (!test.enabled || test.singular || test.where !== undefined || FILTERS.some((name) => test.arguments[name] !== undefined)) return undefined;
  const rest = { tier: test.from, ...(test.place ? { place: test.place } : {}) };
  if (isOfOne) return { ...rest, columns: [test.column ?? ''], from: 'unique test', text: `${short} test on ${test.column ?? ''}` };
  const listed = test.arguments[list ?? ''];
  const columns = Array.isArray(listed) ? listed.filter((item): item is string => typeof item === 'string') : [];
  return columns.length === 0 ? undefined : { ...rest, columns, from: 'unique combination test', text: `${short} test on ${columns.join(', ')}` };
}

function configKeys(node: RelationNode): CandidateKey[] {
  const key = node.config['unique_key'];
  const columns = typeof key === 'string' && /^\w+$/.test(key) ? [key] : Array.isArray(key) ? key.filter((item): item is string => typeof item === 'string') : [];
  if (columns.length === 0) return [];
  const rest = { tier: node.from, ...(node.place ? { place: node.place } : {}) };
  // A snapshot keeps one row for each version of a key.
  if (node.kind === 'snapshot') return [{ ...rest, columns: [...columns, 'dbt_valid_from'], from: 'snapshot', text: `the snapshot's unique_key ${columns.join(', ')} with dbt_valid_from` }];
  const merges = node.config['materialized'] === 'incremental' && !['append', 'insert_overwrite', 'microbatch'].includes(wordOf(node.config['incremental_strategy']));
  return merges ? [{ ...rest, columns, from: 'merge unique_key', text: `unique_key ${columns.join(', ')}` }] : [];
}

function entityKeys(node: RelationNode): CandidateKey[] {
  const column = node.primaryEntity;
  return column === undefined ? [] : [{ columns: [column], from: 'primary entity', tier: node.from, text: `primary entity ${column}`, ...(node.place ? { place: node.place } : {}) }];
}

/** Generic tests of one column that fail on a null. */
const NOT_NULL = new Set(['not_null', 'expect_column_values_to_not_be_null', 'primary_key']);

/** Columns that a constraint or a test over all rows says are never null; names as written. */
export function notNullColumns(node: RelationNode): string[] {
  const constraints = [...node.constraints, ...node.columns.flatMap((column) => column.constraints.map((constraint) => ({ ...constraint, columns: constraint.columns.length > 0 ? constraint.columns : [column.name] })))];
  const constrained = constraints.filter(({ type }) => type === 'not_null' || type === 'primary_key').flatMap(({ columns }) => columns);
  const tested = node.tests.flatMap((test) => (test.enabled && !test.singular && test.column !== undefined && NOT_NULL.has(shortTestName(test.test)) && test.where === undefined && FILTERS.every((name) => test.arguments[name] === undefined) ? [test.column] : []));
  return [...new Set([...constrained, ...tested])];
}
