import { lookupModel } from '../project/lookup';
import type { CheckContext } from './check';
import { tierOf } from './config';
import type { SpecDocument, SpecProblem } from './types';

/** Is the model named well, does it exist, and is this its only spec of the kind? */
export function checkModel(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  const model = spec.facts?.model;
  if (!model) return [];
  const { value, span } = model;
  if (/[\\/]|\.\./.test(value)) {
    return [{ code: 'SPEC029', severity: 'error', span, message: `"${value}" has path parts; write the model's name alone, as name, package.name or name.v2.`, fixes: [] }];
  }
  return [...twins(spec, value, context), ...existence(spec, value, context), ...pair(spec, value, context)];
}

function twins(spec: SpecDocument, model: string, context: CheckContext): SpecProblem[] {
  const others = context.specs.filter((other) => other.path !== spec.path && other.kind === spec.kind && other.facts?.model?.value === model);
  // Several business specs may ask one model; a blueprint is one.
  if (others.length === 0 || spec.kind !== 'technical' || !spec.facts?.model) return [];
  return [
    {
      code: 'SPEC022',
      severity: 'error',
      span: spec.facts.model.span,
      message: `${model} has another technical spec, ${others.map((other) => other.path).join(', ')}; keep one.`,
      related: others.flatMap((other) => (other.facts?.model ? [{ file: other.path, span: other.facts.model.span, message: 'the other spec of this model' }] : [])),
      fixes: [],
    },
  ];
}

function existence(spec: SpecDocument, model: string, context: CheckContext): SpecProblem[] {
  const { project } = context;
  if (!project || !spec.facts?.model) return [];
  const { span } = spec.facts.model;
  const found = lookupModel(project, model);
  if (found.kind === 'one') return [];
  if (found.kind === 'ambiguous') {
    return [{ code: 'SPEC021', severity: 'error', span, message: `"${model}" names several models: ${found.candidates.join(', ')}; write package.name.`, fixes: [] }];
  }
  const names = found.candidates.flatMap((id) => project.nodes.get(id)?.name ?? []);
  const hint = names[0] === undefined ? 'It may be written next; until then nothing of it is compared.' : `Did you mean ${names[0]}?`;
  return [
    {
      code: 'SPEC020',
      severity: spec.kind === 'business' || names[0] === undefined ? 'information' : 'warning',
      span,
      message: `There is no model "${model}" in this project. ${hint}`,
      fixes: names.map((name, index) => ({ title: `Change to "${name}"`, preferred: index === 0, changes: [{ span, text: name }] })),
    },
  ];
}

function pair(spec: SpecDocument, model: string, context: CheckContext): SpecProblem[] {
  if (spec.kind !== 'technical' || !spec.facts?.model || spec.facts.kind !== 'technical' || !context.project) return [];
  const found = lookupModel(context.project, model);
  const file = found.kind === 'one' ? found.node.file : undefined;
  if (tierOf(context.config, file) === 'source' || spec.facts.implements.length > 0) return [];
  const business = context.specs.some((other) => other.kind === 'business' && other.facts?.model?.value === model);
  if (business) return [];
  return [{ code: 'SPEC032', severity: 'warning', span: spec.facts.model.span, message: `${model} has a technical spec and no business spec; write one with \`specline new ${model}\`, or name the one it serves under \`implements\`.`, fixes: [] }];
}
