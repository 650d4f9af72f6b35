import type { Choice, Choices } from '../jinja/context';
import { countsOf } from './report';
import type { Clause, Finding, ModelReport } from './types';

/** A report, and what was taken for what only a run of dbt decides. */
export interface Judged {
  report: ModelReport;
  choices: readonly Choice[];
}

/** More choices than this are not tried in all their combinations: the others stay open. */
const TRIED = 4;
/** Of more choices than this is not asked which of them matter. */
const ASKED = 12;

/**
 * A report that holds however dbt decides what the files leave open. A deviation that another setting explains away, by showing
 * nothing but some of the others, is unknown. `judge` compares the model under given choices.
 */
export async function underEverySetting(first: Judged, judge: (choices: Choices) => Promise<Judged>): Promise<ModelReport> {
  if (first.choices.length === 0 || deviationsOf(first.report).size === 0) return first.report;
  const choices = await decisiveFirst(first, judge);
  const [tried, kept] = [choices.slice(0, TRIED), choices.slice(TRIED)];
  const left: Choices = Object.fromEntries(kept.map(({ key }) => [key, 'keep' as const]));
  const base = kept.length === 0 ? first : await judge(left);
  const settings = combinations(tried);
  const others = await Promise.all(settings.map(async (setting) => ({ setting, report: (await judge({ ...left, ...setting })).report })));
  const suggested = others.filter(({ setting }) => tried.every(({ key, byDefault, taken }) => !byDefault || setting[key] === taken));
  const all = [base.report, ...others.map(({ report }) => report)];
  const [best = base.report, ...rest] = fewestDeviations([base.report, ...suggested.map(({ report }) => report)]);
  const found = deviationsOf(best);
  const holds = (id: string): boolean => {
    const without = new Set([...found].filter((own) => own !== id));
    return all.every((other) => other === best || ![...deviationsOf(other)].every((own) => without.has(own))) && rest.every((other) => deviationsOf(other).has(id));
  };
  const open = new Set([...found].filter((id) => !holds(id)));
  return open.size === 0 ? best : withoutDeviations(best, open, first.choices);
}

/** The choices, first those without which other deviations show. */
async function decisiveFirst({ choices, report }: Judged, judge: (choices: Choices) => Promise<Judged>): Promise<readonly Choice[]> {
  if (choices.length <= TRIED || choices.length > ASKED) return choices;
  const found = deviationsOf(report);
  const decides = await Promise.all(choices.map(async ({ key }) => {
    const without = deviationsOf((await judge({ [key]: 'keep' })).report);
    return without.size !== found.size || [...without].some((id) => !found.has(id));
  }));
  return [...choices.filter((_, index) => decides[index]), ...choices.filter((_, index) => !decides[index])];
}

/** Every combination of choices but the one that was taken first. */
function combinations(choices: readonly Choice[]): Record<string, boolean>[] {
  let all: Record<string, boolean>[] = [{}];
  for (const { key, taken } of choices) all = all.flatMap((setting) => [{ ...setting, [key]: taken }, { ...setting, [key]: !taken }]);
  return all.slice(1);
}

/** The reports with the fewest deviations, in order. */
function fewestDeviations(reports: readonly ModelReport[]): ModelReport[] {
  const counts = reports.map((report) => deviationsOf(report).size);
  const least = Math.min(...counts);
  return reports.filter((_, index) => counts[index] === least);
}

function deviationsOf({ clauses, findings }: ModelReport): Set<string> {
  return new Set([...clauses.filter((clause) => clause.verdict === 'differs'), ...findings.filter((finding) => finding.unspecced)].map(({ id }) => id));
}

function withoutDeviations(report: ModelReport, open: ReadonlySet<string>, choices: readonly Choice[]): ModelReport {
  const [decider] = choices;
  const text = (decider?.text ?? '').replace(/\s+/g, ' ');
  const clauses = report.clauses.map((clause): Clause => (open.has(clause.id) ? { ...clause, verdict: 'unknown', severity: 'information', reason: 'opaque-jinja', message: `Can't tell: it turns on what dbt decides at its run${choices.length === 1 ? `: ${text}` : ` (${choices.length} conditions, the first is ${text})`}.`, fixes: [] } : clause));
  const findings: Finding[] = report.findings.filter(({ id }) => !open.has(id));
  return { ...report, clauses, findings, summary: { ...report.summary, ...countsOf(clauses, findings) } };
}
