import type { DataTest, RelationNode, Tier } from './types';

/** Columns whose values are unique together in a relation, and where that is written. */
export interface CandidateKey {
  columns: string[];
  from: 'primary key' | 'unique constraint' | 'unique test' | 'unique combination test' | 'merge unique_key' | 'snapshot' | 'primary entity' | 'group by' | 'distinct' | 'deduplicate' | 'parent key';
  tier: Tier;
  /** Words for a reader: "unique test on customer_id". */
  text: string;
}

const COMBINATIONS = new Set(['unique_combination_of_columns', 'expect_compound_columns_to_be_unique']);

/** Keys that YAML, constraints and configuration declare for a node. Disabled tests and tests with `where` prove nothing. */
export function candidateKeys(node: RelationNode): CandidateKey[] {
  return [...constraintKeys(node), ...node.tests.flatMap(testKeys), ...configKeys(node), ...entityKeys(node)];
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
    }));
}

function testKeys(test: DataTest): CandidateKey[] {
  if (!test.enabled || test.where !== undefined || test.singular || test.arguments['where'] !== undefined) return [];
  const short = test.test.split('.').pop() ?? '';
  if (short === 'unique' && test.column !== undefined) {
    return [{ columns: [test.column], from: 'unique test', tier: test.from, text: `unique test on ${test.column}` }];
  }
  if (!COMBINATIONS.has(short)) return [];
  const list = test.arguments['combination_of_columns'] ?? test.arguments['column_list'];
  const columns = Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  if (columns.length === 0 || test.arguments['row_condition'] !== undefined) return [];
  return [{ columns, from: 'unique combination test', tier: test.from, text: `${short} test on ${columns.join(', ')}` }];
}

function entityKeys({ primaryEntity, from }: RelationNode): CandidateKey[] {
  return primaryEntity === undefined ? [] : [{ columns: [primaryEntity], from: 'primary entity', tier: from, text: `primary entity ${primaryEntity}` }];
}

function configKeys(node: RelationNode): CandidateKey[] {
  const key = node.config['unique_key'];
  const columns = typeof key === 'string' && /^\w+$/.test(key) ? [key] : Array.isArray(key) ? key.filter((item): item is string => typeof item === 'string') : [];
  if (columns.length === 0) return [];
  if (node.config['materialized'] === 'incremental' && node.config['incremental_strategy'] !== 'append' && node.config['incremental_strategy'] !== 'insert_overwrite') {
    return [{ columns, from: 'merge unique_key', tier: node.from, text: `unique_key ${columns.join(', ')}` }];
  }
  return [];
}
