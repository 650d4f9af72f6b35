import { completenessOf } from '../support/corpusCompleteness';
import type { ProjectRun } from '../support/corpusRun';
import type { Prepared } from './run';
import type { UnknownShare } from './results';
import type { SqlText } from './sql/selects';
import { TIERS, type TrustProject } from './subjects';

/**
 * Share of clauses that are unknown at each tier. What should be there is counted by the manifest's dependencies and
 * tests and by the catalog: what the spec omits is a clause that is unknown.
 */
export function unknownShares(project: TrustProject, prepared: readonly Prepared[]): UnknownShare[] {
  const omitted = omissions(project, prepared);
  return TIERS.flatMap((tier): UnknownShare[] => {
    const there = prepared.filter(({ reports }) => reports[tier] !== undefined);
    if (there.length === 0) return [];
    const sum = (some: readonly Prepared[]): { clauses: number; unknown: number; omitted: number } => ({
      clauses: some.reduce((count, { reports }) => count + (reports[tier]?.clauses.length ?? 0), 0),
      unknown: some.reduce((count, { reports }) => count + (reports[tier]?.clauses.filter((clause) => clause.verdict === 'unknown').length ?? 0), 0),
      omitted: some.reduce((count, { subject }) => count + (omitted.get(subject.id) ?? 0), 0),
    });
    const macroOnly = there.filter(({ sqlText }) => isMacroOnly(sqlText));
    return [{ tier, ...sum(there), outsideMacros: sum(there.filter((one) => !macroOnly.includes(one))), models: there.length, macroOnly: macroOnly.length }];
  });
}

/** True where no SELECT stands outside Jinja. */
export function isMacroOnly({ selects }: SqlText): boolean {
  return selects.length === 0;
}

function omissions({ files, artifacts }: TrustProject, prepared: readonly Prepared[]): Map<string, number> {
  const found = new Map<string, number>();
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
    const count = gap.missing.reduce((sum, item) => sum + (item === '*' ? columnsOf(id) : 1), 0);
    found.set(id, (found.get(id) ?? 0) + count);
  }
  return found;
}
