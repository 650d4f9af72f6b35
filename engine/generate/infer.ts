import { createTwoFilesPatch } from 'diff';
import type { CompareContext } from '../conformance/context';
import { analyzeNode, type NodeAnalysis } from '../conformance/evidence';
import { keysOfSource, keysOfStage } from '../conformance/keys';
import { normaliseGraph } from '../conformance/normal/build';
import type { NGraph, NStage } from '../conformance/normal/types';
import { exprKey, normaliseExpr } from '../conformance/expr/normal';
import { candidateKeys } from '../project/keys';
import { resolveRef } from '../project/lookup';
import type { DataTest, RelationNode } from '../project/types';
import { specPathFor } from '../spec/config';
import { renderSpec } from '../spec/render';
import type { SpecDocument } from '../spec/types';
import type { Dialect, Expr, SqlService } from '../sql/types';
import type { Span } from '../text';
import { sameTypeFamily } from '../conformance/rules/types';
import { exprText } from './exprText';
import { sliceText } from './sliceText';
import { stageData } from './inferStage';
import { mergeSpec } from './merge';
import { slug, uniqueId, uniqueName } from './names';

/** A proposed spec file: its path, its whole text, the difference to the existing one, and what it asks. */
export interface Proposal {
  path: string;
  text: string;
  diff: string;
  openQuestions: string[];
}

/** Drafts the technical spec of an existing model from its SQL, tests and configuration. Business questions stay questions. */
export async function inferTechnical(context: CompareContext, input: { node: RelationNode; existing?: SpecDocument }): Promise<Proposal> {
  const { node, existing } = input;
  const path = existing?.path ?? specPathFor(context.config, context.project, { name: node.name, node }, 'technical');
  const data = await inferData(context, node);
  return proposalOf(path, renderSpec('technical', data), existing, questionsOf(data));
}

/** A rendered spec as a proposal: merged into the existing file where there is one. */
export function proposalOf(path: string, rendered: string, existing: SpecDocument | undefined, openQuestions: string[]): Proposal {
  const text = existing ? mergeSpec(existing, rendered).text : rendered;
  const diff = createTwoFilesPatch(existing ? path : '/dev/null', path, existing?.text ?? '', text, '', '', { context: 2 });
  return { path, text, diff, openQuestions };
}

function questionsOf(data: Readonly<Record<string, unknown>>): string[] {
  const list = data['open_questions'];
  return Array.isArray(list) ? list.map((item: { question?: unknown }) => String(item.question ?? '')) : [];
}

/** The inferred spec as plain data in the shape of the template. */
export async function inferData(context: CompareContext, node: RelationNode): Promise<Record<string, unknown>> {
  const analysis = await analyzeNode(context, node);
  const graph = analysis.graph ? normaliseGraph(analysis.graph, { project: context.project, self: node.uniqueId }) : undefined;
  const inputs = inputsOf(context, node, analysis, graph);
  const ids = new Set<string>();
  const head = { spec: 'technical/v1', model: modelName(context, node) };
  const tail = { tests: testsOf(node, ids), materialization: materializationOf(node, analysis), open_questions: questions(node) };
  if (!graph || graph.stages.length === 0) {
    const text = analysis.raw.replace(/\s+/g, ' ').trim();
    const opaque = node.language === 'python' || text === '' ? {} : { opaque: [{ text: analysis.raw.trim().slice(0, 2000), reason: 'its SQL cannot be read without dbt' }] };
    return { ...head, inputs: inputs.data, ...opaque, ...tail };
  }
  const spelled = await spellings(context.sql, context.project.dialect, graph, analysis.text);
  const stages = namedStages(graph, new Set(inputs.aliases.values()));
  const judged = { context, modelGraph: graph };
  const stageContext = {
    dialect: context.project.dialect, graph, inputs: inputs.aliases, steps: stages.names, text: analysis.text, ids, spelled,
    cardinality: (source: NStage['sources'][number]) => {
      const columns = source.join?.keys.flatMap((key) => (key.right.kind === 'column' ? [key.right.name.text.toLowerCase()] : [])) ?? [];
      return keysOfSource(judged, source).some((key) => key.columns.every((c) => columns.includes(c.toLowerCase()))) ? 'many_to_one' : undefined;
    },
  };
  const last = graph.stages[graph.stages.length - 1] as NStage;
  const steps = stages.steps.map((stage) => ({ name: stages.names.get(stage.id), ...stageData(stage, stageContext), ...(stage.when ? { when: stage.when } : {}) }));
  const top = stageData(last, stageContext);
  const grain = provenGrain(node, keysOfStage(judged, last).map((key) => key.columns));
  return {
    ...head,
    ...(grain ? { grain } : {}),
    inputs: inputs.data,
    steps,
    ...top,
    ...(Array.isArray(top['columns']) ? { columns: withTypes(top['columns'] as Record<string, unknown>[], node) } : {}),
    ...tail,
  };
}

