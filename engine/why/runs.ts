import { onDataOf, runsOfCoverage } from '../conformance/lastRuns';
import type { RunContext } from '../project/lastRun';
import type { SpecDocument } from '../spec';
import { coverageOf } from '../spec/names/coverage';
import type { Why, WhyLine } from './index';
import type { BusinessRule } from './rules';

/** The answer with what the last run of dbt found of the tests that cover the business rules in it. */
export async function whyWithRuns(why: Why, specs: readonly SpecDocument[], context: RunContext): Promise<Why> {
  if (!(await context.project.runs?.())?.runs) return why;
  const ofRule = async (rule: BusinessRule): Promise<BusinessRule> => {
    const business = specs.find(({ path }) => path === rule.file);
    const coverage = business && coverageOf(business, specs, context.project).get(rule.id.replace(/^.*#/, ''));
    const runs = coverage ? await runsOfCoverage(coverage, context) : [];
    return runs.length === 0 ? rule : { ...rule, onData: runs.map((run) => ({ test: run.test, ...onDataOf(run) })) };
  };
  const lines = await Promise.all(why.lines.map(async (line): Promise<WhyLine> => ({ ...line, rules: await Promise.all(line.rules.map(ofRule)) })));
  return { ...why, lines };
}
