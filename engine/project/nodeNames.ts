import type { NodeNames, RelationNode } from './types';

/** What a node is called, without the node. */
export interface NodeCalled {
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
  const called = ({ name, file, kind }: RelationNode): NodeCalled => ({ name, files: file === undefined || kind === 'source' ? [] : [file] });
  return namesIn(idsByName(nodes.keys(), (id) => called(nodes.get(id) as RelationNode)), nodes);
}

/** Ids by what `called` says of each. */
export function idsByName(ids: Iterable<string>, called: (id: string) => NodeCalled): IdsByName {
  const byName = new Map<string, string[]>();
  const byFile = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, key: string, id: string): void => {
    const known = to.get(key);
    if (known) known.push(id);
    else to.set(key, [id]);
  };
  for (const id of ids) {
    const { name, files } = called(id);
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
