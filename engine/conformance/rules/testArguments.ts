import type { DataTest } from '../../project/types';
import type { TestFact } from '../../spec/types';
import type { Comparison } from '../comparison';
import { argumentOf, findTest, isAsSevere, otherArguments, testAddress, weakenings } from './test';
import { short, wordsOf, yamlPlace, type ClauseDraft, type Rule } from './rule';

/** TEST002: a test has the specified arguments and severity, and nothing that weakens it. */
export const testArguments: Rule = {
  code: 'TEST002',
  title: 'Test with other arguments, or weakened',
  question: 'Does the test ask for this, and of every row?',
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
  if (found?.kind !== 'data' || found.test.stale !== undefined) return [];
  const { test } = found;
  const place = test.place ? [yamlPlace(test.place, test.test)] : [];
  const about: About = { test, address: testAddress(fact, index), base: { model: place, evidence: { tier: test.from, from: 'the data tests' } } };
  return [...argumentsClause(fact, about), ...severityClause(fact, about), ...weaknessClauses(fact, about)];
}

interface About {
  test: DataTest;
  address: string;
  base: Pick<ClauseDraft, 'model' | 'evidence'>;
}

function argumentsClause(fact: TestFact, { test, address, base }: About): ClauseDraft[] {
  if (!fact.arguments) return [];
  const other = otherArguments(fact, test);
  const clause = { ...base, address: `${address}/arguments`, spec: { span: fact.arguments.span, text: JSON.stringify(fact.arguments.value) } };
  if (other.length === 0) return [{ ...clause, verdict: 'matches', message: `The test ${test.test} has these arguments.` }];
  const hidden = other.some((key) => isJinja(argumentOf(test, key)) || isJinja((fact.arguments?.value as Record<string, unknown>)[key]));
  if (hidden) return [{ ...clause, verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell: Jinja gives the test's ${wordsOf(other)}.` }];
  return [{ ...clause, verdict: 'differs', message: `The spec gives the test ${test.test} other ${wordsOf(other)}: the project has ${other.map((key) => `${key} ${JSON.stringify(argumentOf(test, key) ?? null)}`).join(', ')}.` }];
}

/** Where the spec says nothing of a severity there is a clause only for a test that does not, or may not, fail. */
function severityClause(fact: TestFact, { test, address, base }: About): ClauseDraft[] {
  const { severity } = fact;
  const isHidden = test.hidden?.includes('severity') === true;
  if (!severity && !isHidden && isAsSevere(fact, test)) return [];
  const clause = { ...base, address: `${address}/severity`, spec: { span: (severity ?? fact.test).span, text: severity?.value ?? 'error' } };
  if (isHidden) return [{ ...clause, verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell how severe the test ${test.test} is: Jinja gives its severity.` }];
  if (severity && isAsSevere(fact, test)) return [{ ...clause, verdict: 'matches', message: `The test ${test.test} has the severity ${test.severity}.` }];
  if (severity) return [{ ...clause, verdict: 'differs', message: `The spec gives the test ${test.test} the severity ${severity.value}; the project gives it ${test.severity}.` }];
  return [{ ...clause, verdict: 'differs', message: `The spec asks for the test ${test.test}; in the project it only warns. Where that is meant, give it severity warn in the spec.` }];
}

function weaknessClauses(fact: TestFact, { test, address, base }: About): ClauseDraft[] {
  return weakenings(fact, test).map(({ key, value }): ClauseDraft => {
    const clause = { ...base, address: `${address}/${key}`, spec: { span: fact.test.span, text: fact.test.value } };
    const what = key === 'where' ? `looks only at rows where ${short(String(value))}` : `fails only with ${short(String(value))} failures`;
    if (isJinja(value)) return { ...clause, verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell whether the test ${test.test} is weakened: in the project it ${what}.` };
    return { ...clause, verdict: 'differs', message: `The spec asks for the test ${test.test}; in the project it ${what}. Where that is meant, write ${key} under its arguments in the spec.` };
  });
}

function isJinja(value: unknown): boolean {
  return JSON.stringify(value ?? '').includes('{{');
}
