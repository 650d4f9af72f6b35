import { compareModel, type CompareContext, type ModelReport } from '../../engine/conformance';
import { inferData } from '../../engine/generate';
import { openProject } from '../../engine/project';
import type { RelationNode } from '../../engine/project/types';
import { checkSpec, DEFAULT_CONFIG, parseSpec, renderSpec, type SpecDocument } from '../../engine/spec';
import type { SqlService } from '../../engine/sql';
import { corpusFiles } from './corpusProject';
import { memoryWorkspace } from './memoryWorkspace';

/** With the manifest and catalog, or from the raw files alone. */
export type CorpusTier = 'artifacts' | 'raw';

/** One model: its inferred spec, what is wrong with it as a document, and its comparison with the model. */
export interface ModelRun {
  node: RelationNode;
  text: string;
  document?: SpecDocument;
  problems: string[];
  report?: ModelReport;
  crash?: string;
}

export interface ProjectRun {
  context: CompareContext;
  models: ModelRun[];
  milliseconds: number;
}

/** Infers and compares every enabled model and snapshot of one corpus folder. A crash is kept as that model's result. */
export async function runCorpusProject(sql: SqlService, folder: string, tier: CorpusTier): Promise<ProjectRun> {
  const start = performance.now();
  const workspace = memoryWorkspace(corpusFiles(folder, tier === 'artifacts'));
  const context: CompareContext = { workspace, project: await openProject(workspace), sql, config: DEFAULT_CONFIG };
  const models: ModelRun[] = [];
  for (const node of context.project.nodes.values()) {
    if ((node.kind === 'model' || node.kind === 'snapshot') && (node.enabled || node.mayBeEnabled)) models.push(await runModel(context, node));
  }
  return { context, models, milliseconds: performance.now() - start };
}

async function runModel(context: CompareContext, node: RelationNode): Promise<ModelRun> {
  const run: ModelRun = { node, text: '', problems: [] };
  try {
    run.text = renderSpec('technical', await inferData(context, node));
    run.document = parseSpec(`specs/${node.name}.technical.spec.yml`, run.text);
    const problems = [...run.document.problems, ...checkSpec(run.document, { project: context.project, config: context.config, specs: [run.document] })];
    run.problems = problems.filter((problem) => problem.severity === 'error').map((problem) => `${problem.code} ${problem.message}`);
    run.report = await compareModel(context, run.document, node);
  } catch (error) {
    run.crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return run;
}

/** Counts of one run, for the table. */
export interface Counts {
  models: number;
  clauses: number;
  matches: number;
  unknown: number;
  differs: number;
  unspecced: number;
  problems: number;
  crashes: number;
  /** Texts that inferred specs keep as they are, because a spec has no words for them. */
  opaque: number;
  /** Models with at least one such text. */
  opaqueModels: number;
}

function opaqueTexts({ document }: ModelRun): number {
  const facts = document?.facts;
  if (facts?.kind !== 'technical') return 0;
  return [...(facts.steps?.items ?? []), facts.stage].reduce((count, stage) => count + (stage.opaque?.items.length ?? 0), 0);
}

export function countsOf(run: ProjectRun): Counts {
  const sum = (of: (model: ModelRun) => number): number => run.models.reduce((total, model) => total + of(model), 0);
  const verdict = (name: string): number => sum((model) => model.report?.clauses.filter((clause) => clause.verdict === name).length ?? 0);
  return {
    models: run.models.length,
    clauses: sum((model) => model.report?.clauses.length ?? 0),
    matches: verdict('matches'),
    unknown: verdict('unknown'),
    differs: verdict('differs'),
    unspecced: sum((model) => model.report?.findings.filter((finding) => finding.unspecced).length ?? 0),
    problems: sum((model) => model.problems.length),
    crashes: sum((model) => (model.crash === undefined ? 0 : 1)),
    opaque: sum(opaqueTexts),
    opaqueModels: sum((model) => (opaqueTexts(model) > 0 ? 1 : 0)),
  };
}
