import type { DataTest, RelationNode } from '../project/types';
import type { ProposedInput } from './proposedInput';

/** How two relations hang together, and what says so. */
export interface Link {
  /** Column of the base. */
  left: string;
  /** Column of the other. */
  right: string;
  from: 'relationships test' | 'foreign key' | 'shared key';
  /** True where the other's column alone is a key of it. */
  rightUnique: boolean;
  /** True where the base's column alone is a key of it. */
  leftUnique: boolean;
}

/** The link between the base and another input: a relationships test, a foreign key, else a key column that both have. */
export function linkBetween(base: ProposedInput, other: ProposedInput): Link | undefined {
  const pair = declared(base.node, other.node) ?? turned(declared(other.node, base.node)) ?? shared(base, other);
  return pair && { ...pair, rightUnique: isKey(other, pair.right), leftUnique: isKey(base, pair.left) };
}

type Pair = Pick<Link, 'left' | 'right' | 'from'>;

function turned(pair: Pair | undefined): Pair | undefined {
  return pair && { left: pair.right, right: pair.left, from: pair.from };
}

/** `from.column → to.field` as a test or a constraint of `from` says. */
function declared(from: RelationNode, to: RelationNode): Pair | undefined {
  for (const test of from.tests) {
    if (!isRelationship(test) || !names(test.arguments['to'], to) || typeof test.arguments['field'] !== 'string' || test.column === undefined) continue;
    return { left: test.column, right: test.arguments['field'], from: 'relationships test' };
  }
  for (const constraint of from.constraints) {
    const [left, right] = [constraint.columns[0], constraint.toColumns?.[0]];
    if (constraint.type === 'foreign_key' && constraint.columns.length === 1 && left !== undefined && right !== undefined && names(constraint.to, to)) return { left, right, from: 'foreign key' };
  }
  return undefined;
}

function isRelationship(test: DataTest): boolean {
  return test.enabled && !test.singular && /(^|\.)relationships(_where)?$/.test(test.test);
}

/** True for `ref('stg_customers')`, `source('shop', 'customers')` or the bare name of a relation. */
function names(written: unknown, node: RelationNode): boolean {
  if (typeof written !== 'string') return false;
  const quoted = [...written.matchAll(/['"]([^'"]+)['"]/g)].map((part) => part[1]);
  if (quoted.length === 0) return written.replace(/["`]/g, '').split('.').pop() === node.name;
  return quoted[quoted.length - 1] === node.name && (node.kind !== 'source' || quoted[0] === node.sourceName);
}

function shared(base: ProposedInput, other: ProposedInput): Pair | undefined {
  const has = (input: ProposedInput, name: string): boolean => input.node.columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const keys = [...base.keys, ...other.keys].filter((key) => key.columns.length === 1).map((key) => key.columns[0] ?? '');
  // A bare `id` is every relation's own key, not one they share.
  const found = keys.find((key) => key.toLowerCase() !== 'id' && has(base, key) && has(other, key));
  return found === undefined ? undefined : { left: found, right: found, from: 'shared key' };
}

function isKey(input: ProposedInput, column: string): boolean {
  return input.keys.some((key) => key.columns.length === 1 && key.columns[0]?.toLowerCase() === column.toLowerCase());
}
