import { isGenericTest } from '../../project';
import { shortTestName } from '../../project/testArguments';
import type { DataTest, Json, UnitTest } from '../../project/types';
import type { TestFact } from '../../spec/types';
import type { ModelPlace } from '../types';
import type { Comparison } from '../comparison';
import { modelClause, short, yamlPlace, type ClauseDraft, type Draft, type Rule } from './rule';

/** TEST001: each specified test is there. */
export const test: Rule = {
  code: 'TEST001',
  title: 'Test missing',
  question: 'Is this tested?',
  severity: 'error',
  group: 'tests',
  evidence: 'data tests, unit tests and constraints of the YAML or the manifest',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\ntests:\n  - { id: T-key, test: unique, column: customer_id }\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
    goodYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: customer_id\n        data_tests: [unique]\n',
  },
  judge(comparison) {
    return { clauses: (comparison.facts.tests?.items ?? []).map((fact, index) => judge(comparison, fact, index)) };
  },
};

/** What of the project stands for a specified test. */
export type FoundTest = { kind: 'data'; test: DataTest } | { kind: 'unit'; test: UnitTest } | { kind: 'constraint'; type: string };

const GENERIC = new Set(['unique', 'not_null', 'relationships', 'accepted_values']);

/** Address of a test's clause. */
export function testAddress(fact: TestFact, index: number): string {
  return `tests/${fact.id?.value ?? `${fact.test.value}${fact.column ? `-${fact.column.value}` : ''}-${index + 1}`}`;
}

/** As much of a comparison as it takes to find a test. */
export type Tested = Pick<Comparison, 'node' | 'facts'> & { env: Pick<Comparison['env'], 'fold'> };

/** The data test, unit test or constraint a fact means: same test, same column; the one with its arguments where there are several. */
export function findTest(comparison: Tested, fact: TestFact): FoundTest | undefined {
  const { node, env } = comparison;
  if (!node) return undefined;
  const wanted = fact.test.value;
  if (wanted === 'unit') {
    const unit = node.unitTests.find((candidate) => pointsBack(comparison, fact, candidate.specIds)) ?? node.unitTests.find((candidate) => mentions(fact, candidate.name, candidate.description));
    return unit && { kind: 'unit', test: unit };
  }
  const column = fact.column && env.fold(fact.column.value);
  const candidates = node.tests.filter((candidate) => candidate.enabled && isNamed(candidate, wanted) && (column === undefined || candidate.singular || (candidate.column !== undefined && env.fold(candidate.column) === column)));
  const agreeing = candidates.filter((candidate) => argumentsAgree(fact, candidate));
  const best = agreeing.find((candidate) => isAsSevere(fact, candidate) && weakenings(fact, candidate).length === 0) ?? agreeing[0] ?? candidates[0];
  if (best) return { kind: 'data', test: best };
  const unit = node.unitTests.find((candidate) => candidate.name === wanted);
  if (unit) return { kind: 'unit', test: unit };
  const pointing = GENERIC.has(wanted) || wanted.includes('.') ? undefined : node.tests.find((candidate) => candidate.enabled && pointsBack(comparison, fact, candidate.specIds));
  if (pointing) return { kind: 'data', test: pointing };
  const constraint = constraintFor(comparison, wanted, column);
  return constraint === undefined ? undefined : { kind: 'constraint', type: constraint };
}

function constraintFor(comparison: Tested, wanted: string, column: string | undefined): string | undefined {
  const { node, env } = comparison;
  if (!node?.contractEnforced || column === undefined) return undefined;
  const types = wanted === 'unique' ? ['unique', 'primary_key'] : wanted === 'not_null' ? ['not_null', 'primary_key'] : [];
  return node.constraints.find((constraint) => types.includes(constraint.type) && constraint.columns.length === 1 && constraint.columns.some((name) => env.fold(name) === column))?.type;
}

function isNamed(candidate: DataTest, wanted: string): boolean {
  if (candidate.test === wanted) return true;
  return (!wanted.includes('.') || !candidate.test.includes('.')) && shortTestName(candidate.test) === shortTestName(wanted);
}

/** `config.meta.spec` of the test names this line or one that it covers. */
function pointsBack(comparison: Tested, fact: TestFact, ids: readonly string[]): boolean {
  const wanted = [...fact.covers.map((item) => item.value), ...(fact.id ? [fact.id.value] : [])];
  const model = comparison.facts.model?.value.split('.').pop() ?? '';
  return ids.some((id) => wanted.some((line) => id === line || id.endsWith(`#${line}`) || id === `${model}#${line}`));
}

function mentions(fact: TestFact, name: string, description: string | undefined): boolean {
  const wanted = [...fact.covers.map((item) => item.value), ...(fact.id ? [fact.id.value] : [])].map(slug);
  const text = `${slug(name)} ${slug(description ?? '')}`;
  return wanted.some((id) => id !== '' && text.includes(id));
}

