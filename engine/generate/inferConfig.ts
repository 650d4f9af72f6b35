import type { Json, RelationNode } from '../project/types';

/** The keys of `materialization` with the names dbt's config has for them, by what is built. */
const KEYS: readonly { key: string; config: string; when?: readonly string[]; unless?: string }[] = [
  { key: 'unique_key', config: 'unique_key', when: ['incremental', 'snapshot'] },
  { key: 'strategy', config: 'incremental_strategy', when: ['incremental'] },
  { key: 'strategy', config: 'strategy', when: ['snapshot'] },
  { key: 'on_schema_change', config: 'on_schema_change', when: ['incremental'], unless: 'ignore' },
  { key: 'updated_at', config: 'updated_at', when: ['snapshot'] },
  { key: 'check_cols', config: 'check_cols', when: ['snapshot'] },
  { key: 'hard_deletes', config: 'hard_deletes', when: ['snapshot'] },
  { key: 'partition_by', config: 'partition_by', when: ['incremental', 'table'] },
  { key: 'cluster_by', config: 'cluster_by', when: ['incremental', 'table'] },
];

/**
 * How a node is built, from its configuration. Values that Jinja decides are left out; `hidden` names the keys for which
 * the file has Jinja and no manifest has the answer.
 */
export function materializationData(node: RelationNode, hidden: ReadonlySet<string> = new Set()): Record<string, unknown> | undefined {
  const type = hidden.has('materialized') ? undefined : literal(node.config['materialized']);
  if (typeof type !== 'string') return undefined;
  const entries = KEYS.filter(({ when }) => when?.includes(type) ?? true).flatMap(({ key, config, unless }): [string, Json][] => {
    const value = hidden.has(config) ? undefined : literal(node.config[config]);
    const empty = value === undefined || value === null || value === '' || value === unless || (Array.isArray(value) && value.length === 0);
    return empty ? [] : [[key, value]];
  });
  return { type, ...Object.fromEntries(entries), ...(node.contractEnforced ? { contract: true } : {}) };
}

function literal(value: Json | undefined): Json | undefined {
  return value !== undefined && JSON.stringify(value).includes('{{') ? undefined : value;
}
