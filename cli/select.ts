import { minimatch } from 'minimatch';
import { parentsOf } from '../engine/project';
import type { Json, ProjectIndex, RelationNode } from '../engine/project/types';
import { UsageError } from './exit';

/** What selection needs beyond the index: nodes that `state:modified` and `state:new` mean, where `--state` was given. */
export interface SelectionContext {
  project: ProjectIndex;
  state: { modified: ReadonlySet<string>; added: ReadonlySet<string> } | undefined;
}

const METHODS = 'names, paths, fqn:, path:, file:, tag:, package:, group:, access:, resource_type:, config.<key>:, source:, exposure:, version:latest, state:modified and state:new';

/**
 * dbt's node selection (its `selector_methods.py`) over the enabled nodes: a space is a union, a comma an intersection, and
 * `+`, `2+`, `+1` and `@` follow the graph. Gives unique ids and the words that chose nothing. Throws `UsageError` for what
 * is not supported.
 */
export function selectNodes(context: SelectionContext, select: readonly string[], exclude: readonly string[]): { ids: Set<string>; empty: string[] } {
  const graph = graphOf(context.project);
  const empty: string[] = [];
  const wanted = select.length > 0 ? union(context, graph, select, empty) : new Set(graph.nodes.map((node) => node.uniqueId));
  const unwanted = union(context, graph, exclude, empty);
  return { ids: new Set([...wanted].filter((id) => !unwanted.has(id))), empty };
}

interface Graph {
  nodes: RelationNode[];
  parents: ReadonlyMap<string, readonly string[]>;
  children: ReadonlyMap<string, readonly string[]>;
}

function graphOf(project: ProjectIndex): Graph {
  const nodes = [...project.nodes.values()].filter((node) => node.enabled);
  const parents = new Map<string, readonly string[]>([...project.exposures.values()].map((exposure) => [exposure.uniqueId, exposure.dependsOn]));
  for (const node of nodes) parents.set(node.uniqueId, parentsOf(project, node));
  const children = new Map<string, string[]>();
  for (const [child, list] of parents) for (const parent of list) children.set(parent, [...(children.get(parent) ?? []), child]);
  return { nodes, parents, children };
}

function union(context: SelectionContext, graph: Graph, words: readonly string[], empty: string[]): Set<string> {
  const found = new Set<string>();
  for (const word of words.flatMap((list) => list.split(/\s+/)).filter((text) => text !== '')) {
    const ids = word.split(',').map((part) => withGraph(context, graph, part)).reduce((left, right) => new Set([...left].filter((id) => right.has(id))));
    if (ids.size === 0) empty.push(word);
    ids.forEach((id) => found.add(id));
  }
  return found;
}

function withGraph(context: SelectionContext, graph: Graph, text: string): Set<string> {
  const match = /^(@)?(?:(\d*)\+)?(?:([\w.]+):)?(.*?)(?:\+(\d*))?$/.exec(text);
  const [, at, up, method, value = '', down] = match ?? [];
  if (value === '') throw new UsageError(`The selector "${text}" names nothing; write ${METHODS}.`);
  if (at !== undefined && down !== undefined) throw new UsageError(`The selector "${text}" has both "@" and a "+" after it, which dbt does not allow either.`);
  const seeds = byMethod(context, graph, method, value, text);
  const result = new Set(seeds);
  const parents = (id: string): readonly string[] => graph.parents.get(id) ?? [];
  const children = (id: string): readonly string[] => graph.children.get(id) ?? [];
  if (up !== undefined) walk(seeds, depthOf(up), parents).forEach((id) => result.add(id));
  if (down !== undefined) walk(seeds, depthOf(down), children).forEach((id) => result.add(id));
  if (at !== undefined) {
    const below = new Set([...seeds, ...walk(seeds, Number.POSITIVE_INFINITY, children)]);
    for (const id of [...below, ...walk(below, Number.POSITIVE_INFINITY, parents)]) result.add(id);
  }
  return result;
}

function depthOf(text: string): number {
  return text === '' ? Number.POSITIVE_INFINITY : Number(text);
}

function walk(seeds: ReadonlySet<string>, depth: number, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set<string>();
  let frontier = [...seeds];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    frontier = [...new Set(frontier.flatMap(next))].filter((id) => !seen.has(id));
    frontier.forEach((id) => seen.add(id));
  }
  return seen;
}

function byMethod(context: SelectionContext, graph: Graph, method: string | undefined, value: string, text: string): Set<string> {
  if (method === 'exposure') {
    const like = wildcard(value);
    return new Set([...context.project.exposures.values()].filter((exposure) => like(exposure.name) || like(exposure.uniqueId.split('.').slice(1).join('.'))).map((exposure) => exposure.uniqueId));
  }
  return new Set(graph.nodes.filter(predicateOf(context, method, value, text)).map((node) => node.uniqueId));
}

