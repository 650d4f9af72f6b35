import { compareModel, type CompareContext, type ModelReport } from '../../../engine/conformance';
import { lookupModel, openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, parseSpec } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const SPEC_FILE = 'specs/example.technical.spec.yml';

export interface Given {
  /** The technical spec without its head. */
  spec: string;
  /** The SQL of the model `example`. */
  sql: string;
  /** Other files; `models/schema.yml` and the like. */
  files?: Readonly<Record<string, string>>;
  adapter?: string;
  /** When files were changed last, in milliseconds since 1970. */
  modified?: Readonly<Record<string, number>>;
  today?: string;
}

/** Compares a spec with the SQL of a model `example` in a project that has a model for every ref, from raw files. */
export async function compare(given: Given): Promise<ModelReport> {
  const { context, report } = await compared(given);
  return context && report;
}

/** The same with the context it ran in. */
export async function compared({ spec, sql, files, adapter = 'duckdb', modified, today }: Given): Promise<{ context: CompareContext; report: ModelReport }> {
  const refs = new Set([...`${sql}\n${spec}`.matchAll(/ref(?:\(\s*'|:\s*)(\w+)/g)].map((match) => match[1] ?? ''));
  const parents = Object.fromEntries([...refs].map((name) => [`models/${name}.sql`, `select * from raw_${name}`]));
  const workspace = memoryWorkspace({
    'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [models]\n',
    'profiles.yml': `shop:\n  target: dev\n  outputs:\n    dev: { type: ${adapter} }\n`,
    ...parents,
    'models/example.sql': sql,
    ...files,
  }, modified);
  const project = await openProject(workspace);
  const context: CompareContext = { workspace, project, sql: await createSqlService(), config: DEFAULT_CONFIG, ...(today === undefined ? {} : { today }) };
  const document = parseSpec(SPEC_FILE, `spec: technical/v1\nmodel: example\n${spec}`);
  const found = lookupModel(project, 'example');
  return { context, report: await compareModel(context, document, found.kind === 'one' ? found.node : undefined) };
}

/** Verdicts by address, and findings as `rule: message`, in short. */
export function verdicts(report: ModelReport): Record<string, string> {
  return Object.fromEntries(report.clauses.map((clause) => [clause.id, clause.verdict === 'unknown' ? `unknown (${clause.reason ?? ''})` : clause.verdict]));
}

/** Ids of clauses that do not match. */
export function deviations(report: ModelReport): string[] {
  return report.clauses.filter((clause) => clause.verdict !== 'matches').map((clause) => `${clause.id} ${clause.verdict}`);
}

/** Rules of unspecced findings. */
export function unspecced(report: ModelReport): string[] {
  return report.findings.filter((finding) => finding.unspecced).map((finding) => finding.rule);
}
