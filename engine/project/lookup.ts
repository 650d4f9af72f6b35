import { closest, distance } from 'fastest-levenshtein';
import { namesOf } from './nodeNames';
import type { Column, Lookup, NamedNodes, NodeNames, NodeOutline, ProjectIndex, RelationNode } from './types';

/** A `ref()`: the project's own package wins over others, as in dbt; an unversioned ref means the latest version. */
export function resolveRef(index: NamedNodes, ref: { package?: string; name: string; version?: string }): Lookup {
  const every = nodesNamed(index, ref.name).filter((node) => node.kind !== 'source' && (ref.package === undefined || node.package === ref.package));
  const named = enabledOnes(every);
  const versioned = ref.version === undefined ? latest(named) : named.filter((node) => node.version === ref.version);
  if (versioned.length <= 1 || ref.package !== undefined) return outcome(index, versioned, ref.name);
  const own = versioned.filter((node) => node.package === index.name);
  return outcome(index, own.length > 0 ? own : versioned, ref.name);
}

/** The enabled nodes; where there are none, those that only a var's default disables. */
function enabledOnes(nodes: readonly RelationNode[]): RelationNode[] {
  const enabled = nodes.filter((node) => node.enabled);
  return enabled.length > 0 ? enabled : nodes.filter((node) => node.mayBeEnabled);
}

function latest(nodes: RelationNode[]): RelationNode[] {
  const unversioned = nodes.filter((node) => node.version === undefined);
  if (unversioned.length > 0) return unversioned;
  const marked = nodes.filter((node) => node.latestVersion !== undefined && node.version === node.latestVersion);
  if (marked.length > 0) return marked;
  const highest = [...nodes].sort((a, b) => Number(b.version) - Number(a.version))[0];
  return highest ? [highest] : [];
}

/** A `source()` by source name and table. */
export function resolveSource(index: NamedNodes, sourceName: string, table: string): Lookup {
  const found = enabledOnes(nodesNamed(index, table).filter((node) => node.kind === 'source' && node.sourceName === sourceName));
  const own = found.filter((node) => node.package === index.name);
  return outcome(index, found.length > 1 && own.length > 0 ? own : found, `${sourceName}.${table}`, 'source');
}

/** A spec's `model`: `name`, `package.name`, `name.vN` or `package.name.vN`; models and snapshots only. */
export function lookupModel(index: NamedNodes, written: string): Lookup {
  const match = /^(?:(?<package>\w+)\.)??(?<name>\w+)(?:\.v(?<version>\w+))?$/.exec(written);
  if (!match?.groups) return outcome(index, [], written);
  const { package: packageName, name, version } = match.groups;
  const models = nodesNamed(index, name).filter((node) => (node.kind === 'model' || node.kind === 'snapshot') && (packageName === undefined || node.package === packageName));
  const versioned = version === undefined ? latest(models) : models.filter((node) => node.version === version);
  const own = versioned.filter((node) => node.package === index.name);
  return outcome(index, packageName === undefined && own.length === 1 ? own : versioned, name ?? written);
}

function outcome(index: NamedNodes, found: readonly RelationNode[], name: string, kind: 'model' | 'source' = 'model'): Lookup {
  const first = found[0];
  if (found.length === 1 && first) return { kind: 'one', node: first };
  if (found.length > 1) return { kind: 'ambiguous', candidates: found.map((node) => node.uniqueId).sort() };
  return {
    kind: 'none',
    // Most who ask only want to know that there is none, and this looks at every name of the project.
    get candidates() {
      return nearest(index, name, kind);
    },
  };
}

/** Whether any node has a name, enabled or not. */
export function hasNodeNamed(index: NamedNodes, name: string): boolean {
  return namesIn(index).has(name);
}

/** The nodes of which tests may point at lines of specs, in the order of the project. */
export function pointingNodes(project: ProjectIndex): readonly RelationNode[] {
  return project.pointing?.() ?? [...project.nodes.values()];
}

/** Every node in outline, in the order of the project. */
export function nodeOutlines(project: ProjectIndex): readonly NodeOutline[] {
  return project.outline?.() ?? [...project.nodes.values()];
}

/** What the tests of a project are called, each once. */
export function testNames(project: ProjectIndex): readonly string[] {
  return project.testNames?.() ?? [...new Set([...project.nodes.values()].flatMap((node) => node.tests.map(({ test }) => test)))];
}

/** SQL files of the project's own models and snapshots that have a word in their text. */
export function sqlWith(project: ProjectIndex, word: string): readonly string[] {
  return project.sqlWith?.(word) ?? [...project.nodes.values()].flatMap(({ package: own, language, rawCode, file }) => (own === project.name && language === 'sql' && rawCode?.includes(word) === true ? (file ?? []) : []));
}

/** Models and snapshots of a name, of every package, enabled or not. */
export function modelsNamed(index: NamedNodes, name: string): RelationNode[] {
  return nodesNamed(index, name).filter(({ kind }) => kind === 'model' || kind === 'snapshot');
}

/** Nodes of a name, of every kind and package, enabled or not. */
export function nodesNamed(index: NamedNodes, name: string | undefined): readonly RelationNode[] {
  return namesIn(index).named(name ?? '');
}

function namesIn({ names, nodes }: NamedNodes): NodeNames {
  return names?.of === nodes ? names : namesOf(nodes);
}

function nearest(index: NamedNodes & Pick<ProjectIndex, 'outline'>, name: string, kind: 'model' | 'source'): string[] {
  const candidates = (index.outline?.() ?? [...index.nodes.values()]).filter((node) => (kind === 'source') === (node.kind === 'source'));
  return candidates
    .map((node) => ({ id: node.uniqueId, far: distance(name, kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name) }))
    .filter(({ far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far || a.id.localeCompare(b.id))
    .slice(0, 5)
    .map(({ id }) => id);
}

/** The nearest of some words to a mistyped one; undefined where none is near enough to offer. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const best = closest(word.toLowerCase(), words.map((w) => w.toLowerCase()));
  const found = words.find((w) => w.toLowerCase() === best);
  return found !== undefined && distance(word.toLowerCase(), best) <= Math.max(1, Math.floor(word.length / 2.5)) ? found : undefined;
}

/** The node whose file this is; versions of one model have files of their own. */
export function nodeOfFile(index: NamedNodes, path: string): RelationNode | undefined {
  return namesIn(index).ofFile(path);
}

/** Columns of a node and whether they are all of them. */
export function columnsOf(node: RelationNode): { columns: Column[]; complete: boolean } {
  return { columns: node.columns, complete: node.columnsComplete };
}
