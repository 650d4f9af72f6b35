import type { DataTest, Json, RelationNode } from '../../project/types';
import type { TestFact } from '../../spec/types';
import type { SpecClause } from '../lowerSpec';
import type { ModelPlace } from '../types';
import { canonical } from '../../spec/meaning';
import { clausesOf, unknown, type Judgement, type Judging, type Outcome, type Rule } from './rule';

const BUILT_IN = new Set(['unique', 'not_null', 'accepted_values', 'relationships']);

function short(name: string): string {
  return name.split('.').pop() ?? name;
}

/** Tests of the model that may be the one the spec names: same test, same column. */
function candidates(node: RelationNode, fact: TestFact): DataTest[] {
  const wanted = fact.test.value;
  const column = fact.column?.value.toLowerCase();
  return node.tests.filter((test) => (test.test === wanted || short(test.test) === short(wanted)) && (wanted.includes('.') && test.test.includes('.') ? test.test === wanted : true) && (column === undefined || test.column?.toLowerCase() === column));
}

function placeOf(test: DataTest): ModelPlace[] {
  const text = `${test.test}${test.column === undefined ? '' : ` on ${test.column}`}`;
  return test.place ? [{ in: 'yaml', file: test.place.file, range: test.place.range, text }] : [];
}

/** True where every argument the spec writes has the same value in the test. */
function argumentsAgree(fact: TestFact, test: DataTest): boolean {
  const wanted = fact.arguments?.value;
  if (wanted === undefined || wanted === null || typeof wanted !== 'object') return true;
  return Object.entries(wanted).every(([key, value]) => canonical(plainJson(value)) === canonical(plainJson(test.arguments[key] as Json)));
}

function plainJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainJson);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plainJson(v)]));
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value;
}

export const TEST001: Rule = {
  code: 'TEST001',
  question: 'Does the model have the test the spec says?',
  severity: 'error',
  evidence: 'data tests, unit tests and constraints of the model',
  judge: (judging) => ({ judgements: clausesOf(judging, 'test').map((clause) => judgeTest(judging, clause)), findings: [] }),
};

function judgeTest(judging: Judging, clause: SpecClause): Judgement {
  const fact = judging.facts.tests?.items[clause.index];
  const { node } = judging;
  if (!fact) return unknown(clause.id, 'not-checked', 'The test could not be read.');
  if (!node) return unknown(clause.id, judging.blind.reason, judging.blind.message);
  if (fact.test.value === 'unit') return unitTest(judging, clause, fact, node);
  const found = candidates(node, fact).filter((test) => test.enabled);
  const first = found.find((test) => argumentsAgree(fact, test)) ?? found[0];
  if (first) return { id: clause.id, verdict: 'matches', message: `The model has ${first.test}${first.column === undefined ? '' : ` on ${first.column}`}.`, places: placeOf(first) };
  const constraint = constraintOf(node, fact);
  if (constraint !== undefined) return { id: clause.id, verdict: 'matches', message: `The contract has the constraint ${constraint}.`, ...(node.place ? { places: [{ in: 'yaml', file: node.place.file, range: node.place.range, text: constraint }] } : {}) };
  const disabled = candidates(node, fact)[0];
  if (disabled) return { id: clause.id, verdict: 'differs', message: `The spec asks for ${fact.test.value}; the test is disabled.`, places: placeOf(disabled) };
  const covering = singularCovering(judging, fact, node);
  if (covering) return { id: clause.id, verdict: 'matches', message: `The test ${covering.test} points back to ${fact.covers.map((c) => c.value).join(', ')}.`, places: placeOf(covering) };
  if (BUILT_IN.has(fact.test.value) || /^\w+\.\w+$/.test(fact.test.value)) {
    return { id: clause.id, verdict: 'differs', message: `The spec asks for ${fact.test.value}${fact.column ? ` on ${fact.column.value}` : ''}; the model has no such test.`, ...(node.place ? { places: [{ in: 'yaml', file: node.place.file, range: node.place.range, text: node.name }] } : {}) };
  }
  return unknown(clause.id, 'evidence-missing', `No test named ${fact.test.value} is on the model, and none points back to ${fact.covers.map((c) => c.value).join(', ') || fact.id?.value || 'it'} with meta.spec.`);
}

