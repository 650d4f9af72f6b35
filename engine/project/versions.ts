import { get, items, text, type YamlTree } from '../yaml/tree';
import { columnOf, constraintsOf, record, strings, testsOf, type Context } from './propertyParts';
import type { Column, Constraint, DataTest, Json } from './types';
import { optional } from './values';

type DescribedColumn = { column: Column; tests: DataTest[] };

/** What one entry under `versions:` says. Tests and constraints that it does not give are those of the model. */
export interface VersionProperties {
  version: string;
  definedIn?: string;
  description?: string;
  columns: Column[];
  columnTests: DataTest[];
  tests?: DataTest[];
  constraints?: Constraint[];
  access?: string;
  config: Record<string, Json>;
}

/** The versions of a model. Without an `include` a version has all columns of the model; its own come on top. */
export function versionsOf(node: YamlTree, base: readonly DescribedColumn[], context: Context): VersionProperties[] {
  return items(get(node, 'versions')).flatMap((version): VersionProperties[] => {
    const v = text(get(version, 'v'));
    if (v === undefined) return [];
    const columns = columnsOf(version, base, context);
    const hasTests = get(version, 'data_tests') !== undefined || get(version, 'tests') !== undefined;
    return [
      {
        version: v,
        ...optional('definedIn', text(get(version, 'defined_in'))),
        ...optional('description', text(get(version, 'description'))),
        columns: columns.map(({ column }) => column),
        columnTests: columns.flatMap(({ tests }) => tests),
        ...(hasTests ? { tests: testsOf(version, undefined, context) } : {}),
        ...(get(version, 'constraints') === undefined ? {} : { constraints: constraintsOf(version, undefined) }),
        ...optional('access', text(get(version, 'access'))),
        config: record(get(version, 'config')),
      },
    ];
  });
}

function columnsOf(version: YamlTree, base: readonly DescribedColumn[], context: Context): DescribedColumn[] {
  const listed = items(get(version, 'columns'));
  const choice = listed.find((item) => get(item, 'include') !== undefined || get(item, 'exclude') !== undefined);
  const include = strings(get(choice, 'include'));
  const exclude = new Set(strings(get(choice, 'exclude')));
  const all = include.length === 0 || (include.length === 1 && (include[0] === 'all' || include[0] === '*'));
  const own = listed.filter((item) => item !== choice).flatMap((item) => columnOf(item, context));
  const names = new Set(own.map(({ column }) => column.name));
  const kept = base.filter(({ column }) => (all || include.includes(column.name)) && !exclude.has(column.name) && !names.has(column.name));
  return [...kept, ...own];
}

/** The highest version, as dbt's `max` has it: by number where all are numbers, else by text. */
export function highestVersion(versions: readonly string[]): string | undefined {
  const numeric = versions.every((version) => Number.isFinite(Number(version)));
  return [...versions].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1)).pop();
}
