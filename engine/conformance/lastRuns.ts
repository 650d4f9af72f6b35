import { testRun, type RunContext, type TestRun } from '../project/lastRun';
import { lookupModel } from '../project/lookup';
import { foldName } from '../project/names';
import type { ProjectIndex } from '../project/types';
import type { Coverage, PointingTest } from '../spec/names/coverage';
import type { SpecDocument, TestFact } from '../spec/types';
import { findTest } from './rules/test';
import type { Clause, ModelReport, OnData } from './types';

/** A report with what the last run of dbt found of the tests that stand for its clauses. No verdict rests on it. */
export async function withLastRuns(report: ModelReport, context: RunContext): Promise<ModelReport> {
  const node = report.uniqueId === null ? undefined : context.project.nodes.get(report.uniqueId);
  if (!node || !(await context.project.runs?.())?.runs) return report;
  const found = new Map<string, OnData>();
  for (const { test } of report.clauses) {
    const own = test === undefined ? undefined : [...node.tests, ...node.unitTests].find(({ uniqueId }) => uniqueId === test);
    const run = own && (await testRun(context, node, own));
    if (run) found.set(run.test, onDataOf(run));
  }
  const withRun = (clause: Clause): Clause => {
    const onData = clause.test === undefined ? undefined : found.get(clause.test);
    return onData ? { ...clause, onData } : clause;
  };
  return found.size === 0 ? report : { ...report, clauses: report.clauses.map(withRun) };
}

/** What a run found of a test, as it is printed. */
export function onDataOf({ status, at, rows, failures, message, changed, from }: TestRun): OnData {
  return { status, at: at ?? null, rows: rows ?? null, failures: failures ?? null, message: message ?? null, changed: changed ?? null, from };
}

/** What the last run of dbt found of the tests that cover a line of a business spec, each once. */
export async function runsOfCoverage({ specified, pointing }: Coverage, context: RunContext): Promise<TestRun[]> {
  const named = specified.flatMap(({ spec, test }) => testOfLine(context.project, spec, test) ?? []);
  const tests = new Map([...named, ...pointing].map((one) => [one.test.uniqueId, one]));
  return (await Promise.all([...tests.values()].map(({ node, test }) => testRun(context, node, test)))).flatMap((run) => run ?? []);
}

/** The test of dbt that a line of a technical spec means, with its node; undefined where there is none, or a constraint does its work. */
function testOfLine(project: ProjectIndex, { facts }: SpecDocument, line: TestFact): PointingTest | undefined {
  if (facts?.kind !== 'technical' || !facts.model) return undefined;
  const model = lookupModel(project, facts.model.value);
  const found = model.kind === 'one' ? findTest({ node: model.node, facts, env: { fold: (name) => foldName(project.adapter, name) } }, line) : undefined;
  return model.kind === 'one' && found && found.kind !== 'constraint' ? { node: model.node, test: found.test } : undefined;
}
