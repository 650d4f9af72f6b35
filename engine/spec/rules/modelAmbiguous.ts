import { lookupModel } from '../../project/lookup';
import { lookupInput } from '../lookupInput';
import { hasPathParts } from './paths';
import { error, type SpecRule } from './rule';

/** SPEC021: names of models and inputs mean one node. */
export const modelAmbiguous: SpecRule = {
  code: 'SPEC021',
  title: 'Name of several models',
  question: 'Is the model named without doubt?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: a.twice\n',
    bad: 'spec: technical/v1\nmodel: twice\n',
    beside: { 'dbt_packages/a/dbt_project.yml': 'name: a\n', 'dbt_packages/a/models/twice.sql': 'select 1 as id', 'dbt_packages/b/dbt_project.yml': 'name: b\n', 'dbt_packages/b/models/twice.sql': 'select 1 as id' },
  },
  check(spec, { project }) {
    if (!project) return [];
    const model = spec.facts?.model;
    const found = model && !hasPathParts(model.value) ? lookupModel(project, model.value) : undefined;
    const own = model && found?.kind === 'ambiguous' ? [error('SPEC021', model.span, `"${model.value}" names several models: ${found.candidates.join(', ')}; write package.name.`)] : [];
    const inputs = spec.facts?.kind === 'technical' ? (spec.facts.inputs?.items ?? []) : [];
    return [
      ...own,
      ...inputs.flatMap((input) => {
        const node = input.kind === 'this' ? undefined : lookupInput(project, input);
        return node?.kind === 'ambiguous' ? [error('SPEC021', input.nameSpan, `"${input.name}" names several models: ${node.candidates.join(', ')}; write { package, name }.`)] : [];
      }),
    ];
  },
};
