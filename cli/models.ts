import { lookupModel } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import type { Project } from './context';
import { UsageError } from './exit';

/** A model a spec is about: of the project, or planned and not written yet. */
export interface PlannedModel {
  name: string;
  node?: RelationNode;
}

const MODEL_NAME = /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*){0,2}$/;

/** The model of that name, which need not exist; throws `UsageError` for path parts, bad characters and ambiguous names. */
export function plannedModel(loaded: Project, name: string): PlannedModel {
  if (!MODEL_NAME.test(name)) throw new UsageError(`"${name}" is not a model name; write name, package.name or name.v2, without path parts.`);
  const found = lookupModel(loaded.project, name);
  if (found.kind === 'ambiguous') throw new UsageError(`"${name}" names several models: ${found.candidates.join(', ')}; write package.name.`);
  return found.kind === 'one' ? { name, node: found.node } : { name };
}

/** The existing model of that name; throws `UsageError` with the nearest names where there is none. */
export function existingModel(loaded: Project, name: string): RelationNode {
  const planned = plannedModel(loaded, name);
  if (planned.node) return planned.node;
  const found = lookupModel(loaded.project, name);
  const near = found.kind === 'none' && found.candidates[0] ? ` Did you mean ${found.candidates[0].split('.').slice(2).join('.')}?` : '';
  throw new UsageError(`There is no model "${name}" in this project.${near}`);
}
