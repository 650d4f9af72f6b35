import { resolvePath } from '../implementsOf';
import { error, type SpecRule } from './rule';

/** SPEC029: names and paths stay inside the project. */
export const paths: SpecRule = {
  code: 'SPEC029',
  title: 'Path out of the project',
  question: 'Do paths stay inside the project?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: 'spec: technical/v1\nmodel: ../../example\n',
  },
  check(spec) {
    const model = spec.facts?.model;
    const own = model && hasPathParts(model.value) ? [error('SPEC029', model.span, `"${model.value}" has path parts; write the model's name alone, as name, package.name or name.v2.`)] : [];
    const business = spec.facts?.kind === 'technical' ? spec.facts.implements : [];
    return [...own, ...business.flatMap(({ business: path }) => (resolvePath(spec.path, path.value) === undefined ? [error('SPEC029', path.span, `"${path.value}" leaves the dbt project; name a spec inside it.`)] : []))];
  },
};

/** True for a model's name with parts of a path, which names no model. */
export function hasPathParts(name: string): boolean {
  return /[\\/]|\.\./.test(name);
}
