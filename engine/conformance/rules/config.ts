import { canonical } from '../../spec/meaning';
import type { Json, RelationNode } from '../../project/types';
import type { SqlConfig } from '../../sql/types';
import { clausesOf, unknown, type Judgement, type Judging, type Outcome, type Rule } from './rule';
import type { SpecClause } from '../lowerSpec';

/** Keys of the spec's materialization → dbt's configuration keys. */
const KEYS: Record<string, string> = { type: 'materialized', strategy: 'incremental_strategy' };

export const CFG001: Rule = {
  code: 'CFG001',
  question: 'Is the model built as the spec says?',
  severity: 'error',
  evidence: 'config() in the SQL, YAML, dbt_project.yml, the manifest',
  judge(judging): Outcome {
    return { judgements: clausesOf(judging, 'materialization').map((clause) => judgeConfig(judging, clause)), findings: [] };
  },
};

function judgeConfig(judging: Judging, clause: SpecClause): Judgement {
  const entry = judging.facts.materialization?.entries[clause.index];
  const { node, analysis } = judging;
  if (!entry) return unknown(clause.id, 'not-checked', 'The setting could not be read.');
  if (!node) return unknown(clause.id, judging.blind.reason, judging.blind.message);
  const spec = entry.key.value;
  const key = spec === 'strategy' && node.kind === 'snapshot' ? 'strategy' : (KEYS[spec] ?? spec);
  const literal = analysis?.analysis.config.values.find((value) => value.key === key);
  const at = literal && analysis?.analysis.in === 'raw' ? [literal.span] : [];
  if (literal?.value.kind === 'opaque' && node.config[key] === undefined) return unknown(clause.id, 'opaque-jinja', `Jinja decides ${key}: ${literal.value.text}.`, at);
  const actual = literal?.value.kind === 'literal' ? (literal.value.value as Json) : actualOf(node, key, spec);
  if (typeof actual === 'string' && actual.includes('{{')) return unknown(clause.id, 'opaque-jinja', `Jinja decides ${key}: ${actual}.`, at);
  if (same(entry.value.value, actual)) return { id: clause.id, verdict: 'matches', message: `${spec} is ${show(actual)}.`, at };
  if (actual === undefined && spec !== 'type') return node.from === 'E1' && hidesConfig(analysis?.analysis.config) ? unknown(clause.id, 'evidence-missing', `Whether ${key} is set is not known without a manifest.`, at) : { id: clause.id, verdict: 'differs', message: `The spec says ${spec} is ${show(entry.value.value)}; the model does not set it.`, at };
  return { id: clause.id, verdict: 'differs', message: `The spec says ${spec} is ${show(entry.value.value)}; the model says ${show(actual)}.`, at };
}

function hidesConfig(config: SqlConfig | undefined): boolean {
  return config?.values.some((value) => value.value.kind === 'opaque') ?? false;
}

function actualOf(node: RelationNode, key: string, spec: string): Json | undefined {
  if (spec === 'contract') return node.contractEnforced;
  const value = node.config[key];
  return value === null ? undefined : value;
}

function same(wanted: unknown, actual: unknown): boolean {
  if (actual === undefined) return false;
  const list = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);
  return canonical(lower(list(wanted))) === canonical(lower(list(actual)));
}

function lower(value: unknown): unknown {
  if (typeof value === 'string') return value.trim().toLowerCase();
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.map(lower) : value;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? 'not set' : JSON.stringify(value);
}
