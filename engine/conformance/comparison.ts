import { oneLine, type Span } from '../text';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { SpecDocument, StageFact, TechnicalFacts } from '../spec/types';
import { someExpr } from '../sql/exprs';
import type { Aspect, Expr, Opaque, Relation, StageGraph } from '../sql/types';
import { graphEnv } from './env';
import type { NodeAnalysis } from './evidence';
import type { CompareContext } from './context';
import { readInputs, type ReadInputs } from './inputs';
import { keysOfParents, type ModelKeys } from './keys';
import { knownKeys, type KnownKeys } from './knownKeys';
import { outputsOf, typeOfColumn, typesIn, type Outputs, type TypesOfRelation } from './outputs';
import { stepId, TOP, type LoweredSpec } from './lowerSpec';
import { matchAlone } from './match/alone';
import { matchAllFilters, type FilterMatches } from './match/across';
import { matchGraphs, type Matching } from './match/pair';
import { placesIn, tokensOf } from './match/tokens';
import { viewsOf, type PairView, type SourceFacts } from './match/view';
import { short } from './rules/rule';
import { normaliseGraph, type GraphEnv, type NGraph, type NSource, type NStage } from './normalise';
import type { UnknownReason } from './types';

/** One stage of the spec beside its partner. */
export interface StageComparison {
  id: string;
  /** The step's name; absent for the top level. */
  name?: string;
  /** Of clause addresses: `steps/paid/`, or empty. */
  prefix: string;
  fact: StageFact;
  view?: PairView;
  /** True where the step was merged into the stage of `view` and has none of its own. */
  merged: boolean;
  /** Why there is no partner. */
  why: { reason: UnknownReason; text: string };
}

/** A spec and a model side by side, normalised and paired: what rules judge. */
export interface Comparison {
  facts: TechnicalFacts;
  document: SpecDocument;
  project: ProjectIndex;
  node: RelationNode | undefined;
  analysis: NodeAnalysis | undefined;
  env: GraphEnv;
  lowered: LoweredSpec;
  spec: NGraph;
  model: NGraph | undefined;
  matching: Matching;
  /** The set operation of the spec of which the model has one branch only, and that branch. */
  alone: { union: string; branch: string } | undefined;
  stages: StageComparison[];
  filters: FilterMatches;
  /** Hidden parts that the other side has in the same words: what the spec keeps as text, and what Jinja hides in the model. */
  told: ReadonlySet<Opaque>;
  /** Places of the analysed text that the spec has word by word under `opaque`: nothing in them is missing from the spec. */
  quoted: readonly Span[];
  /** Nodes the model depends on by the manifest, when that is current. */
  dependsOn: ReadonlySet<string> | undefined;
  /** What the relations that the model reads put out. */
  outputs: Outputs;
  keys: KnownKeys;
  /** Everything the model is known to read, worked out when it is asked for. */
  read(): ReadInputs;
}

/** Normalises and pairs; everything rules need is in the result. */
export async function compareGraphs(document: SpecDocument, facts: TechnicalFacts, lowered: LoweredSpec, context: CompareContext, node: RelationNode | undefined, analysis: NodeAnalysis | undefined): Promise<Comparison> {
  const { project } = context;
  const outputs = analysis?.graph ? await outputsOf(context, node, analysis.graph) : new Map();
  const env = graphEnv(project, node, outputs);
  const graph: StageGraph | undefined = analysis?.graph;
  const model = graph && graph.stages.length > 0 ? normaliseGraph(graph, 'model', env) : undefined;
  const said = lowered.implied && model && readsNothing(model.stages.get(model.last)) ? withoutBase(lowered.graph) : lowered.graph;
  const written = normaliseGraph(said, 'spec', env);
  const paired: Matching = model ? matchGraphs(written, model) : { pairs: new Map(), specOnly: [...lowered.facts.keys()], modelOnly: [] };
  const alone = model && matchAlone(said, paired, model, env, TOP, (own) => toldParts(own, model, analysis));
  const { spec, matching } = alone ?? { spec: written, matching: paired };
  const views = viewsOf(matching, TOP, sourceFacts(spec, typesIn(context, node, outputs)));
  const why = missingModel(node, analysis);
  const stages = [...(facts.steps?.items ?? []), facts.stage].map((fact): StageComparison => {
    const name = fact.name?.value;
    const id = fact === facts.stage ? TOP : stepId(name?.toLowerCase() ?? '');
    const { view, merged } = homeOf(id, views);
    return { id, ...(fact !== facts.stage && name !== undefined ? { name } : {}), prefix: fact === facts.stage ? '' : `steps/${name ?? ''}/`, fact, ...(view ? { view } : {}), merged, why: why ?? { reason: 'stage-unmatched', text: 'no stage of the model could be paired with this step' } };
  });
  const parentKeys: ModelKeys = model ? await keysOfParents(context, node, model) : new Map();
  let read: ReadInputs | undefined;
  const fresh = node?.dependsOn && node.compiled?.fresh === true ? new Set(node.dependsOn) : undefined;
  return { facts, document, project, node, analysis, env, lowered, spec, model, matching, alone, stages, filters: matchAllFilters([...views.values()], matching.modelOnly), told: toldParts(spec, model, analysis), quoted: quotedPlaces(spec, analysis), dependsOn: fresh, outputs, keys: knownKeys({ env, lowered, spec, parentKeys }), read: () => (read ??= readInputs({ analysis, env, dependsOn: fresh, project })) };
}

