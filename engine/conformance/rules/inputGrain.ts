import { inputAlias, relationOf } from '../lowerSpec';
import { isSubset, sameColumns } from '../keys';
import { modelClause, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** GRAIN003: the grain an input is said to have. */
export const inputGrain: Rule = {
  code: 'GRAIN003',
  title: 'Grain of an input without proof',
  question: 'Is the input unique on the columns the spec says?',
  severity: 'warning',
  group: 'inputs',
  evidence: 'data tests, constraints and the SQL of the input',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers, grain: [customer_id] }\nfrom: customers\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
    goodYaml: 'version: 2\nmodels:\n  - name: customers\n    columns:\n      - name: customer_id\n        data_tests: [unique]\n',
  },
  judge(comparison) {
    const clauses = (comparison.facts.inputs?.items ?? []).flatMap((fact): ClauseDraft[] => {
      const { grain } = fact;
      if (!grain) return [];
      const wanted = grain.value.map((item) => comparison.env.fold(item.value));
      const keys = comparison.keys.ofNode(comparison.env.nodeOf(relationOf(fact)));
      const found = keys.find((key) => sameColumns(key.columns, wanted));
      const words = wordsOf(grain.value.map((item) => item.value));
      const clause = (draft: Draft): ClauseDraft => modelClause(`inputs/${inputAlias(fact)}/grain`, { span: grain.span, text: words }, draft);
      if (found) return [clause({ verdict: 'matches', message: `${fact.name} has one row per ${words}, by ${found.text}.`, evidence: { tier: found.tier, from: found.text } })];
      const coarser = keys.find((key) => isSubset(key.columns, wanted));
      if (coarser) return [clause({ verdict: 'unknown', reason: 'not-provable', message: `Can't tell whether the spec means it: ${wordsOf(coarser.columns)} alone is already unique in ${fact.name} (${coarser.text}).` })];
      return [clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell whether ${fact.name} has one row per ${words}: it has no unique test or constraint on that, and its SQL does not prove it.` })];
    });
    return { clauses };
  },
};
