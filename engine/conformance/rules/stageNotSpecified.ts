import type { Rule } from './rule';

/** EVID004: a stage of the model that no step describes. */
export const stageNotSpecified: Rule = {
  code: 'EVID004',
  title: 'Stage that is not specified',
  question: 'Does the spec describe every stage?',
  severity: 'information',
  group: 'other',
  evidence: 'the SQL, raw or compiled',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nsteps: []\nfrom: customers\n',
    good: "select * from {{ ref('customers') }}",
    bad: "with regions as (select country, count(*) as n from {{ ref('customers') }} group by 1) select c.* from {{ ref('customers') }} as c left join regions on c.country = regions.country",
  },
  judge(comparison) {
    if (!comparison.facts.steps) return {};
    const stages = comparison.matching.modelOnly.filter((stage) => stage.name !== undefined);
    return {
      findings: stages.map((stage) => ({
        text: `stage ${stage.name ?? ''}`,
        unspecced: false,
        model: [stage.span],
        message: `The stage ${stage.name ?? ''} of the model is described by no step, so what it does was not compared.`,
      })),
    };
  },
};