/** True for a stage that makes its rows of constants. */
function readsNothing(stage: NStage | undefined): boolean {
  return stage !== undefined && !stage.base && !stage.union && stage.unnests.length === 0 && stage.opaque.length === 0;
}

/** The last stage without the input that it starts from by no word of the spec, where it computes nothing from that. */
function withoutBase(graph: StageGraph): StageGraph {
  return {
    ...graph,
    stages: graph.stages.map((stage) => {
      const { from, ...rest } = stage;
      const isConstant = stage.id === TOP && from && !stage.aggregate && stage.joins.length + stage.unnests.length + stage.filters.length === 0 && stage.columns.length > 0 && stage.columns.every(({ expr }) => !someExpr(expr, (part) => part.kind === 'column' || part.kind === 'star'));
      return isConstant ? rest : stage;
    }),
  };
}

/** What a spec keeps as text and the model has token by token is told, and so is what of the model stands in such a text. */
function toldParts(spec: NGraph, model: NGraph | undefined, analysis: NodeAnalysis | undefined): Set<Opaque> {
  const kept = hiddenParts(spec);
  if (kept.length === 0) return new Set();
  const texts = [...new Set([analysis?.raw, analysis?.chosen].flatMap((item) => (item ? [item.text] : [])))].map(placesIn);
  const written = kept.filter((opaque) => isIn(texts, opaque));
  const told = [...new Set(written.map(({ text }) => text))].map(placesIn);
  const hidden = model ? hiddenParts(model).filter((opaque) => isIn(told, opaque)) : [];
  return new Set([...written, ...hidden]);
}

function hiddenParts(graph: NGraph): Opaque[] {
  return [...graph.stages.values()].flatMap((stage) => stage.opaque);
}

function isIn(texts: readonly ReturnType<typeof placesIn>[], { text }: Opaque): boolean {
  if (texts.length === 0) return false;
  const wanted = tokensOf(text);
  return texts.some((places) => places(wanted).length > 0);
}

function quotedPlaces(spec: NGraph, analysis: NodeAnalysis | undefined): Span[] {
  const text = analysis?.chosen?.text;
  if (text === undefined) return [];
  const places = placesIn(text);
  return hiddenParts(spec).flatMap((opaque) => places(tokensOf(opaque.text)));
}

/** What the project says of the columns that a spec reads. */
function sourceFacts(graph: NGraph, typesOf: TypesOfRelation): SourceFacts {
  const relationOf = ({ target }: NSource): Relation | undefined => (target.kind === 'relation' ? graph.relations.get(target.id) : undefined);
  return {
    dialect: graph.env.dialect,
    neverNull: (source) => {
      const relation = relationOf(source);
      return relation ? graph.env.neverNull(relation) : new Set();
    },
    typeOf: (source, name) => {
      const relation = relationOf(source);
      if (relation) return typesOf(relation).get(name)?.type;
      const step = graph.stages.get(source.target.id);
      const fact = step && typeOfColumn(graph, step, name, typesOf);
      return fact?.sure ? fact.type : undefined;
    },
  };
}

