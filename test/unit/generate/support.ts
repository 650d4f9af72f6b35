import { compareModel, type CompareContext, type ModelReport } from '../../../engine/conformance';
import { inferTechnical } from '../../../engine/generate';
import { lookupModel, openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, checkSpec, parseSpec, type SpecDocument } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import { memoryWorkspace } from '../../support/memoryWorkspace';

/** A project of raw files with the given models and YAML. */
export async function projectOf(files: Readonly<Record<string, string>>, adapter = 'duckdb'): Promise<CompareContext> {
  const workspace = memoryWorkspace({
    'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [models]\n',
    'profiles.yml': `shop:\n  target: dev\n  outputs:\n    dev: { type: ${adapter} }\n`,
    ...files,
  });
  return { workspace, project: await openProject(workspace), sql: await createSqlService(), config: DEFAULT_CONFIG };
}

export interface Inferred {
  text: string;
  document: SpecDocument;
  report: ModelReport;
}

/** Infers the spec of the model `example`, checks it, and compares it with the model it came from. */
export async function inferred(sql: string, files: Readonly<Record<string, string>> = {}, adapter = 'duckdb'): Promise<Inferred> {
  const refs = new Set([...sql.matchAll(/ref\(\s*'(\w+)'/g)].map((match) => match[1] ?? ''));
  const parents = Object.fromEntries([...refs].map((name) => [`models/${name}.sql`, `select * from raw_${name}`]));
  const context = await projectOf({ ...parents, 'models/example.sql': sql, ...files }, adapter);
  const found = lookupModel(context.project, 'example');
  if (found.kind !== 'one') throw new Error('the model example is not in the project');
  const { path, text } = await inferTechnical(context, { node: found.node });
  const document = parseSpec(path, text);
  const problems = [...document.problems, ...checkSpec(document, { project: context.project, config: context.config, specs: [document] })].filter((problem) => problem.severity === 'error');
  if (problems.length > 0) throw new Error(`${problems.map((problem) => problem.message).join('\n')}\n${text}`);
  return { text, document, report: await compareModel(context, document, found.node) };
}
