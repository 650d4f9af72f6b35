import type { ModelReport } from '../../engine/conformance';
import type { StageFact, TechnicalFacts } from '../../engine/spec';
import { completenessOf } from '../support/corpusCompleteness';
import type { ProjectRun } from '../support/corpusRun';
import type { Prepared } from './run';
import type { ModelClauses, Omitted } from './results';
import type { SqlText } from './sql/selects';
import { TIERS, type TrustProject } from './subjects';

/** Reasons of clauses that are unknown because files do not say what Jinja writes. */
const OPAQUE = new Set(['opaque-jinja', 'opaque-macro']);

/**
 * How many clauses of every model are unknown at each tier, and what the manifest's dependencies and tests and the catalog's columns have
 * that its spec has not. What compiled SQL has beside it is asked of sqlglot later: `omittedBySqlglot`.
 */
export function clausesOf(project: TrustProject, prepared: readonly Prepared[]): ModelClauses[] {
  const omitted = omissions(project, prepared);
  const { dialect } = project.artifacts ?? project.raw;
  return prepared.map(({ subject, sqlText, facts, reports }) => ({
    uniqueId: subject.id,
    model: subject.name,
    macroOnly: isMacroOnly(sqlText),
    tiers: TIERS.flatMap((tier) => (reports[tier] ? [{ tier, ...countOf(reports[tier]) }] : [])),
    omitted: omitted.get(subject.id) ?? { inputs: 0, columns: 0, tests: 0 },
    ...(subject.compiled === undefined ? {} : { asked: { dialect, sql: subject.compiled, ...saidOf(facts) } }),
  }));
}

function countOf({ clauses }: ModelReport): { clauses: number; unknown: number; opaque: number } {
  const unknown = clauses.filter((clause) => clause.verdict === 'unknown');
  return { clauses: clauses.length, unknown: unknown.length, opaque: unknown.filter(({ reason }) => OPAQUE.has(reason ?? '')).length };
}

/** True where no SELECT stands outside Jinja. */
export function isMacroOnly({ selects }: SqlText): boolean {
  return selects.length === 0;
}

/** How many joins and groupings a spec writes down, and whether a stage stands for a series of dates or numbers. */
function saidOf(facts: TechnicalFacts): { joins: number; groups: number } {
  const stages: StageFact[] = [...(facts.steps?.items ?? []), facts.stage];
  return { joins: stages.reduce((count, stage) => count + (stage.joins?.items.length ?? 0), 0), groups: stages.filter((stage) => stage.aggregate !== undefined).length };
}

function omissions({ files, artifacts }: TrustProject, prepared: readonly Prepared[]): Map<string, Omitted> {
  const found = new Map<string, Omitted>();
  const { manifest, catalog } = files;
  if (!manifest || !artifacts) return found;
  const models = prepared.flatMap(({ subject, document }) => {
    const node = artifacts.nodes.get(subject.id);
    return node ? [{ node, text: document.text, document, problems: [] }] : [];
  });
  const run = { context: { project: artifacts }, models, milliseconds: 0 } as unknown as ProjectRun;
  const columnsOf = (id: string): number => Object.keys(catalog?.nodes[id]?.columns ?? {}).length;
  const byName = new Map(prepared.map(({ subject }) => [subject.name, subject.id]));
  for (const gap of completenessOf(run, 'artifacts', manifest, catalog ?? { nodes: {} }).gaps) {
    const id = byName.get(gap.model) ?? gap.model;
    const before = found.get(id) ?? { inputs: 0, columns: 0, tests: 0 };
    const count = gap.missing.reduce((sum, item) => sum + (item === '*' ? columnsOf(id) : 1), 0);
    found.set(id, { ...before, [gap.what]: before[gap.what] + count });
  }
  return found;
}
