import { compareModel, type Clause } from '../../engine/conformance';
import { inferData } from '../../engine/generate';
import { parseSpec, renderSpec } from '../../engine/spec';
import { createSqlService } from '../../engine/sql';
import { findCorpus } from './corpus';
import { memoSql } from './memo';
import { partOfProject } from './split';
import { readSql } from './sql/selects';
import { openTrustProject, subjectsOf, viewAt, type Subject } from './subjects';
import { isMacroOnly } from './unknownShare';

/**
 * Why clauses are unknown from raw SQL alone, project by project: counts by rule and reason, outside models whose body is only a macro.
 * `node scripts/trust.mjs unknownTally.ts -- [part of a project's name] [--clauses]`; the second lists the clauses of develop projects.
 */
async function main(args: readonly string[]): Promise<void> {
  const wanted = args.find((arg) => !arg.startsWith('-')) ?? '';
  const folder = process.env['SPECLINE_CORPUS'];
  if (folder === undefined) throw new Error('Set SPECLINE_CORPUS to a folder of dbt projects or artifacts.');
  const service = await createSqlService();
  for (const entry of findCorpus(folder).filter(({ name }) => name.includes(wanted))) {
    const subjects = subjectsOf(await openTrustProject(entry)).filter(({ raw }) => !isMacroOnly(readSql(raw)));
    const clauses: { model: string; clause: Clause }[] = [];
    for (const subject of subjects) clauses.push(...(await rawClauses(memoSql(service), subject)).map((clause) => ({ model: subject.name, clause })));
    const unknown = clauses.filter(({ clause }) => clause.verdict === 'unknown');
    const counts = new Map<string, number>();
    for (const { clause } of unknown) counts.set(`${clause.rule} ${clause.reason ?? ''}`, (counts.get(`${clause.rule} ${clause.reason ?? ''}`) ?? 0) + 1);
    const rows = [...counts].sort(([, a], [, b]) => b - a).map(([key, count]) => `${String(count).padStart(6)}  ${key}`);
    process.stdout.write(`${entry.name}: ${unknown.length} of ${clauses.length} clauses unknown\n${rows.map((row) => `${row}\n`).join('')}`);
    if (!args.includes('--clauses') || partOfProject(entry.name) !== 'develop') continue;
    for (const { model, clause } of unknown) process.stdout.write(`  ${model} ${clause.rule} ${clause.id} (${clause.reason ?? ''}): ${clause.message}\n`);
  }
}

/** The clauses of the spec that is inferred from a model's best evidence, judged from raw files alone. */
async function rawClauses(sql: ReturnType<typeof memoSql>, subject: Subject): Promise<readonly Clause[]> {
  const best = subject.tiers[0] === 'edited' ? 'compiled' : (subject.tiers[0] ?? 'raw');
  const { context, node } = await viewAt(sql, subject, best);
  const document = parseSpec(`specs/${subject.name}.technical.spec.yml`, renderSpec('technical', await inferData(context, node)));
  const raw = await viewAt(sql, subject, 'raw');
  return (await compareModel(raw.context, document, raw.node)).clauses;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
