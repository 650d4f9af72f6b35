import { onDataOf, runsOfCoverage } from '../conformance/lastRuns';
import type { RunContext } from '../project/lastRun';
import type { SpecDocument } from '../spec';
import { coverageOf } from '../spec/names/coverage';
import type { Why, WhyLine } from './index';
import type { BusinessRule } from './rules';

/** The answer with what the last run of dbt found of the tests that cover the business rules in it. */
export async function whyWithRuns(why: Why, specs: readonly SpecDocument[], context: RunContext): Promise<Why> {
  if (!(await context.project.runs?.())?.runs) return why;
  const files = new Set(why.lines.flatMap(({ rules }) => rules.map(({ file }) => file)));
  const covered = new Map(specs.filter(({ path }) => files.has(path)).map((business) => [business.path, coverageOf(business, specs, context.project)]));
  const ofRule = async (rule: BusinessRule): Promise<BusinessRule> => {
    const coverage = rule.file === null ? undefined : covered.get(rule.file)?.get(rule.id.replace(/^.*#/, ''));
    const runs = coverage ? await runsOfCoverage(coverage, context) : [];
    return runs.length === 0 ? rule : { ...rule, onData: runs.map((run) => ({ test: run.test, ...onDataOf(run) })) };
  };
  const lines = await Promise.all(why.lines.map(async (line): Promise<WhyLine> => ({ ...line, rules: await Promise.all(line.rules.map(ofRule)) })));
  return { ...why, lines };
}