function slug(text: string): string {
  return text.toLowerCase().replace(/^(ec|cw|t|pop)-/, '').replace(/[^a-z0-9]+/g, '_');
}

/** True where every argument the spec writes is the test's. */
export function argumentsAgree(fact: TestFact, candidate: DataTest): boolean {
  return otherArguments(fact, candidate).length === 0;
}

/** Names of the arguments that the spec writes and the test has not, or has otherwise. */
export function otherArguments(fact: TestFact, candidate: DataTest): string[] {
  return Object.entries(writtenArguments(fact)).filter(([key, value]) => canonical(value) !== canonical(argumentOf(candidate, key))).map(([key]) => key);
}

function writtenArguments({ arguments: written }: TestFact): Record<string, unknown> {
  const value = written?.value;
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** An argument of a test; its filter and the failures it forgives are configuration in dbt and arguments in a spec. */
export function argumentOf(candidate: DataTest, key: string): Json | undefined {
  return candidate.arguments[key] ?? (key === 'where' ? candidate.where : key === 'error_if' ? candidate.errorIf : undefined);
}

/** True where a test fails as the spec asks; a spec that says nothing asks for an error, as dbt does. */
export function isAsSevere(fact: TestFact, candidate: DataTest): boolean {
  return (fact.severity?.value ?? 'error') === candidate.severity;
}

/** What lets rows or failures pass by a test and is not in the spec: a filter of its rows, a bound of its failures. */
export function weakenings(fact: TestFact, candidate: DataTest): { key: 'where' | 'error_if'; value: Json }[] {
  const written = writtenArguments(fact);
  const found = (key: string): Json | undefined => (written[key] === undefined ? argumentOf(candidate, key) : undefined);
  const [filter, bound] = [found('where') ?? found('row_condition'), found('error_if')];
  return [...(filter == null ? [] : [{ key: 'where' as const, value: filter }]), ...(bound == null ? [] : [{ key: 'error_if' as const, value: bound }])];
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (value !== null && typeof value === 'object') return `{${Object.entries(value).map(([key, item]) => `${key}:${canonical(item)}`).sort().join(',')}}`;
  return String(value ?? '').replace(/\s+/g, ' ').replace(/^\{\{\s*|\s*\}\}$/g, '').replace(/"/g, "'").trim();
}

function judge(comparison: Comparison, fact: TestFact, index: number): ClauseDraft {
  const on = fact.column ? ` on ${fact.column.value}` : '';
  const label = `${fact.test.value}${on}`;
  const clause = (draft: Draft): ClauseDraft => modelClause(testAddress(fact, index), { span: fact.test.span, text: label }, draft);
  const { node } = comparison;
  if (!node) return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell: the model does not exist in this project.` });
  const found = findTest(comparison, fact);
  if (found?.kind === 'constraint') return clause({ verdict: 'matches', evidence: { tier: node.from, from: 'the enforced contract' }, message: `The ${found.type} constraint does what the test ${label} asks.` });
  if (found?.kind === 'data' && found.test.stale !== undefined) return clause({ verdict: 'unknown', reason: 'evidence-stale', message: `Can't tell whether ${label} is still tested: ${found.test.stale}.` });
  if (found) return clause({ verdict: 'matches', test: found.test.uniqueId, model: placeOf(found.test), evidence: { tier: found.test.from, from: found.kind === 'unit' ? `the unit test ${found.test.name}` : 'the data tests' }, message: `The model has ${found.kind === 'unit' ? `the unit test ${found.test.name}` : `the test ${found.test.test}${on}`}.` });
  if (fact.test.value === 'unit') return clause(judgeUnit(comparison));
  if (GENERIC.has(fact.test.value) || fact.test.value.includes('.') || fact.column || isGenericTest(comparison.project, node.package, fact.test.value)) {
    const disabled = node.tests.some((candidate) => !candidate.enabled && isNamed(candidate, fact.test.value));
    return clause({ verdict: 'differs', model: nodePlace(comparison), message: `The spec asks for the test ${short(label)}; the model ${disabled ? 'has it disabled' : 'does not have it'}.` });
  }
  return clause({ verdict: 'unknown', reason: 'not-provable', message: `Can't tell whether ${label} is tested: no test of the model points back to it (config.meta.spec).` });
}

function judgeUnit(comparison: Comparison): Draft {
  const count = comparison.node?.unitTests.length ?? 0;
  if (count === 0) return { verdict: 'differs', model: nodePlace(comparison), message: 'The spec asks for a unit test; the model has none.' };
  return { verdict: 'unknown', reason: 'not-provable', message: `Can't tell which unit test is meant: none of the model's ${count} points back to this line (config.meta.spec).` };
}

function placeOf(found: { place?: DataTest['place']; test?: string; name?: string }): ModelPlace[] {
  return found.place ? [yamlPlace(found.place, found.test ?? found.name ?? '')] : [];
}

function nodePlace({ node }: Comparison): ModelPlace[] {
  return node?.place ? [yamlPlace(node.place, node.name)] : [];
}
