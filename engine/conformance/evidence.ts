import type { Choice, Choices, JinjaContext } from '../jinja/context';
import { decidedInLastRun } from '../jinja/lastRun';
import { jinjaContext, snapshotBlocks } from '../project';
import type { RelationNode, Tier } from '../project/types';
import type { SqlAnalysis, SqlRequest, StageGraph } from '../sql/types';
import type { CompareContext } from './context';
import { builtColumns, type BuiltColumns } from './outputs';
import { showsIncremental, withVariants } from './variants';

/** One text of a model and what SQL analysis made of it. */
export interface AnalysedText {
  in: 'raw' | 'compiled';
  file: string;
  text: string;
  analysis: SqlAnalysis;
  /** True where Jinja was read with columns that the SQL of other models tells: a database may have others. */
  assumed: boolean;
}

/** The SQL of a node as the comparison sees it, and how good that evidence is. */
export interface NodeAnalysis {
  node: RelationNode;
  /** Absent where there is neither a file nor code in the manifest. */
  chosen?: AnalysedText;
  /** The raw file, when it was analysed too. */
  raw?: AnalysedText;
  /** The graph to compare: with `when` marks where the model uses is_incremental(). */
  graph?: StageGraph;
  tier: Tier;
  /** Words for a reader: "raw SQL", "compiled code in target/manifest.json". */
  from: string;
  /** What was not available, or was left aside and why. */
  notes: string[];
  /** True when nothing of the query is hidden in the chosen text. */
  complete: boolean;
  /** True when compiled code may be either the full or the incremental variant. */
  variantUnknown: boolean;
  /** True when compiled code is the incremental variant: what it lacks no run has. */
  incrementalShown: boolean;
  /** Why nothing of the query is known, when that is so. */
  opaque?: SqlAnalysis['opaque'];
}

/**
 * Chooses the evidence for a node's SQL: the raw file when the mask hides nothing of it, else compiled code that is
 * fresh, else the raw file with its gaps. `line` has the unique_ids of the models that are being read because of one another, this
 * one last. Never throws for what a project contains.
 */
export async function analyzeNode(context: CompareContext, node: RelationNode, line: readonly string[] = [node.uniqueId]): Promise<NodeAnalysis> {
  const known = context.lately?.analyses;
  const key = `${node.uniqueId}\n${JSON.stringify(context.choices ?? {})}`;
  const found = known?.get(key) ?? (await readNode(context, node, line));
  if (!known || restsOnOthers(context, found)) return found;
  known.delete(key);
  known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > MOST_LATELY && oldest !== undefined) known.delete(oldest);
  return found;
}

/** Analyses that are kept: the parents of the models of a few folders. */
const MOST_LATELY = 200;

/** True where what was read of a node turns on what other models put out, and so on the way by which it was come to. */
function restsOnOthers({ project }: CompareContext, { raw, chosen }: NodeAnalysis): boolean {
  return [raw, chosen].some((text) => text !== undefined && (text.assumed || (text.analysis.asked !== undefined && !project.artifacts.manifest)));
}

async function readNode(context: CompareContext, node: RelationNode, line: readonly string[]): Promise<NodeAnalysis> {
  const notes: string[] = [];
  const { compiled } = node;
  if (compiled && !compiled.fresh) notes.push(`compiled code is out of date (${compiled.stale ?? 'the model changed'}) and was not used; run \`dbt compile\``);
  const raw = await rawText(context, node);
  const rawAnalysed = raw === undefined ? undefined : await analyse(context, node, { file: raw.file, text: raw.text, in: 'raw' }, line);
  const rawComplete = rawAnalysed !== undefined && isComplete(rawAnalysed.analysis) && !rawAnalysed.assumed;
  const usesIncremental = rawAnalysed?.analysis.incremental !== undefined;
  if (!rawComplete && compiled?.fresh) {
    const file = compiledFile(context, node);
    const analysed = await analyse(context, node, { file, text: compiled.code, in: 'compiled', relations: relationsOf(context, node) }, line);
    if (analysed.analysis.graph) {
      return resultOf(node, analysed, rawAnalysed, { tier: 'E3', from: `compiled code in ${context.project.artifacts.manifest?.file ?? 'the manifest'}`, notes, variantUnknown: usesIncremental });
    }
    notes.push('compiled code does not parse and was not used');
  }
  if (!rawAnalysed) return { node, tier: 'E0', from: 'nothing', notes: [...notes, 'there is no SQL file of this model in the project'], complete: false, variantUnknown: false, incrementalShown: false };
  if (!rawComplete && !compiled && node.language === 'sql') notes.push('the SQL hides parts in Jinja and there is no compiled code; run `dbt compile` for more');
  return resultOf(node, rawAnalysed, rawAnalysed, { tier: 'E1', from: node.language === 'python' ? 'Python code' : 'raw SQL', notes, variantUnknown: false });
}

function resultOf(node: RelationNode, chosen: AnalysedText, raw: AnalysedText | undefined, facts: Pick<NodeAnalysis, 'tier' | 'from' | 'notes' | 'variantUnknown'>): NodeAnalysis {
  const { analysis } = chosen;
  const variants = chosen.in === 'compiled' ? raw?.analysis : undefined;
  const incrementalShown = analysis.graph !== undefined && variants?.graph !== undefined && variants.incremental !== undefined && showsIncremental(analysis.graph, variants.graph, variants.incremental);
  const graph = analysis.graph && variants?.graph && variants.incremental ? withVariants(analysis.graph, variants.graph, variants.incremental) : (analysis.incremental ?? analysis.graph);
  return {
    node,
    chosen,
    ...(raw ? { raw } : {}),
    ...(graph ? { graph } : {}),
    ...facts,
    incrementalShown,
    complete: isComplete(analysis),
    ...(analysis.opaque ? { opaque: analysis.opaque } : {}),
  };
}