function modelName(context: CompareContext, node: RelationNode): string {
  const twins = [...context.project.nodes.values()].filter((other) => other.name === node.name && other.kind !== 'source' && other.version === node.version && (other.kind === 'model' || other.kind === 'snapshot'));
  const qualified = node.package === context.project.name || twins.length <= 1 ? node.name : `${node.package}.${node.name}`;
  return node.version === undefined ? qualified : `${qualified}.v${node.version}`;
}

function provenGrain(node: RelationNode, derived: readonly string[][]): string[] | undefined {
  return candidateKeys(node)[0]?.columns ?? derived.find((key) => key.length > 0 && key.length <= 6);
}

function inputsOf(context: CompareContext, node: RelationNode, analysis: NodeAnalysis, graph: NGraph | undefined): { data: Record<string, unknown>[]; aliases: Map<string, string> } {
  const aliases = new Map<string, string>();
  const used = new Set<string>();
  const data: Record<string, unknown>[] = [];
  const { project } = context;
  const add = (uid: string, when?: string): void => {
    if (aliases.has(uid)) return;
    const target = uid === 'this' ? node : project.nodes.get(uid);
    const match = /^(ref|source):(.+)$/.exec(uid);
    const name = target?.name ?? match?.[2]?.split('.').pop();
    if (name === undefined) return;
    const alias = uniqueName(uid === 'this' ? 'this_model' : name, used);
    aliases.set(uid, alias);
    const ambiguous = target && target.kind !== 'source' && resolveRef(project, { name: target.name }).kind !== 'one';
    const reference =
      uid === 'this' ? { this: true }
        : target?.kind === 'source' ? { source: `${target.sourceName ?? ''}.${target.name}` }
          : match?.[1] === 'source' ? { source: match[2] }
            : target?.version !== undefined || ambiguous ? { ref: { ...(ambiguous ? { package: target.package } : {}), name, ...(target?.version === undefined ? {} : { version: target.version }) } }
              : { ref: name };
    data.push({ ...reference, ...(alias === name && uid !== 'this' ? {} : { as: alias }), ...(when === undefined ? {} : { when }) });
  };
  for (const relation of graph?.relations ?? []) if (/^(model|seed|snapshot|source|ref|this)\b/.test(relation.uid)) add(relation.uid, relation.relation.when);
  const read = analysis.references.flatMap((reference) => {
    if (reference.kind === 'this') return [];
    const found = [...project.nodes.values()].find((n) => (reference.kind === 'source' ? n.kind === 'source' && n.sourceName === reference.sourceName && n.name === reference.name : n.kind !== 'source' && resolvesTo(context, reference, n)));
    return found ? [found.uniqueId] : [];
  });
  // A fresh manifest knows which branches dbt took; the raw file alone names the refs of all of them.
  const resolved = node.compiled?.fresh === true ? node.dependsOn : undefined;
  for (const uid of resolved ?? read) if (project.nodes.has(uid)) add(uid === node.uniqueId ? 'this' : uid);
  return { data, aliases };
}

function resolvesTo(context: CompareContext, reference: { package?: string; name: string; version?: string }, node: RelationNode): boolean {
  if (reference.name !== node.name) return false;
  const found = resolveRef(context.project, reference);
  return found.kind === 'one' && found.node.uniqueId === node.uniqueId;
}

function namedStages(graph: NGraph, used: Set<string>): { steps: NStage[]; names: Map<string, string> } {
  const last = graph.stages[graph.stages.length - 1];
  const reached = new Set<string>();
  const visit = (stage: NStage | undefined): void => {
    if (!stage || reached.has(stage.id)) return;
    reached.add(stage.id);
    const next = [...stage.sources.flatMap((s) => (s.target.kind === 'stage' ? [s.target.id] : [])), ...(stage.union?.branches ?? [])];
    next.forEach((id) => visit(graph.stages.find((s) => s.id === id)));
  };
  visit(last);
  const steps = graph.stages.filter((stage) => stage !== last && reached.has(stage.id));
  const lower = new Set([...used].map((name) => name.toLowerCase()));
  return { steps, names: new Map(steps.map((stage) => [stage.id, uniqueName(stage.name === undefined ? 'step' : stage.name, lower)])) };
}

/** How an expression of the model can be written so that it means the same when it is read back. */
type Spelling = 'written' | 'slice';

/**
 * The spelling of each expression of the graph that survives being read back: our own, else the model's text. An
 * expression with none is left to `opaque`, since the spec would say another thing than the model.
 */
