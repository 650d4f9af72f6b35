import type { NodeNames, RelationNode } from './types';

/** What a node is called, without the node. */
export interface NamedId {
  id: string;
  name: string;
  /** Files that may be the node's own. */
  files: readonly string[];
}

/** Ids by name and by file. */
export interface IdsByName {
  byName: ReadonlyMap<string, readonly string[]>;
  byFile: ReadonlyMap<string, readonly string[]>;
}

/** The nodes of a project by name and by file, so that looking one up does not take longer in a larger project. */
export function namesOf(nodes: ReadonlyMap<string, RelationNode>): NodeNames {
  return namesIn(idsByName([...nodes].map(([id, node]) => ({ id, name: node.name, files: node.file === undefined || node.kind === 'source' ? [] : [node.file] }))), nodes);
}

export function idsByName(named: readonly NamedId[]): IdsByName {
  const byName = new Map<string, string[]>();
  const byFile = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, key: string, id: string): void => {
    const known = to.get(key);
    if (known) known.push(id);
    else to.set(key, [id]);
  };
  for (const { id, name, files } of named) {
    add(byName, name, id);
    for (const file of files) add(byFile, file, id);
  }
  return { byName, byFile };
}

/** As `namesOf`, for nodes that are made when they are asked for. */
export function namesIn({ byName, byFile }: IdsByName, nodes: ReadonlyMap<string, RelationNode>): NodeNames {
  const nodesAt = (ids: readonly string[] | undefined): RelationNode[] => (ids ?? []).flatMap((id) => nodes.get(id) ?? []);
  return {
    of: nodes,
    has: (name) => byName.has(name),
    named: (name) => nodesAt(byName.get(name)),
    ofFile: (file) => nodesAt(byFile.get(file)).find((node) => node.file === file),
  };
}
