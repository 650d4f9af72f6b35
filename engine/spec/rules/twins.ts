import { hasPathParts } from './paths';
import type { SpecRule } from './rule';

/** SPEC022: a model has one technical spec. */
export const twins: SpecRule = {
  code: 'SPEC022',
  title: 'Second technical spec of a model',
  question: 'Is it the only spec of its model?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: orders\n',
    bad: 'spec: technical/v1\nmodel: example\n',
    beside: { 'specs/other.technical.spec.yml': 'spec: technical/v1\nmodel: example\n' },
  },
  check(spec, { specs }) {
    const model = spec.facts?.model;
    // Several business specs may ask one model; a blueprint is one.
    if (!model || spec.kind !== 'technical' || hasPathParts(model.value)) return [];
    const others = specs.filter((other) => other.kind === spec.kind && other.facts?.model?.value === model.value && other.path !== spec.path);
    if (others.length === 0) return [];
    const related = others.flatMap((other) => (other.facts?.model ? [{ file: other.path, span: other.facts.model.span, message: 'the other spec of this model' }] : []));
    return [{ code: 'SPEC022', severity: 'error', span: model.span, message: `${model.value} has another technical spec, ${others.map((other) => other.path).join(', ')}; keep one.`, related, fixes: [] }];
  },
};
