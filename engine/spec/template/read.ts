import { get, plain, type YamlTree } from '../../yaml/tree';
import { BUILT_IN, keysOf, schemaAt, type SchemaNode } from '../schema';
import type { FileProblem, SettingsFile } from './chain';
import { readSchema } from './keywords';
import { mergeSchema } from './merge';
import { referenceProblems } from './references';
import type { Migration, Pattern, SpecTemplate, TemplateKind, TemplateProblem } from './types';
import { readMigrations, versioned, versionProblems } from './versions';

const KINDS: readonly TemplateKind[] = ['business', 'technical'];

/**
 * The template that files of settings make together, the farthest first; `template` is undefined where any of them is wrong, since
 * a part of what an organisation asks for would read as all of it.
 */
export function readTemplate(files: readonly SettingsFile[]): { template: SpecTemplate | undefined; problems: (FileProblem & { file: string })[] } {
  const problems: (FileProblem & { file: string })[] = [];
  const patterns = new Map<string, Pattern>();
  const schemas: Record<TemplateKind, SchemaNode> = { ...BUILT_IN.schemas };
  const asking = new Set<string>();
  const migrations: Migration[] = [];
  for (const { path, tree } of files) {
    const read = readMigrations(tree, path);
    migrations.push(...read.migrations);
    if (read.migrations.length > 0) asking.add(path);
    problems.push(...read.problems.map((problem) => ({ ...problem, code: 'SPEC017', file: path })));
    for (const kind of KINDS) {
      const overlay = get(tree, kind);
      if (overlay?.kind !== 'map') continue;
      asking.add(path);
      const { schema, problems: own } = readOverlay(schemas[kind], overlay, path, patterns);
      schemas[kind] = schema;
      problems.push(...own.map((problem) => ({ ...problem, code: 'SPEC017', file: path })));
    }
  }
  problems.push(...versionProblems(migrations).map((problem) => ({ ...problem, code: 'SPEC017' })));
  for (const kind of KINDS) schemas[kind] = versioned(schemas[kind], kind, migrations);
  const isUnusable = problems.length > 0 || files.some((file) => file.problems.length > 0);
  if (asking.size === 0 && !isUnusable) return { template: BUILT_IN, problems };
  return { template: isUnusable ? undefined : { schemas, files: [...asking].reverse(), lists: listsOf(schemas.business), patterns, migrations }, problems };
}

/** Sections that are not built in and whose items have ids, as the built-in ones that can be implemented and covered. */
function listsOf(schema: SchemaNode): string[] {
  return keysOf(schema).filter((key) => !Object.hasOwn(BUILT_IN.schemas.business.properties ?? {}, key) && schemaAt(schema, [key, 0, 'id']) !== undefined);
}

function readOverlay(schema: SchemaNode, tree: YamlTree, file: string, patterns: Map<string, Pattern>): { schema: SchemaNode; problems: TemplateProblem[] } {
  const found = readSchema(tree);
  const definitions = { ...schema.definitions, ...(plain(get(tree, 'definitions')) as Record<string, SchemaNode> | undefined) };
  const problems = [...found.problems, ...referenceProblems(found, definitions)];
  // What is malformed cannot be merged, and what the merge would say of it would only echo this.
  if (problems.length > 0) return { schema, problems };
  found.patterns.forEach((pattern, source) => patterns.set(source, pattern));
  const merged = mergeSchema(schema, tree, file);
  return merged.problems.length > 0 ? { schema, problems: merged.problems } : merged;
}
