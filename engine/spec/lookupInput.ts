import { resolveRef, resolveSource } from '../project/lookup';
import type { Lookup, ProjectIndex } from '../project/types';
import type { InputFact } from './types';

/** The node an input names. */
export function lookupInput(project: ProjectIndex, input: InputFact): Lookup {
  if (input.kind === 'source') return resolveSource(project, input.sourceName ?? '', input.name);
  return resolveRef(project, { name: input.name, ...(input.package === undefined ? {} : { package: input.package }), ...(input.version === undefined ? {} : { version: input.version }) });
}
