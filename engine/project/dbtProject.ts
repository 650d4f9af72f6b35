import { lineStarts, rangeOf } from '../text';
import { dbtYaml, get, items, plain, text, type YamlTree } from '../yaml/tree';
import type { Json, Notice } from './types';

/** The trees of folder configuration in a dbt_project.yml. */
export type ConfigTrees = Record<'models' | 'seeds' | 'snapshots' | 'sources' | 'data_tests', YamlTree | undefined>;

/** What Specline reads of a dbt_project.yml. */
export interface DbtProject {
  name: string;
  profile?: string;
  modelPaths: string[];
  snapshotPaths: string[];
  seedPaths: string[];
  testPaths: string[];
  macroPaths: string[];
  analysisPaths: string[];
  packagesPath: string;
  targetPath: string;
  configs: ConfigTrees;
  /** `vars:` as written: global ones and those of packages. */
  vars: Record<string, Json>;
  /** `dispatch:`: the packages that dbt searches for the macros of a namespace. */
  dispatch: Record<string, string[]>;
  notices: Notice[];
}

/** Reads a dbt_project.yml; broken parts become notices and defaults. */
export function readDbtProject(file: string, source: string): DbtProject {
  const { tree, error } = dbtYaml(source);
  const notices: Notice[] = error
    ? [{ code: 'EVID010', severity: 'error', file, range: rangeOf(lineStarts(source), error.span), message: `${file} is not valid YAML (${error.message}); mend it, defaults are used until then.` }]
    : [];
  const paths = (keys: readonly string[], fallback: string): string[] => pathsAt(tree, keys, fallback, { file, source, notices });
  const profile = text(get(tree, 'profile'));
  return {
    name: text(get(tree, 'name')) ?? '',
    ...(profile === undefined ? {} : { profile }),
    modelPaths: paths(['model-paths', 'source-paths'], 'models'),
    snapshotPaths: paths(['snapshot-paths'], 'snapshots'),
    seedPaths: paths(['seed-paths', 'data-paths'], 'seeds'),
    testPaths: paths(['test-paths'], 'tests'),
    macroPaths: paths(['macro-paths'], 'macros'),
    analysisPaths: paths(['analysis-paths'], 'analyses'),
    packagesPath: paths(['packages-install-path', 'modules-path'], 'dbt_packages')[0] ?? 'dbt_packages',
    targetPath: insidePath(text(get(tree, 'target-path'))) ?? 'target',
    configs: {
      models: get(tree, 'models'),
      seeds: get(tree, 'seeds'),
      snapshots: get(tree, 'snapshots'),
      sources: get(tree, 'sources'),
      data_tests: get(tree, 'data_tests') ?? get(tree, 'tests'),
    },
    vars: (plain(get(tree, 'vars')) ?? {}) as Record<string, Json>,
    dispatch: dispatchOf(get(tree, 'dispatch')),
    notices,
  };
}

function dispatchOf(tree: YamlTree | undefined): Record<string, string[]> {
  return Object.fromEntries(items(tree).flatMap((item) => {
    const namespace = text(get(item, 'macro_namespace'));
    return namespace === undefined ? [] : [[namespace, items(get(item, 'search_order')).flatMap((name) => text(name) ?? [])]];
  }));
}

function pathsAt(tree: YamlTree | undefined, keys: readonly string[], fallback: string, at: { file: string; source: string; notices: Notice[] }): string[] {
  const key = keys.find((name) => get(tree, name) !== undefined);
  if (key === undefined) return [fallback];
  const found = items(get(tree, key)).flatMap((item): string[] => {
    const path = insidePath(text(item));
    if (path !== undefined) return [path];
    const range = rangeOf(lineStarts(at.source), item.span);
    at.notices.push({ code: 'EVID016', severity: 'warning', file: at.file, range, message: `${at.file} has ${text(item) ?? 'no text'} in ${key}, which is not a path inside the project; what is there was not read.` });
    return [];
  });
  return [...new Set(found)];
}

/** A path inside the project as POSIX without `./`; undefined for one that is absolute, computed or leaves the project. */
export function insidePath(path: string | undefined): string | undefined {
  if (path === undefined || path.includes('{{') || /^([/\\]|[A-Za-z]:)/.test(path)) return undefined;
  const parts = path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
