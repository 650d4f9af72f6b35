import { nodeOutlines } from '../../project/lookup';
import type { ProjectIndex } from '../../project/types';
import type { CheckContext } from '../check';
import { resolvePath } from '../implementsOf';
import { lookupInput } from '../lookupInput';
import { relativeTo } from '../relativePaths';
import { stagesOf } from '../stages';
import type { SpecDocument, SpecProblem, TechnicalFacts } from '../types';
import { error, named, type SpecRule } from './rule';

/** SPEC023: business specs, inputs, steps and aliases that are named exist. */
export const unknownName: SpecRule = {
  code: 'SPEC023',
  title: 'Name of nothing',
  question: 'Does what it names exist?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\nfrom: orders\n',
    bad: 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders }\nfrom: ordres\n',
  },
  check(spec, context) {
    const { facts } = spec;
    if (facts?.kind !== 'technical') return [];
    return [...missingSpecs(spec, facts, context), ...missingInputs(facts, context.project), ...missingAliases(facts)];
  },
};

function missingSpecs(spec: SpecDocument, facts: TechnicalFacts, { specs }: CheckContext): SpecProblem[] {
  return facts.implements.flatMap(({ business }) => {
    const path = resolvePath(spec.path, business.value);
    if (path === undefined || specs.some((other) => other.kind === 'business' && other.path === path)) return [];
    const names = specs.filter((other) => other.kind === 'business').map((other) => relativeTo(spec.path, other.path));
    return [named('SPEC023', business, names, `There is no business spec ${path}.`)];
  });
}

function missingInputs(facts: TechnicalFacts, project: ProjectIndex | undefined): SpecProblem[] {
  if (!project) return [];
  return (facts.inputs?.items ?? []).flatMap((input) => {
    if (input.kind === 'this' || lookupInput(project, input).kind !== 'none') return [];
    const ofKind = nodeOutlines(project).filter((node) => (node.kind === 'source') === (input.kind === 'source'));
    const disabled = ofKind.find((node) => !node.enabled && node.name === input.name && (node.sourceName ?? '') === (input.sourceName ?? ''));
    if (disabled) return [error('SPEC023', input.nameSpan, `The ${disabled.kind} "${input.name}" is disabled in this project; enable it or name another.`)];
    const names = ofKind.filter((node) => node.enabled).map((node) => (node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name));
    const value = input.kind === 'source' ? `${input.sourceName ?? ''}.${input.name}` : input.name;
    return [named('SPEC023', { value, span: input.nameSpan }, names, `There is no ${input.kind === 'source' ? 'source table' : 'model, seed or snapshot'} "${value}" in this project.`)];
  });
}

function missingAliases(facts: TechnicalFacts): SpecProblem[] {
  if (!facts.inputs) return [];
  const inputs = facts.inputs.items.map((input) => input.as?.value ?? input.name);
  const steps = (facts.steps?.items ?? []).map((step) => step.name?.value ?? '');
  return stagesOf(facts).flatMap((stage, index) => {
    const before = steps.slice(0, stage === facts.stage ? steps.length : stage.recursive ? index + 1 : index);
    const names = [...inputs, ...before];
    const targets = [...(stage.from ? [stage.from] : []), ...(stage.joins?.items ?? []).map((join) => join.to)];
    return [
      ...targets.filter((target) => !names.includes(target.value)).map((target) => named('SPEC023', target, names, `"${target.value}" is no input alias and no step before this one.`)),
      ...(stage.union?.branches ?? []).filter((branch) => !names.includes(branch.value)).map((branch) => named('SPEC023', branch, before, `"${branch.value}" is no step before this one.`)),
    ];
  });
}
