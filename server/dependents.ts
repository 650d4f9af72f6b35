import { parentsOf } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import { resolvePath, specKindOf, type SpecDocument } from '../engine/spec';
import { technicalOf } from './compareDocument';
import type { LoadedProject } from './session';
import { specIndexOf } from './specIndex';

/**
 * Tells of files of a project whether what is said of them may change with others that changed: their spec, their model, the specs they
 * implement or that implement them, and models and specs below a model whose SQL changed. A change of the file itself does not count. Made
 * once for all changes, since many documents may be open.
 */
export function dependents(project: LoadedProject, changed: readonly string[]): (path: string) => boolean {
  const models: Among = new Map();
  const nodes: Among = new Map();
  const queries: Among = new Map();
  const implemented: Among = new Map();
  const gone = new Set<string>();
  for (const path of changed) {
    // Of a spec that is gone nobody knows any more what it was about.
    if (specKindOf(path) && !isSpec(project, path)) gone.add(path);
    const { model, node, spec } = technicalOf(project, path);
    add(models, model, path);
    add(nodes, node?.uniqueId, path);
    if (!isSpec(project, path)) add(queries, node?.uniqueId, path);
    for (const business of implementedBy(spec)) add(implemented, business, path);
  }
  const all = new Set(changed);
  return (path) => {
    if (hasOther(gone, path)) return true;
    const { model, node, spec } = technicalOf(project, path);
    if (hasOther(models.get(model ?? ''), path) || hasOther(nodes.get(node?.uniqueId ?? ''), path) || hasOther(implemented.get(path), path)) return true;
    return implementedBy(spec).some((business) => business !== path && all.has(business)) || (node !== undefined && queries.size > 0 && readsAny(project, node, (id) => hasOther(queries.get(id), path)));
  };
}

/** The changed files behind a name, an id or a path. */
type Among = Map<string, Set<string>>;

function add(among: Among, key: string | undefined, path: string): void {
  if (key === undefined) return;
  const known = among.get(key);
  if (known) known.add(path);
  else among.set(key, new Set([path]));
}

function hasOther(paths: ReadonlySet<string> | undefined, own: string): boolean {
  return paths !== undefined && (paths.size > 1 || (paths.size === 1 && !paths.has(own)));
}

function isSpec(project: LoadedProject, path: string): boolean {
  return specIndexOf(project).at(path) !== undefined;
}

/** Business specs of the same model are found by its name. */
function implementedBy(spec: SpecDocument | undefined): string[] {
  return spec?.facts?.kind === 'technical' ? spec.facts.implements.flatMap(({ business }) => resolvePath(spec.path, business.value) ?? []) : [];
}

/** Whether one of the nodes that a node reads, directly or through others, is wanted. */
function readsAny({ project }: LoadedProject, node: RelationNode, wanted: (id: string) => boolean): boolean {
  const seen = new Set<string>();
  for (const queue = [node.uniqueId]; queue.length > 0; ) {
    const at = project.nodes.get(queue.pop() ?? '');
    for (const parent of at ? parentsOf(project, at) : []) {
      if (wanted(parent)) return true;
      if (!seen.has(parent)) queue.push(parent);
      seen.add(parent);
    }
  }
  return false;
}