async function rawText(context: CompareContext, node: RelationNode): Promise<{ text: string; file: string } | undefined> {
  if (node.file === undefined || node.language === 'csv' || node.language === 'none') return node.rawCode === undefined ? undefined : { text: node.rawCode, file: node.file ?? `${node.name}.sql` };
  const read = await context.workspace.read(node.file);
  if (read.kind === 'text') return { text: (node.kind === 'snapshot' ? snapshotBlocks(read.text).find(({ name }) => name === node.name)?.code : undefined) ?? read.text, file: node.file };
  return node.rawCode === undefined ? undefined : { text: node.rawCode, file: node.file };
}

/** Questions about columns that are answered one after the other. */
const MAX_ROUNDS = 3;

async function analyse(context: CompareContext, node: RelationNode, request: Omit<SqlRequest, 'dialect'>, line: readonly string[]): Promise<AnalysedText> {
  const { project } = context;
  const jinja = request.in === 'raw' ? jinjaContext(project, node.package, [request.text]) : undefined;
  const settled = jinja ? settledIn(context, node) : {};
  const choices = { ...settled, ...context.choices };
  const analysed = (columns: JinjaContext['columns']): Promise<SqlAnalysis> =>
    context.sql.analyze({ ...request, dialect: project.dialect, ...(jinja ? { jinja: { ...jinja, columns: { ...jinja.columns, ...columns } } } : {}), ...(Object.keys(choices).length > 0 ? { choices } : {}) });
  let analysis = await analysed({});
  const told: BuiltColumns[] = [];
  // Columns that are known may lead to a question about others. A manifest was compiled on a database that may have other ones.
  for (let round = 0; round < MAX_ROUNDS && analysis.asked && !project.artifacts.manifest; round++) {
    const more = await builtColumns(context, node, analysis.asked, line);
    if (more.length === 0) break;
    told.push(...more);
    analysis = await analysed(Object.fromEntries(told.map(({ relation, names }) => [relation.id, names.map((name) => ({ name }))])));
  }
  const assumptions = told.flatMap(({ relation, choices: own }) => own.map((choice) => ({ ...choice, span: relation.span })));
  return { in: request.in, file: request.file, text: request.text, analysis: withChoices(analysis, assumptions, settled), assumed: told.length > 0 };
}

/** An analysis that also rests on what other models were read by; choices that the last run settled are marked. */
function withChoices(analysis: SqlAnalysis, more: readonly Choice[], settled: Choices): SqlAnalysis {
  if (more.length === 0 && !analysis.choices) return analysis;
  const choices = new Map([...more, ...(analysis.choices ?? [])].map((choice) => [choice.key, Object.hasOwn(settled, choice.key) ? { ...choice, settled: true } : choice]));
  return { ...analysis, choices: [...choices.values()] };
}

/** What compiled code that is out of date still tells: what dbt decided when it rendered the model as it was then. */
function settledIn(context: CompareContext, { uniqueId, package: owner, compiled }: RelationNode): Choices {
  if (compiled?.of === undefined || compiled.fresh) return {};
  const known = context.settled?.get(uniqueId) ?? decidedInLastRun(compiled.of, compiled.code, jinjaContext(context.project, owner, [compiled.of]));
  context.settled?.set(uniqueId, known);
  return known;
}

/** Jinja that is compared as it is written, because it means one value wherever it stands. */
const PLAIN_JINJA = /^(builtins\.)?(var|env_var)\(|^this\b|^target\.|^invocation_id|^run_started_at/;

/** True when nothing that decides the query is hidden by the mask. */
export function isComplete(analysis: SqlAnalysis): boolean {
  if (analysis.opaque || !analysis.graph) return false;
  for (const graph of [analysis.graph, analysis.incremental]) {
    if (!graph) continue;
    if (graph.relations.some((relation) => relation.kind === 'opaque')) return false;
    if (graph.stages.some((stage) => stage.opaque.some((opaque) => opaque.text !== 'full refresh only' && opaque.reason !== 'unsupported'))) return false;
  }
  if (analysis.choices) return false;
  return analysis.jinja.every((item) => item.effect === 'statement' || item.effect === 'branch' || item.effect === 'loop' || (item.effect === 'expression' && PLAIN_JINJA.test(item.text)));
}

function compiledFile(context: CompareContext, node: RelationNode): string {
  return `${context.project.targetPath}/compiled/${node.package}/${node.file ?? `${node.name}.sql`}`;
}

function relationsOf(context: CompareContext, node: RelationNode): NonNullable<SqlRequest['relations']> {
  const parents = (node.dependsOn ?? []).flatMap((id) => context.project.nodes.get(id) ?? []);
  const known = parents.flatMap((parent) => {
    if (parent.relationName === undefined) return [];
    const relation = parent.kind === 'source'
      ? { kind: 'source' as const, name: parent.name, sourceName: parent.sourceName ?? '', package: parent.package }
      : { kind: 'ref' as const, name: parent.name, package: parent.package, ...(parent.version === undefined ? {} : { version: parent.version }) };
    return [{ rendered: parent.relationName, relation }];
  });
  return node.relationName === undefined ? known : [...known, { rendered: node.relationName, relation: { kind: 'this', name: 'this' } }];
}
