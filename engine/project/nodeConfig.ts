import { entries, get, plain, type YamlTree } from '../yaml/tree';
import type { Json } from './types';
import { asRecord } from './values';

export type Config = Record<string, Json>;

/** Keys that every level adds to, and keys whose maps are merged; any other is replaced (dbt's `MergeBehavior`). */
const ADDITIVE = new Set(['tags', 'pre-hook', 'post-hook', 'packages']);
const MERGED = new Set(['meta', 'docs', 'column_types', 'quoting', 'contract']);

/** One level of configuration over another, by dbt's rules. */
export function mergeConfig(base: Config, over: Readonly<Config>): Config {
  const out = emptyConfig(base);
  mergeInto(out, over);
  return out;
}

/** Levels of configuration over each other, the last one on top, by dbt's rules. */
export function mergedConfig(levels: readonly (Readonly<Config> | undefined)[]): Config {
  const out = emptyConfig();
  for (const level of levels) if (level) mergeInto(out, level);
  return out;
}

function mergeInto(out: Config, over: Readonly<Config>): void {
  for (const key of Object.keys(over)) {
    const value = over[key] as Json;
    if (ADDITIVE.has(key)) out[key] = [...new Set([...listOf(out[key]), ...listOf(value)])];
    else if (MERGED.has(key)) out[key] = { ...asRecord(out[key]), ...asRecord(value) };
    else out[key] = value;
  }
}

/** A config without a prototype, so that no key of a file can reach one. */
export function emptyConfig(from: Readonly<Config> = {}): Config {
  return Object.assign(Object.create(null) as Config, from);
}

/** Configuration that a dbt_project.yml gives a node by its fully qualified name `[package, folder…, name]`; deeper wins. */
export function folderConfig(tree: YamlTree | undefined, fqn: readonly string[]): Config {
  const out = emptyConfig();
  let at: YamlTree | undefined = tree;
  for (const part of [undefined, ...fqn]) {
    if (part !== undefined) at = get(at, part);
    if (at?.kind !== 'map') break;
    const level = emptyConfig();
    for (const { key, value } of entries(at)) {
      if (key.startsWith('+')) level[key.slice(1).trim()] = plain(value) as Json;
      else if (value.kind !== 'map') level[key] = plain(value) as Json;
    }
    // dbt renders this file before it knows the project's vars: only a default counts there.
    if (typeof level['enabled'] === 'string') level['enabled'] = enabledOf(level['enabled'], () => undefined).enabled;
    mergeInto(out, level);
  }
  return out;
}

/**
 * Whether a node is enabled. dbt evaluates Jinja there; a lone `var()` is followed, and what else Jinja may say counts as
 * enabled. Not `sure` where only the default in the file says so, since `--vars` or a project may say otherwise.
 */
export function enabledOf(value: Json | undefined, varOf: (name: string) => Json | undefined): { enabled: boolean; sure: boolean } {
  if (typeof value !== 'string') return { enabled: value !== false, sure: true };
  const call = /^\s*\{\{\s*(not\s+)?var\(\s*(['"])([\w.]+)\2\s*(?:,\s*(.+?))?\)\s*(?:\|\s*(?:as_bool|bool)\s*)?\}\}\s*$/.exec(value);
  const known = call ? varOf(call[3] ?? '') : undefined;
  const found = known ?? booleanOf(call ? call[4] : value);
  const isTrue = typeof found === 'string' ? booleanOf(found) : found;
  return { enabled: call?.[1] === undefined ? isTrue !== false : isTrue !== true, sure: known !== undefined || !value.includes('{{') };
}

function booleanOf(source: string | undefined): boolean | undefined {
  const word = source?.trim().replace(/^(['"])(.*)\1$/, '$2').toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** A value that may be one text or a list of them; a hook with `sql` and `transaction` is told as JSON. */
export function listOf(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.map((item) => (item !== null && typeof item === 'object' ? JSON.stringify(item) : String(item)));
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** The value of a var for a package: the root project's word on that package, then on all, then the package's own. */
export function varIn(packageName: string, root: Readonly<Config>, own: Readonly<Config>): (name: string) => Json | undefined {
  return (name) => {
    for (const vars of [asRecord(root[packageName]), root, asRecord(own[packageName]), own]) {
      if (Object.hasOwn(vars, name)) return vars[name];
    }
    return undefined;
  };
}
