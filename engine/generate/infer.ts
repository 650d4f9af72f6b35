import type { CompareContext } from '../conformance/context';
import { statedKind, withAskedSections } from './asked';
import { analyzeNode, type NodeAnalysis } from '../conformance/evidence';
import { specPathFor } from '../spec/config';
import { renderSpec } from '../spec/render';
import type { SpecDocument } from '../spec/types';
import { modelsNamed } from '../project/lookup';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { Dialect, Name } from '../sql/types';
import { jinjaOfTexts } from '../project/macros';
import { foldName } from '../project/names';
import { jinjaBlocks } from '../sql/raw';
import { materializationData } from './inferConfig';
import { inputsData, otherRelations } from './inferInputs';
import { cardinalityOf, provenGrain } from './inferKeys';
import { inferQuestions } from './inferQuestions';
import { stageData } from './inferStage';
import type { StageContext } from './stageContext';
import { testsData } from './inferTests';
import { incrementalTexts } from './inferVariants';
import { choose, phraseKey, type Phrase } from './phrases';
import { planOf, type Plan } from './plan';
import { proposalOf, questionsOf, type Proposal } from './proposal';
import { inSpecWords } from './rewrite';
import { squeeze } from './sqlText';

/**
 * Drafts the technical spec of an existing model from its SQL, tests and configuration: what it does today. What it
 * should do stays an open question. An existing spec is merged.
 */
export async function inferTechnical(context: CompareContext, input: { node: RelationNode; existing?: SpecDocument; path?: string }): Promise<Proposal> {
  const { node, existing } = input;
  const path = existing?.path ?? input.path ?? specPathFor(context.config, context.project, { name: node.name, node }, 'technical');
  const data = await inferData(context, node);
  return proposalOf(path, withAskedSections('technical', renderSpec('technical', data, context.config.template), context.config.template), existing, questionsOf(data));
}

/** The inferred spec as plain data in the shape of the template. */
export async function inferData(context: CompareContext, node: RelationNode): Promise<Record<string, unknown>> {
  const { project, sql } = context;
  const analysis = await analyzeNode(context, node);
  const others = otherRelations(project, node, analysis);
  const graph = analysis.graph;
  const plan = graph && planOf(inSpecWords(graph), others, node.name);
  const grain = provenGrain(project, node, plan);
  const ids = new Set<string>();
  const head = { spec: statedKind('technical', context.config.template), model: modelName(project, node), ...(grain ? { grain } : {}), ...(analysis.chosen || node.dependsOn ? { inputs: inputsData(project, node, plan, graph?.relations ?? [], others) } : {}) };
  const tail = { tests: testsData(node, ids), materialization: materializationData(node, hiddenConfig(node, analysis)), open_questions: inferQuestions(node, grain) };
  if (!plan || !analysis.chosen) return { ...head, ...whole(analysis.chosen?.text ?? '', node), ...tail };
  const fold = (name: Name | string): string => foldName(project.adapter, name);
  const blocks = analysis.chosen.in === 'raw' ? jinjaBlocks(analysis.chosen.text).map((block) => block.span) : [];
  const telling = { plan, fold, blocks, text: analysis.chosen.text, dialect: project.dialect, cardinality: (join: Parameters<StageContext['cardinality']>[0]): string | undefined => cardinalityOf(join, plan, project, node) };
  const chosen = await choose(sql, project.dialect, fold, phrasesOf(telling), (texts) => jinjaOfTexts(project, node, texts));
  const stages = tell({ ...telling, ids, say: (expr, spellings) => chosen.get(phraseKey(expr, spellings.filter(isText))) });
  const later = incrementalTexts(analysis);
  const opaque = [...((stages['opaque'] ?? []) as unknown[]), ...later];
  return { ...head, ...stages, ...(later.length > 0 ? { opaque } : {}), ...(Array.isArray(stages['columns']) ? { columns: withTypes(stages['columns'] as Record<string, unknown>[], node) } : {}), ...tail };
}

interface Tellable {
  plan: Plan;
  text: string;
  dialect: Dialect;
  fold: StageContext['fold'];
  blocks: StageContext['blocks'];
  cardinality: StageContext['cardinality'];
}

/** What the stages would say, collected by telling them once to nobody. */
function phrasesOf(telling: Tellable): Phrase[] {
  const phrases: Phrase[] = [];
  const say: StageContext['say'] = (expr, spellings) => {
    const texts = [...new Set(spellings.filter(isText))];
    phrases.push({ key: phraseKey(expr, spellings.filter(isText)), expr, spellings: texts });
    return undefined;
  };
  tell({ ...telling, ids: new Set(), say });
  return phrases;
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The steps and the last stage; steps that nothing reads in the spec's words are left out. */
function tell(context: StageContext): Record<string, unknown> {
  const { plan } = context;
  const steps = plan.steps.map((stage) => ({ name: plan.names.get(stage.id), ...(stage.when ? { when: stage.when } : {}), ...stageData(stage, context) }));
  const top = stageData(plan.top, context);
  return { steps: readSteps(steps, top), ...top };
}

function readSteps(steps: readonly Record<string, unknown>[], top: Record<string, unknown>): Record<string, unknown>[] {
  const byName = new Map(steps.map((step) => [String(step['name']), step]));
  const read = new Set<Record<string, unknown>>();
  const visit = (stage: Record<string, unknown>): void => {
    const joins = (stage['joins'] ?? []) as { to: string }[];
    const { branches = [] } = (stage['union'] ?? {}) as { branches?: string[] };
    for (const name of [String(stage['from'] ?? ''), ...joins.map((join) => join.to), ...branches]) {
      const step = byName.get(name);
      if (!step || read.has(step)) continue;
      read.add(step);
      visit(step);
    }
  };
  visit(top);
  return steps.filter((step) => read.has(step));
}

/** Configuration keys that the raw file computes, where no manifest knows their values. */
function hiddenConfig(node: RelationNode, { raw }: NodeAnalysis): Set<string> {
  const values = node.from === 'E1' ? (raw?.analysis.config.values ?? []) : [];
  return new Set(values.flatMap(({ key, value }) => (value.kind === 'opaque' ? [key] : [])));
}

/** A model of which no query can be read: its text stands for all of it. */
function whole(text: string, node: RelationNode): Record<string, unknown> {
  const body = squeeze(text);
  if (node.language === 'python' || body === '') return {};
  return { opaque: [{ text: body, reason: 'Jinja writes the query; nothing of it can be read here' }] };
}

/** The shortest name that means this model and no other. */
function modelName(project: ProjectIndex, node: RelationNode): string {
  const twins = modelsNamed(project, node.name).filter((other) => other.package !== node.package);
  const name = node.package === project.name || twins.length === 0 ? node.name : `${node.package}.${node.name}`;
  return node.version === undefined ? name : `${name}.v${node.version}`;
}

/** Types as the catalog has them: what is in the warehouse, not what YAML declares. */
function withTypes(columns: readonly Record<string, unknown>[], node: RelationNode): Record<string, unknown>[] {
  return columns.map((column) => {
    const { name, ...rest } = column;
    // What a quoted name folds to in the catalog is the adapter's business; its type is left out.
    const found = typeof name === 'string' && /^\w+$/.test(name) && node.columns.find((known) => known.from === 'E4' && known.name.toLowerCase() === name.toLowerCase());
    return found && found.type !== undefined ? { name, type: found.type.toLowerCase(), ...rest } : column;
  });
}
