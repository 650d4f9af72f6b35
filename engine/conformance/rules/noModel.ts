import { missingModel } from '../comparison';
import type { Rule } from './rule';

/** EVID003: there is no SQL to compare. */
export const noModel: Rule = {
  code: 'EVID003',
  title: 'Nothing to compare with',
  question: 'Is there a model to compare with?',
  severity: 'warning',
  group: 'other',
  evidence: 'the project',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select * from {{ ref('customers') }}",
    bad: '-- to be written',
  },
  judge(comparison) {
    const missing = missingModel(comparison.node, comparison.analysis);
    if (!missing) return {};
    const name = comparison.facts.model?.value ?? '';
    return { findings: [{ text: `nothing ${missing.reason}`, unspecced: false, ...(comparison.facts.model ? { spec: { span: comparison.facts.model.span, text: name } } : {}), message: `The SQL of ${name} could not be compared: ${missing.text}.` }] };
  },
};
