import type { NodeNames, RelationNode } from './types';

/** The nodes of a project by name and by file, so that looking one up does not take longer in a larger project. */
export function namesOf(nodes: ReadonlyMap<string, RelationNode>): NodeNames {
  const byName = new Map<string, RelationNode[]>();
  const byFile = new Map<string, RelationNode>();
  for (const node of nodes.values()) {
    const known = byName.get(node.name);
    if (known) known.push(node);
    else byName.set(node.name, [node]);
    if (node.file !== undefined && node.kind !== 'source' && !byFile.has(node.file)) byFile.set(node.file, node);
  }
  return { of: nodes, byName, byFile };
}