async function spellings(sql: SqlService, dialect: Dialect, graph: NGraph, source: string): Promise<Map<Expr, Spelling>> {
  const candidates = graph.stages.flatMap((stage): { expr: Expr; span?: Span }[] => [
    ...stage.columns.map((c) => ({ expr: c.expr, span: c.span })),
    ...stage.filters.map((f) => ({ expr: f.expr, span: f.span })),
    ...[...(stage.aggregate?.by ?? []), ...stage.sources.flatMap((s) => [...(s.join?.conditions ?? []), ...(s.join?.keys.flatMap((k) => [k.left, k.right]) ?? [])])].map((expr) => ({ expr })),
    ...[...(stage.deduplicate?.by ?? []), ...(stage.deduplicate?.orderBy ?? []).map((o) => o.expr), ...(stage.limit?.orderBy ?? []).map((o) => o.expr), ...(stage.limit?.rows ? [stage.limit.rows] : []), ...stage.unnests.map((u) => u.expr)].map((expr) => ({ expr })),
  ]);
  const tries = candidates.flatMap(({ expr, span }) => {
    const written = exprText(expr, dialect, () => undefined);
    const slice = span && sliceText(expr, span, source, dialect, () => undefined);
    return [...(written === undefined ? [] : [{ expr, text: written, spelling: 'written' as const }]), ...(slice === undefined ? [] : [{ expr, text: slice, spelling: 'slice' as const }])];
  });
  const parsed = await sql.expressions(dialect, tries.map(({ text }) => text));
  const found = new Map<Expr, Spelling>();
  tries.forEach(({ expr, spelling }, index) => {
    const back = parsed[index];
    if (!found.has(expr) && back?.kind === 'ok' && exprKey(normaliseExpr(back.expr)) === exprKey(normaliseExpr(expr))) found.set(expr, spelling);
  });
  return found;
}

function testsOf(node: RelationNode, ids: Set<string>): Record<string, unknown>[] {
  const data = node.tests.filter((test) => test.enabled).map((test) => testData(test, ids));
  const unit = node.unitTests.length > 0 ? [{ id: uniqueId('T', 'unit', ids), test: 'unit' }] : [];
  return [...data, ...unit];
}

function testData(test: DataTest, ids: Set<string>): Record<string, unknown> {
  const args = Object.fromEntries(Object.entries(test.arguments).filter(([, value]) => value !== null && !JSON.stringify(value).includes('{{')));
  return {
    id: uniqueId('T', slug(`${test.test.split('.').pop() ?? ''}-${test.column ?? ''}`), ids),
    test: test.test,
    ...(test.column === undefined ? {} : { column: test.column }),
    ...(Object.keys(args).length > 0 ? { arguments: args } : {}),
    ...(test.severity === 'warn' ? { severity: 'warn' } : {}),
  };
}

function materializationOf(node: RelationNode, analysis: NodeAnalysis): Record<string, unknown> | undefined {
  const literal = (key: string): unknown => {
    const found = analysis.analysis.config.values.find((value) => value.key === key);
    if (found) return found.value.kind === 'literal' ? found.value.value : node.config[key];
    return node.config[key];
  };
  const type = literal('materialized');
  if (typeof type !== 'string' || type.includes('{{')) return undefined;
  const key = literal('unique_key');
  const strategy = literal(node.kind === 'snapshot' ? 'strategy' : 'incremental_strategy');
  const keyed = type === 'incremental' || type === 'snapshot';
  return {
    type,
    ...(keyed && (typeof key === 'string' || (Array.isArray(key) && key.length > 0)) && !JSON.stringify(key).includes('{{') ? { unique_key: key } : {}),
    ...(keyed && typeof strategy === 'string' && !strategy.includes('{{') ? { strategy } : {}),
  };
}

function withTypes(columns: readonly Record<string, unknown>[], node: RelationNode): Record<string, unknown>[] {
  if (!node.columnsComplete) return [...columns];
  return columns.map((column) => {
    const type = node.columns.find((c) => c.from === 'E4' && c.name.toLowerCase() === String(column['name'] ?? '').toLowerCase())?.type;
    if (type === undefined || sameTypeFamily(type, type) !== true) return column;
    const { name, ...rest } = column;
    return { name, type: type.toLowerCase(), ...rest };
  });
}

function questions(node: RelationNode): Record<string, unknown>[] {
  return [
    { id: 'Q-question', question: `Which business question does ${node.name} answer, and for whom?` },
    { id: 'Q-edge-cases', question: 'Which of its filters, joins and fallbacks are business rules, and who decided them?' },
  ];
}