function homeOf(id: string, views: ReadonlyMap<string, PairView>): { view?: PairView; merged: boolean } {
  const own = views.get(id) ?? views.get(`${id}~first`);
  if (own) return { view: own, merged: false };
  const host = [...views.values()].find((view) => view.pair.spec.merged.includes(id));
  return host ? { view: host, merged: true } : { merged: false };
}

/** Why nothing of the model's SQL can be compared; undefined where it can. */
export function missingModel(node: RelationNode | undefined, analysis: NodeAnalysis | undefined): StageComparison['why'] | undefined {
  if (!node) return { reason: 'evidence-missing', text: 'the model does not exist in this project' };
  if (node.language === 'python' || analysis?.opaque?.reason === 'python') return { reason: 'python', text: 'the model is Python' };
  if (!analysis?.chosen) return { reason: 'evidence-missing', text: 'there is no SQL of this model to read' };
  if (analysis.graph) return undefined;
  const reasons = { macro: 'opaque-macro', python: 'python', unparsed: 'unparsed', empty: 'evidence-missing', 'too-large': 'unsupported' } as const;
  const texts = { macro: 'a macro writes the whole query', python: 'the model is Python', unparsed: 'the SQL could not be parsed', empty: 'the model has no SQL', 'too-large': 'the SQL is too large to analyse' } as const;
  const kind = analysis.opaque?.reason ?? 'unparsed';
  return { reason: reasons[kind], text: texts[kind] };
}

/** What hides an aspect of a model's stage; undefined where the aspect is fully known, or hidden in the spec's own words. */
export function hiddenIn(comparison: Comparison, view: PairView, aspect: Aspect): Opaque | undefined {
  return view.pair.model.opaque.find((opaque) => opaque.aspects.includes(aspect) && !comparison.told.has(opaque));
}

/** The reason and the words for a hidden part. */
export function reasonOf(opaque: Opaque): { reason: UnknownReason; text: string } {
  const line = oneLine(opaque.text);
  const shown = line.length > 60 ? `${line.slice(0, 57)}…` : line;
  switch (opaque.reason) {
    case 'jinja':
      return { reason: 'opaque-jinja', text: `Jinja hides a part of it: ${shown}` };
    case 'macro':
      return { reason: 'opaque-macro', text: `a macro writes a part of it: ${shown}` };
    case 'unparsed':
      return { reason: 'unparsed', text: 'a part of it could not be parsed' };
    case 'unsupported':
      return { reason: 'unsupported', text: `a construct in it is not compared yet: ${shown}` };
  }
}

/**
 * True when something of the spec could account for logic of the model that no clause names. A step without a partner can, where it
 * `accounts` for logic of that kind.
 */
export function specIsVague(comparison: Comparison, view: PairView, accounts: (step: NStage) => boolean = () => true): boolean {
  const { matching, spec, lowered, told } = comparison;
  const mayAccount = (id: string): boolean => {
    const step = spec.stages.get(id);
    return !step || step.opaque.length > 0 || accounts(step);
  };
  return view.pair.spec.opaque.some((opaque) => !told.has(opaque)) || matching.specOnly.some(mayAccount) || lowered.dangling.length > 0 || !view.pair.solid;
}

/** The elements of a list that were written at a place of the spec. */
export function writtenAt<T extends { spans: Span[] }>(items: readonly T[], span: Span): T[] {
  return items.filter((item) => item.spans.some((own) => own.start === span.start && own.end === span.end));
}

/** The message of an expression that is no SQL; undefined where it parsed. */
export function unparsedAt(comparison: Comparison, span: Span | undefined): string | undefined {
  return span && comparison.lowered.unparsed.get(span.start);
}

/** True where an expression contains what did not parse. */
export function isUnparsed(expr: Expr): boolean {
  if (expr.kind === 'other') return expr.tag === 'unparsed' || expr.args.some(isUnparsed);
  return expr.kind === 'op' && expr.args.some(isUnparsed);
}

/** The model's text at a span, on one line. */
export function modelText(comparison: Comparison, span: Span | undefined, limit = 80): string {
  return short(span ? (comparison.analysis?.chosen?.text.slice(span.start, span.end) ?? '') : '', limit);
}
