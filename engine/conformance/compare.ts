import type { RelationNode } from '../project/types';
import type { SpecDocument } from '../spec/types';
import type { CompareContext } from './context';
import { analyzeNode } from './evidence';
import { lowerSpec } from './lowerSpec';
import { matchStages } from './match';
import { normaliseGraph } from './normal/build';
import { reportOf } from './report';
import type { Judging } from './rules/rule';
import type { ModelReport, UnknownReason } from './types';

/** Compares a model with its technical spec. `node` is absent where the model does not exist (yet). Never throws for bad input. */
export async function compareModel(context: CompareContext, spec: SpecDocument, node: RelationNode | undefined): Promise<ModelReport> {
  if (spec.facts?.kind !== 'technical') return emptyReport(spec, node);
  const { facts } = spec;
  const lowered = await lowerSpec(spec, facts, context.sql, context.project.dialect);
  const normal = { project: context.project, ...(node ? { self: node.uniqueId } : {}) };
  const specGraph = normaliseGraph(lowered.graph, normal);
  const analysis = node ? await analyzeNode(context, node) : undefined;
  const modelGraph = analysis?.graph ? normaliseGraph(analysis.graph, normal) : undefined;
  const judging: Judging = {
    context,
    spec,
    facts,
    lowered,
    specGraph,
    ...(node ? { node } : {}),
    ...(analysis ? { analysis } : {}),
    ...(modelGraph ? { modelGraph, matching: matchStages(specGraph, modelGraph) } : {}),
    blind: blindness(node, analysis?.analysis.opaque?.reason, facts.model?.value ?? ''),
  };
  return reportOf(judging);
}

function blindness(node: RelationNode | undefined, reason: string | undefined, model: string): { reason: UnknownReason; message: string } {
  if (!node) return { reason: 'evidence-missing', message: `There is no model ${model} to compare with.` };
  if (reason === 'python') return { reason: 'python', message: 'The model is Python; its query is not analysed.' };
  if (reason === 'macro') return { reason: 'opaque-macro', message: 'The model is written by a macro; run `dbt compile` so that its SQL can be read.' };
  if (reason === 'empty') return { reason: 'evidence-missing', message: 'The model file is empty.' };
  if (reason === 'too-large') return { reason: 'unparsed', message: 'The model is too large to be analysed.' };
  if (reason === 'unparsed') return { reason: 'unparsed', message: 'The SQL of the model could not be parsed in any dialect.' };
  return { reason: 'opaque-jinja', message: 'Jinja hides this part of the model.' };
}

function emptyReport(spec: SpecDocument, node: RelationNode | undefined): ModelReport {
  return {
    model: node?.name ?? spec.facts?.model?.value ?? '',
    uniqueId: node?.uniqueId ?? null,
    specFile: spec.path,
    modelFile: node?.file ?? null,
    clauses: [],
    findings: [],
    summary: { matches: 0, differs: 0, unknown: 0, unspecced: 0, waived: 0, notSpecified: [] },
    evidence: { tier: 'E0', from: spec.path, notes: ['the spec could not be read as a technical spec, so nothing was compared'] },
  };
}
