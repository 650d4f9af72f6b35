import { entries, get, items, parseYaml, plain, text, treeOf, type YamlTree } from '../yaml/tree';
import type { Json, Notice } from './types';

/** What Specline reads of a dbt_project.yml. */
export interface DbtProject {
  name: string;
  profile?: string;
  modelPaths: string[];
  snapshotPaths: string[];
  seedPaths: string[];
  testPaths: string[];
  macroPaths: string[];
  targetPath: string;
  /** `models:`, `seeds:`, `snapshots:` trees of folder configuration. */
  configs: Record<'models' | 'seeds' | 'snapshots', YamlTree | undefined>;
  notices: Notice[];
}

/** Reads a dbt_project.yml; broken parts become notices and defaults. */
export function readDbtProject(file: string, source: string): DbtProject {
  const document = parseYaml(source);
  const tree = treeOf(document);
  const notices: Notice[] = document.errors.slice(0, 1).map((error) => ({
    code: 'EVID010',
    severity: 'error',
    file,
    message: `${file} is not valid YAML (${error.message}); mend it, defaults are used until then.`,
  }));
  return {
    name: text(get(tree, 'name')) ?? '',
    ...(text(get(tree, 'profile')) === undefined ? {} : { profile: text(get(tree, 'profile')) as string }),
    modelPaths: paths(tree, ['model-paths', 'source-paths'], ['models']),
    snapshotPaths: paths(tree, ['snapshot-paths'], ['snapshots']),
    seedPaths: paths(tree, ['seed-paths', 'data-paths'], ['seeds']),
    testPaths: paths(tree, ['test-paths'], ['tests']),
    macroPaths: paths(tree, ['macro-paths'], ['macros']),
    targetPath: insidePath(text(get(tree, 'target-path'))) ?? 'target',
    configs: { models: get(tree, 'models'), seeds: get(tree, 'seeds'), snapshots: get(tree, 'snapshots') },
    notices,
  };
}

function paths(tree: YamlTree | undefined, keys: readonly string[], fallback: string[]): string[] {
  const found = keys.map((key) => get(tree, key)).find((value) => value !== undefined);
  if (!found) return fallback;
  return items(found).flatMap((item) => insidePath(text(item)) ?? []);
}

/** A path inside the project as POSIX without `./`; undefined for one that is absolute or leaves the project. */
export function insidePath(path: string | undefined): string | undefined {
  if (path === undefined || path.includes('{{') || /^([/\\]|[A-Za-z]:)/.test(path)) return undefined;
  const parts = path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

/** Configuration that dbt_project.yml gives a node by its fully qualified name `[package, folder…, name]`; deeper wins. */
export function folderConfig(tree: YamlTree | undefined, fqn: readonly string[]): Record<string, Json> {
  const out: Record<string, Json> = Object.create(null) as Record<string, Json>;
  let at: YamlTree | undefined = tree;
  for (const part of [undefined, ...fqn]) {
    if (part !== undefined) at = get(at, part);
    if (!at) break;
    for (const { key, value } of entries(at)) {
      if (key.startsWith('+')) out[key.slice(1)] = plain(value) as Json;
      else if (value.kind !== 'map' && !fqn.includes(key)) out[key] = plain(value) as Json;
    }
  }
  return out;
}
