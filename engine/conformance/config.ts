import type { Json } from '../project/types';
import type { Span } from '../text';
import type { ConfigValue } from '../sql/types';
import type { Comparison } from './comparison';

/** What the project says for one configuration key of a model. */
export type FoundConfig =
  | { kind: 'value'; value: Json; place?: Span; from: string }
  | { kind: 'hidden'; text: string; place: Span }
  | { kind: 'none'; certain: boolean };

/** The key in dbt's configuration that a materialization key of a spec is. */
const DBT_KEYS: Readonly<Record<string, readonly string[]>> = {
  type: ['materialized'],
  strategy: ['incremental_strategy', 'strategy'],
  hard_deletes: ['hard_deletes', 'invalidate_hard_deletes'],
};

/** Looks a key up in the file's own config, then in what the project gives the model. */
export function configOf(comparison: Comparison, key: string): FoundConfig {
  const { node, analysis } = comparison;
  if (key === 'contract' && node) return { kind: 'value', value: node.contractEnforced, from: node.from === 'E1' ? 'the YAML' : 'the manifest' };
  const names = DBT_KEYS[key] ?? [key];
  const raw = analysis?.raw?.analysis.config.values ?? [];
  const written = raw.find((item) => names.includes(item.key));
  // The root project has the last word on the models of packages, over what their own files say.
  const overruled = node !== undefined && node.package !== comparison.project.name ? names.map((name) => node.config[name]).find((value) => value !== undefined && value !== null) : undefined;
  if (overruled !== undefined && !(written?.value.kind === 'literal' && configText(written.value.value) === configText(overruled))) return { kind: 'value', value: overruled, from: node?.from === 'E1' ? 'dbt_project.yml and the YAML' : 'the manifest' };
  if (written?.value.kind === 'opaque') return resolved(comparison, names) ?? { kind: 'hidden', text: written.value.text, place: written.span };
  if (written) return { kind: 'value', value: literal(written.value), place: written.span, from: 'the config of the model' };
  for (const name of names) {
    const value = node?.config[name];
    if (value !== undefined && value !== null) return { kind: 'value', value, from: node?.from === 'E1' ? 'dbt_project.yml and the YAML' : 'the manifest' };
  }
  return { kind: 'none', certain: node !== undefined };
}

function literal(value: ConfigValue): Json {
  return value.kind === 'literal' ? value.value : null;
}

/** A value that Jinja computes is known where the manifest is current. */
function resolved(comparison: Comparison, names: readonly string[]): FoundConfig | undefined {
  const { node } = comparison;
  if (node?.compiled?.fresh !== true) return undefined;
  for (const name of names) {
    const value = node.config[name];
    if (value !== undefined && value !== null) return { kind: 'value', value, from: 'the manifest' };
  }
  return undefined;
}

/** Canonical text of a configuration value; one name and a list of that one are the same, order does not count in lists. */
export function configText(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => configText(item)).sort().join(', ');
  if (value !== null && typeof value === 'object') return `{${Object.entries(value).filter(([, item]) => item !== null).map(([key, item]) => `${key}: ${configText(item)}`).sort().join(', ')}}`;
  return String(value);
}
