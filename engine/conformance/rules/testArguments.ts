import type { TestFact } from '../../spec/types';
import type { Comparison } from '../comparison';
import { findTest, otherArguments, testAddress } from './test';
import { wordsOf, type ClauseDraft, type Rule } from './rule';

/** TEST002: a test has the specified arguments and severity. */
export const testArguments: Rule = {
  code: 'TEST002',
  title: 'Test with other arguments',
  question: 'Does the test ask for this?',
  severity: 'error',
  group: 'tests',
  evidence: 'data tests of the YAML or the manifest',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\ntests:\n  - { id: T-tier, test: accepted_values, column: tier, arguments: { values: [gold, basic] } }\n',
    good: "select tier from {{ ref('customers') }}",
    bad: "select tier from {{ ref('customers') }}",
    goodYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: tier\n        data_tests:\n          - accepted_values:\n              arguments: { values: [basic, gold] }\n',
    badYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: tier\n        data_tests:\n          - accepted_values:\n              arguments: { values: [basic, gold, free] }\n',
  },
  judge(comparison) {
    return { clauses: (comparison.facts.tests?.items ?? []).flatMap((fact, index) => judge(comparison, fact, index)) };
  },
};

function judge(comparison: Comparison, fact: TestFact, index: number): ClauseDraft[] {
  const found = findTest(comparison, fact);
  if (found?.kind !== 'data') return [];
  const { test } = found;
  const place = test.place ? [{ in: 'yaml' as const, file: test.place.file, range: test.place.range, text: test.test }] : [];
  const evidence = { tier: test.from, from: 'the data tests' };
  const clauses: ClauseDraft[] = [];
  if (fact.arguments) {
    const other = otherArguments(fact, test);
    const base = { address: `${testAddress(fact, index)}/arguments`, spec: { span: fact.arguments.span, text: JSON.stringify(fact.arguments.value) }, model: place, evidence };
    const hidden = other.some((key) => JSON.stringify(test.arguments[key] ?? '').includes('{{'));
    if (other.length === 0) clauses.push({ ...base, verdict: 'matches', message: `The test ${test.test} has these arguments.` });
    else if (hidden) clauses.push({ ...base, verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell: Jinja gives the test's ${wordsOf(other)}.` });
    else clauses.push({ ...base, verdict: 'differs', message: `The spec gives the test ${test.test} other ${wordsOf(other)}: the project has ${other.map((key) => `${key} ${JSON.stringify(test.arguments[key] ?? null)}`).join(', ')}.` });
  }
  if (fact.severity) {
    const base = { address: `${testAddress(fact, index)}/severity`, spec: { span: fact.severity.span, text: fact.severity.value }, model: place, evidence };
    clauses.push(fact.severity.value === test.severity ? { ...base, verdict: 'matches', message: `The test ${test.test} has the severity ${test.severity}.` } : { ...base, verdict: 'differs', message: `The spec gives the test ${test.test} the severity ${fact.severity.value}; the project gives it ${test.severity}.` });
  }
  return clauses;
}
