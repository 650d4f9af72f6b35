import { jinjaOfTexts } from '../project';
import type { RelationNode } from '../project/types';
import type { SpecDocument, TechnicalFacts } from '../spec/types';
import { compareGraphs } from './comparison';
import { nothingLately, type CompareContext } from './context';
import { analyzeNode } from './evidence';
import { lowerSpec } from './lowerSpec';
import { reportOf } from './report';
import { underEverySetting, type Judged } from './settings';
import type { ModelReport } from './types';

export * from './types';
export { nothingLately, type CompareContext } from './context';
export { analyzeNode, isComplete, type AnalysedText, type NodeAnalysis } from './evidence';
export { graphEnv, nodeOfRelation } from './env';
export { compareExpr, type Comparison as ExprComparison } from './expr/compare';
export { exprKey } from './expr/key';
export { normaliseExpr } from './expr/normalise';
export { exprText } from './expr/text';
export { lowerSpec, type LoweredSpec } from './lowerSpec';
export { normaliseGraph, outputOf, type GraphEnv, type NGraph, type NStage } from './normalise';
export { rules } from './rules';
export type { Rule } from './rules/rule';
export { findingId } from './report';

/**
 * Compares a technical spec with its model, clause by clause. `node` is undefined where the model does not exist: every
 * clause is then unknown. Never throws for what specs and projects contain.
 */
export async function compareModel(context: CompareContext, spec: SpecDocument, node: RelationNode | undefined): Promise<ModelReport> {
  const own: CompareContext = { ...context, settled: context.settled ?? new Map(), outputs: context.outputs ?? new Map(), lately: context.lately ?? nothingLately() };
  // Under another setting parents may put out something else.
  return underEverySetting(await judge(own, spec, node), (choices) => judge({ ...own, choices, outputs: new Map() }, spec, node));
}

async function judge(context: CompareContext, spec: SpecDocument, node: RelationNode | undefined): Promise<Judged> {
  const facts = spec.facts?.kind === 'technical' ? spec.facts : emptyFacts();
  const [lowered, analysis] = await Promise.all([lowerSpec(spec.path, facts, context.sql, context.project.dialect, (texts) => jinjaOfTexts(context.project, node, texts)), node ? analyzeNode(context, node) : undefined]);
  const report = reportOf(context, await compareGraphs(spec, facts, lowered, context, node, analysis));
  return { report, choices: (analysis?.chosen?.analysis.choices ?? []).filter(({ settled }) => !settled) };
}

/** A document that is no technical spec has no clauses. */
function emptyFacts(): TechnicalFacts {
  const span = { start: 0, end: 0 };
  return { kind: 'technical', implements: [], stage: { span }, waivers: [] };
}
