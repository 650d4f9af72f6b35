import { compareModel, type ModelReport } from '../../engine/conformance';
import { inferData } from '../../engine/generate';
import { parseSpec, renderSpec, type SpecDocument, type TechnicalFacts } from '../../engine/spec';
import type { SqlService } from '../../engine/sql';
import { align, type Alignment } from './align';
import type { CorpusEntry } from './corpus';
import { accusations, type Texts } from './judge';
import { memoSql } from './memo';
import { changedFile, judgeSqlMutant, judgeTestMutant, mutantsOf } from './mutants';
import { OPERATORS } from './operators';
import { judgeRewrite, rewritesOf } from './rewriting';
import { REWRITES } from './rewrites';
import type { Accusation, MutantResult, ProjectResult, RewriteResult, TierResult } from './results';
import { readSql, type SqlText } from './sql/selects';
import { partOfProject } from './split';
import { openTrustProject, relationOf, subjectsOf, viewAt, type Subject, type TierName } from './subjects';
import { clausesOf } from './unknownShare';

export interface RunOptions {
  seed: number;
  /** Mutants per operator and project, and rewrites per rewrite and project; undefined for all. */
  sample?: number;
  /** Names of operators and rewrites to run; undefined for all. */
  only?: string;
  /** Keep the whole text of every changed file. */
  keepTexts?: boolean;
  progress(text: string): void;
}

/** A subject with its inferred spec and its reports as it is. */
export interface Prepared {
  subject: Subject;
  document: SpecDocument;
  facts: TechnicalFacts;
  sqlText: SqlText;
  sql: ReturnType<typeof memoSql>;
  reports: Partial<Record<TierName, ModelReport>>;
  texts: Texts;
  alignment(): Alignment | undefined;
}

/** Measures one project: originals, mutants and rewrites at every tier. A crash of the engine is a result, not an end. */
export async function runProject(sql: SqlService, entry: CorpusEntry, options: RunOptions): Promise<ProjectResult> {
  const project = await openTrustProject(entry);
  const base = { project: project.name, part: partOfProject(project.name) };
  const prepared: Prepared[] = [];
  const crashes: string[] = [];
  const accused: Accusation[] = [];
  const subjects = subjectsOf(project);
  for (const subject of subjects) {
    try {
      prepared.push(await prepare(sql, subject));
    } catch (error) {
      crashes.push(`${subject.name}: ${stackOf(error)}`);
    }
  }
  for (const { subject, reports } of prepared) {
    for (const tier of subject.tiers) accused.push(...accusationsOf(subject, tier, 'original', reports[tier]));
  }
  options.progress(`${project.name}: ${prepared.length} models compared as they are`);
  const mutants: MutantResult[] = [];
  const chosen = mutantsOf(prepared, OPERATORS, options);
  for (const mutant of chosen) {
    try {
      const judged = await (mutant.kind === 'sql' ? judgeSqlMutant(mutant) : judgeTestMutant(mutant));
      const changed = options.keepTexts ? changedFile(mutant) : undefined;
      mutants.push({ ...judged, ...(changed ? { changed } : {}) });
    } catch (error) {
      crashes.push(`${mutant.prepared.subject.name} ${mutant.operator.name} (${mutant.note}): ${stackOf(error)}`);
    }
  }
  options.progress(`${project.name}: ${mutants.length} mutants judged`);
  const rewritten: RewriteResult[] = [];
  for (const one of rewritesOf(prepared, REWRITES, options)) {
    try {
      const result = await judgeRewrite(one);
      rewritten.push(result);
      accused.push(...result.accusations);
    } catch (error) {
      crashes.push(`${one.prepared.subject.name} ${one.name}: ${stackOf(error)}`);
    }
  }
  options.progress(`${project.name}: ${rewritten.length} rewrites judged`);
  const originals: TierResult[] = prepared.flatMap(({ subject, reports }) => subject.tiers.map((tier) => ({ model: subject.name, tier, evidence: reports[tier]?.evidence.tier ?? 'E0' })));
  const named = ({ name }: { name: string }): string[] => (options.only === undefined || name.includes(options.only) ? [name] : []);
  const asked = { ...(options.sample === undefined ? {} : { sample: options.sample }), ran: { operators: OPERATORS.flatMap(named), rewrites: REWRITES.flatMap(named) } };
  return { ...base, ...asked, models: subjects.length, originals, mutants, rewrites: rewritten, accusations: accused, clauses: clausesOf(project, prepared), crashes };
}

async function prepare(service: SqlService, subject: Subject): Promise<Prepared> {
  const sql = memoSql(service);
  const best = subject.tiers[0] === 'edited' ? 'compiled' : (subject.tiers[0] ?? 'raw');
  const { context, node } = await viewAt(sql, subject, best);
  const text = renderSpec('technical', await inferData(context, node));
  const document = parseSpec(`specs/${subject.name}.technical.spec.yml`, text);
  if (document.facts?.kind !== 'technical') throw new Error(`the inferred spec is no technical spec: ${document.problems[0]?.message ?? ''}`);
  const reports: Prepared['reports'] = {};
  for (const tier of subject.tiers) {
    const view = await viewAt(sql, subject, tier);
    reports[tier] = await compareModel(view.context, document, view.node);
  }
  let alignment: { value: Alignment | undefined } | undefined;
  return {
    subject,
    document,
    facts: document.facts,
    sqlText: readSql(subject.raw),
    sql,
    reports,
    texts: { file: subject.file, raw: subject.raw, ...(subject.compiled === undefined ? {} : { compiled: subject.compiled }) },
    alignment: () => (alignment ??= { value: subject.compiled === undefined ? undefined : align(subject.raw, subject.compiled, relationOf(subject)) }).value,
  };
}

/** What a report of a model that does what its spec says holds against it. */
export function accusationsOf(subject: Subject, tier: TierName, of: string, report: ModelReport | undefined, original?: ModelReport): Accusation[] {
  const known = new Set(original ? accusations(original).map((item) => item.id) : []);
  return report ? accusations(report).map((item) => ({ project: subject.project.name, model: subject.name, tier, of, rule: item.rule, id: item.id, message: item.message, inherited: known.has(item.id) })) : [];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