function unitTest(judging: Judging, clause: SpecClause, fact: TestFact, node: RelationNode): Judgement {
  const ids = fact.covers.map((cover) => cover.value.replace(/^.*#/, ''));
  const model = judging.facts.model?.value ?? '';
  const points = node.unitTests.find((test) => ids.length > 0 && ids.every((id) => test.specIds.includes(id) || test.specIds.includes(`${model}#${id}`)));
  const any = points ?? (ids.length === 0 ? node.unitTests[0] : undefined);
  if (any) return { id: clause.id, verdict: 'matches', message: `The unit test ${any.name} covers it.`, ...(any.place ? { places: [{ in: 'yaml', file: any.place.file, range: any.place.range, text: any.name }] } : {}) };
  if (node.unitTests.length === 0) return { id: clause.id, verdict: 'differs', message: `The spec asks for a unit test${ids.length > 0 ? ` of ${ids.join(', ')}` : ''}; the model has none.` };
  return unknown(clause.id, 'evidence-missing', `The model has unit tests, but none points back to ${ids.join(', ')} with config.meta.spec.`);
}

function constraintOf(node: RelationNode, fact: TestFact): string | undefined {
  const column = fact.column?.value.toLowerCase();
  const wanted = { unique: ['unique', 'primary_key'], not_null: ['not_null', 'primary_key'], relationships: ['foreign_key'] }[fact.test.value];
  if (!node.contractEnforced || !wanted) return undefined;
  const found = node.constraints.find((c) => wanted.includes(c.type) && column !== undefined && c.columns.length === 1 && c.columns[0]?.toLowerCase() === column);
  return found && `${found.type} on ${found.columns.join(', ')}`;
}

function singularCovering(judging: Judging, fact: TestFact, node: RelationNode): DataTest | undefined {
  const model = judging.facts.model?.value ?? '';
  const ids = fact.covers.map((cover) => cover.value.replace(/^.*#/, ''));
  return node.tests.find((test) => test.enabled && ids.length > 0 && ids.every((id) => test.specIds.some((s) => s === id || s === `${model}#${id}` || s.endsWith(`#${id}`))));
}

export const TEST002: Rule = {
  code: 'TEST002',
  question: 'Does the test have the arguments and severity the spec says?',
  severity: 'error',
  evidence: 'arguments and configuration of the test',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'test').flatMap((clause): Judgement[] => {
      const fact = judging.facts.tests?.items[clause.index];
      if (!fact || !judging.node || fact.test.value === 'unit') return [];
      const found = candidates(judging.node, fact).filter((test) => test.enabled);
      if (found.length === 0) return [];
      const agreeing = found.filter((test) => argumentsAgree(fact, test));
      const first = found[0] as DataTest;
      if (agreeing.length === 0) {
        const jinja = JSON.stringify(found.map((t) => t.arguments)).includes('{{');
        const message = `The spec gives ${fact.test.value} the arguments ${JSON.stringify(fact.arguments?.value ?? {})}; the model's test has ${JSON.stringify(first.arguments)}.`;
        return jinja ? [unknown(clause.id, 'opaque-jinja', 'Jinja hides the arguments of the test.')] : [{ id: clause.id, verdict: 'differs', message, places: placeOf(first) }];
      }
      const severity = fact.severity?.value;
      if (severity !== undefined && !agreeing.some((test) => test.severity === severity)) return [{ id: clause.id, verdict: 'differs', message: `The spec says ${fact.test.value} is ${severity}; the model's test is ${first.severity}.`, places: placeOf(first) }];
      return [];
    });
    return { judgements, findings: [] };
  },
};
