import { nodeOutlines } from '../../engine/project';
import { nameInSpecs } from '../compareDocument';
import type { ModelEntry } from '../protocol';
import type { LoadedProject, Session } from '../session';

/** The models and snapshots of a project and the names that only specs know, each with its specs, by name. */
export function modelsOf(session: Session, { root, project, specs }: LoadedProject): ModelEntry[] {
  const nodes = nodeOutlines(project).filter((node) => (node.kind === 'model' || node.kind === 'snapshot') && node.enabled && node.package === project.name);
  const files = new Map(nodes.map((node) => [nameInSpecs(node), node.file]));
  // Of several specs of one model the first.
  const specOfName = new Map([...specs].reverse().map((spec) => [`${spec.kind ?? ''} ${spec.facts?.model?.value ?? ''}`, spec]));
  const specOf = (kind: string, name: string): string | null => {
    const spec = specOfName.get(`${kind} ${name}`);
    return spec ? session.uriOf(root, spec.path) : null;
  };
  const names = new Set([...files.keys(), ...specs.flatMap((spec) => spec.facts?.model?.value ?? [])]);
  return [...names].sort().map((name) => {
    const file = files.get(name);
    return { name, modelUri: file === undefined ? null : session.uriOf(root, file), businessUri: specOf('business', name), technicalUri: specOf('technical', name) };
  });
}
