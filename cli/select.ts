import type { ProjectIndex, RelationNode } from '../engine/project/types';
import { UsageError } from './exit';

/** What selection needs beyond the index: parents of a node, and nodes that `state:modified` means. */
export interface SelectionContext {
  project: ProjectIndex;
  parents: ReadonlyMap<string, readonly string[]>;
  /** Unique ids changed against `--state`; undefined when `--state` was not given. */
  modified: ReadonlySet<string> | undefined;
}

/**
 * dbt's node selection, the part Specline supports: names with `*`, `package.name`, paths, `path:`, `tag:`,
 * `package:`, `resource_type:`, `config.materialized:`, `state:modified`, graph operators `+`, `N+`, `+N`;
 * a space is a union, a comma an intersection. Gives unique ids; throws `UsageError` for what is not supported.
 */
export function selectNodes(context: SelectionContext, select: readonly string[], exclude: readonly string[]): Set<string> {
  const wanted = select.length > 0 ? union(context, select) : new Set(context.project.nodes.keys());
  const unwanted = union(context, exclude);
  return new Set([...wanted].filter((id) => !unwanted.has(id)));
}

function union(context: SelectionContext, words: readonly string[]): Set<string> {
  const specs = words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  return new Set(specs.flatMap((spec) => [...intersection(context, spec)]));
}

function intersection(context: SelectionContext, spec: string): Set<string> {
  const sets = spec.split(',').map((part) => withGraph(context, part));
  return sets.reduce((left, right) => new Set([...left].filter((id) => right.has(id))));
}

function withGraph(context: SelectionContext, text: string): Set<string> {
  const match = /^(?:(\d*)(\+))?([^+@]+)(?:(\+)(\d*))?$/.exec(text);
  if (!match) throw new UsageError(`The selector "${text}" is not supported; use names, paths, tag:, state:modified and "+".`);
  const [, upDepth, up, method, down, downDepth] = match;
  const seeds = byMethod(context, method ?? '');
  const result = new Set(seeds);
  if (up) walk(seeds, depthOf(upDepth), (id) => context.parents.get(id) ?? []).forEach((id) => result.add(id));
  if (down) walk(seeds, depthOf(downDepth), childrenOf(context)).forEach((id) => result.add(id));
  return result;
}

function depthOf(text: string | undefined): number {
  return text ? Number(text) : Number.POSITIVE_INFINITY;
}

function childrenOf(context: SelectionContext): (id: string) => readonly string[] {
  const children = new Map<string, string[]>();
  for (const [child, parents] of context.parents) {
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  return (id) => children.get(id) ?? [];
}

function walk(seeds: ReadonlySet<string>, depth: number, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set<string>();
  let frontier = [...seeds];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    frontier = frontier.flatMap(next).filter((id) => !seen.has(id));
    frontier.forEach((id) => seen.add(id));
  }
  return seen;
}

function byMethod(context: SelectionContext, text: string): Set<string> {
  const colon = text.indexOf(':');
  const method = colon < 0 ? '' : text.slice(0, colon);
  const value = colon < 0 ? text : text.slice(colon + 1);
  return new Set(
    [...context.project.nodes.values()].filter(predicateOf(context, method, value, text)).map((node) => node.uniqueId),
  );
}

function predicateOf(context: SelectionContext, method: string, value: string, text: string): (node: RelationNode) => boolean {
  const like = wildcard(value);
  switch (method) {
    case '':
      return value.includes('/') || /\.(sql|py)$/.test(value) ? inPath(value) : (node) => like(node.name) || like(`${node.package}.${node.name}`) || like(fqn(node));
    case 'fqn':
      return (node) => like(node.name) || like(`${node.package}.${node.name}`) || like(fqn(node));
    case 'path':
    case 'file':
      return inPath(value);
    case 'tag':
      return (node) => node.tags.some(like);
    case 'package':
      return (node) => like(value === 'this' ? context.project.name : node.package);
    case 'resource_type':
      return (node) => node.kind === value;
    case 'config.materialized':
      return (node) => node.config['materialized'] === value;
    case 'source':
      return (node) => node.kind === 'source' && (like(node.sourceName ?? '') || like(`${node.sourceName ?? ''}.${node.name}`));
    case 'state':
      return stateOf(context, value);
    default:
      throw new UsageError(`The selector "${text}" is not supported; use names, path:, tag:, package:, resource_type:, config.materialized:, source: or state:modified.`);
  }
}

function stateOf(context: SelectionContext, value: string): (node: RelationNode) => boolean {
  if (value !== 'modified') throw new UsageError(`The selector "state:${value}" is not supported; use state:modified.`);
  const { modified } = context;
  if (!modified) throw new UsageError('state:modified needs --state with a folder that holds the manifest.json to compare with.');
  return (node) => modified.has(node.uniqueId);
}

function fqn(node: RelationNode): string {
  const version = node.version ? `.v${node.version}` : '';
  return `${node.name}${version}`;
}

function inPath(value: string): (node: RelationNode) => boolean {
  const path = value.replace(/^\.\//, '').replace(/\/+$/, '');
  const like = wildcard(path);
  return (node) => node.file !== undefined && (like(node.file) || node.file.startsWith(`${path}/`));
}

function wildcard(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
