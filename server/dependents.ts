import { parentsOf } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import { resolvePath, specKindOf, type SpecDocument } from '../engine/spec';
import { technicalOf } from './compareDocument';
import type { LoadedProject } from './session';
import { specIndexOf } from './specIndex';

/**
 * Whether what is said of a file of a project may change when another changes: of its spec, its model, the specs it
 * implements or that implement it, and of models and specs below a model whose SQL changed.
 */
export function dependsOn(project: LoadedProject, path: string, changed: string): boolean {
  if (path === changed) return true;
  // Of a spec that is gone nobody knows any more what it was about.
  if (specKindOf(changed) && !isSpec(project, changed)) return true;
  const [own, other] = [technicalOf(project, path), technicalOf(project, changed)];
  if (own.model !== undefined && own.model === other.model) return true;
  if (own.node && other.node && (own.node === other.node || (!isSpec(project, changed) && readsFrom(project, own.node, other.node)))) return true;
  return implementsPath(own.spec, changed) || implementsPath(other.spec, path);
}

function isSpec(project: LoadedProject, path: string): boolean {
  return specIndexOf(project).at(path) !== undefined;
}

/** Business specs of the same model are found by its name. */
function implementsPath(spec: SpecDocument | undefined, path: string): boolean {
  return spec?.facts?.kind === 'technical' && spec.facts.implements.some(({ business }) => resolvePath(spec.path, business.value) === path);
}

/** Whether a node reads another, directly or through others. */
function readsFrom({ project }: LoadedProject, node: RelationNode, other: RelationNode): boolean {
  const seen = new Set<string>();
  for (const queue = [node.uniqueId]; queue.length > 0; ) {
    const at = project.nodes.get(queue.pop() ?? '');
    for (const parent of at ? parentsOf(project, at) : []) {
      if (parent === other.uniqueId) return true;
      if (!seen.has(parent)) queue.push(parent);
      seen.add(parent);
    }
  }
  return false;
}