function predicateOf(context: SelectionContext, method: string | undefined, value: string, text: string): (node: RelationNode) => boolean {
  const like = wildcard(value);
  if (method?.startsWith('config.')) return (node) => configIs(node, method.split('.').slice(1), value);
  switch (method ?? (value.includes('/') ? 'path' : /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn')) {
    case 'fqn':
      return (node) => node.kind !== 'source' && (isNamed(node, node.fqn, value) || isNamed(node, node.fqn.slice(1), value));
    case 'path':
      return inPath(value);
    case 'file':
      return (node) => node.file !== undefined && [baseOf(node.file), baseOf(node.file).replace(/\.[^.]*$/, '')].some(like);
    case 'tag':
      return (node) => node.tags.some(like);
    case 'package':
      return (node) => (value === 'this' ? node.package === context.project.name : like(node.package));
    case 'group':
      return (node) => typeof node.config['group'] === 'string' && like(node.config['group']);
    case 'access':
      return (node) => node.kind === 'model' && (node.access ?? 'protected') === value;
    case 'resource_type':
      if (!['model', 'seed', 'snapshot', 'source'].includes(value)) throw new UsageError(`The selector "${text}" is not supported; resource_type: takes model, seed, snapshot or source.`);
      return (node) => node.kind === value;
    case 'source':
      return sourceIs(value, text);
    case 'version':
      if (value !== 'latest') throw new UsageError(`The selector "${text}" is not supported; use version:latest.`);
      return (node) => node.version !== undefined && node.version === node.latestVersion;
    case 'state':
      return stateOf(context, value);
    default:
      throw new UsageError(`The selector "${text}" is not supported; use ${METHODS}.`);
  }
}

/** dbt's `is_selected_node`: a name, dotted folders from the left, or wildcards over the rest. */
function isNamed(node: RelationNode, fqn: readonly string[], selector: string): boolean {
  const leaf = node.version === undefined ? fqn.at(-1) : fqn.at(-2);
  const parts = selector.split('.');
  if (leaf === selector) return true;
  if (node.version !== undefined && fqn.slice(-2).join('_') === parts.slice(-2).join('_')) return true;
  const flat = fqn.flatMap((part) => part.split('.'));
  if (flat.length < parts.length) return false;
  const wild = parts.findIndex((part) => /[*?[\]]/.test(part));
  if (!parts.slice(0, wild < 0 ? parts.length : wild).every((part, index) => flat[index] === part)) return false;
  if (wild < 0) return true;
  return wildcard(parts.slice(wild).join('.'))(flat.slice(wild).join('.')) || (parts.length === 1 && leaf !== undefined && wildcard(selector)(leaf));
}

function configIs(node: RelationNode, keys: readonly string[], wanted: string): boolean {
  const value = keys.reduce<Json | undefined>((at, key) => (at !== null && typeof at === 'object' && !Array.isArray(at) ? at[key] : undefined), node.config);
  return (Array.isArray(value) ? value : [value]).some((item) => item === wanted || (typeof item === 'boolean' && String(item) === wanted.toLowerCase()));
}

function sourceIs(value: string, text: string): (node: RelationNode) => boolean {
  const parts = value.split('.');
  if (parts.length > 3) throw new UsageError(`The selector "${text}" is not supported; write source:name, source:name.table or source:package.name.table.`);
  const [packageName, source, table] = parts.length === 3 ? parts : ['*', ...parts, '*'];
  const likes = [packageName, source, table].map((part) => wildcard(part ?? '*'));
  return (node) => node.kind === 'source' && [node.package, node.sourceName ?? '', node.name].every((name, index) => likes[index]?.(name));
}

function stateOf(context: SelectionContext, value: string): (node: RelationNode) => boolean {
  if (value !== 'modified' && value !== 'new') throw new UsageError(`The selector "state:${value}" is not supported; use state:modified or state:new.`);
  const { state } = context;
  if (!state) throw new UsageError(`state:${value} needs --state with a folder that holds the manifest.json to compare with.`);
  const chosen = value === 'new' ? state.added : state.modified;
  return (node) => chosen.has(node.uniqueId);
}

/** A node whose file, or the YAML that describes it, is at the path or below it; `*`, `**` and `?` as in shells. */
function inPath(value: string): (node: RelationNode) => boolean {
  const path = value.replace(/^\.\//, '').replace(/\/+$/, '');
  const covers = (file: string): boolean => file.split('/').some((_, index, parts) => minimatch(parts.slice(0, index + 1).join('/'), path, { dot: true }));
  return (node) => (node.file !== undefined && covers(node.file)) || (node.place !== undefined && minimatch(node.place.file, path, { dot: true }));
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Python's `fnmatch` on a POSIX system: `*`, `?` and `[…]` match any character, a slash or a dot too. */
function wildcard(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[.+^${}()|[\]\\*?]/g, (found, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]`;
    return found === '*' ? '[\\s\\S]*' : found === '?' ? '[\\s\\S]' : `\\${found}`;
  });
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
