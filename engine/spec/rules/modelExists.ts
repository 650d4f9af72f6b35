import { lookupModel } from '../../project/lookup';
import { hasPathParts } from './paths';
import type { SpecRule } from './rule';

/** SPEC020: the model exists in the project. */
export const modelExists: SpecRule = {
  code: 'SPEC020',
  title: 'Model that does not exist',
  question: 'Does the model exist?',
  severity: 'information',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: 'spec: technical/v1\nmodel: exampel\n',
  },
  check(spec, { project }) {
    const model = spec.facts?.model;
    if (!project || !model || hasPathParts(model.value)) return [];
    const { value, span } = model;
    const found = lookupModel(project, value);
    if (found.kind !== 'none') return [];
    const names = found.candidates.flatMap((id) => project.nodes.get(id)?.name ?? []);
    const hint = names[0] === undefined ? 'It may be written next; until then nothing of it is compared.' : `Did you mean ${names[0]}?`;
    return [
      {
        code: 'SPEC020',
        severity: spec.kind === 'business' || names[0] === undefined ? 'information' : 'warning',
        span,
        message: `There is no model "${value}" in this project. ${hint}`,
        fixes: names.map((name, index) => ({ title: `Change to "${name}"`, preferred: index === 0, changes: [{ span, text: name }] })),
      },
    ];
  },
};
