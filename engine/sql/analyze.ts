import { bareContext } from '../jinja/context';
import { expandTemplate, type Expanded } from '../jinja/expand';
import { branchesWithAlternatives, withAlternatives } from './alternatives';
import type { Builder } from './builder';
import { fallbackDialects } from './dialects';
import { hideRegions } from './hide';
import { jinjaBlocks, type JinjaBlock } from './jinja';
import { lowerQuery } from './lowerQuery';
import { jinjaEffects, maskJinja, type Masked, type MaskOptions } from './mask';
import type { Ast, SqlParser, Token } from './polyglot';
import { pythonFacts } from './python';
import { knownQuery } from './knownQueries';
import { configOf, referencesOf, relationId } from './references';
import { segmentsOf, type SelectSegment } from './segments';
import type { Dialect, Relation, SqlAnalysis, SqlRequest, Stage, StageGraph } from './types';
import { isRecord } from './ast';
import { dependenciesOf } from './dependencies';
import { mergeVariants } from './variants';

/** SQL larger than this is not analysed; a person's model is never that long. */
export const MAX_SQL_LENGTH = 2 * 1024 * 1024;
const MAX_DEPTH = 400;
const QUERY_TAGS = ['select', 'union', 'intersect', 'except', 'subquery', 'values'];

interface Parsed {
  masked: Masked;
  options: MaskOptions;
  query: Ast;
  tokens: readonly Token[] | undefined;
  dialect: Dialect;
  how: string;
}

/** Analyses one model's SQL. Never throws for its input: what cannot be understood is `opaque` with the reason. */
export function analyzeSql(parser: SqlParser, request: SqlRequest): SqlAnalysis {
  const isTemplate = request.in === 'raw' && request.text.length <= MAX_SQL_LENGTH && !request.file.endsWith('.py');
  const expanded = isTemplate ? expandTemplate(request.text, request.jinja ?? bareContext(request.dialect), request.choices, (span) => knownQuery(request.text, span)) : undefined;
  if (!expanded) return analyzeText(parser, request);
  const analysis = analyzeText(parser, { ...request, text: expanded.text });
  const read = analysis.graph ? analysisBack(analysis, expanded) : analyzeText(parser, request);
  const literal = new Set(read.references.map(({ id }) => id));
  const found = { ...read, references: [...read.references, ...expanded.named.filter(({ id }) => !literal.has(id))] };
  return expanded.asked.length > 0 ? { ...found, asked: expanded.asked } : found;
}

/** An analysis of written-out text with its places in the template. */
function analysisBack(analysis: SqlAnalysis, { back, written, choices }: Expanded): SqlAnalysis {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isRecord(value)) return value;
    if (typeof value['start'] === 'number' && typeof value['end'] === 'number' && Object.keys(value).length === 2) return back({ start: value['start'], end: value['end'] });
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
  };
  const moved = visit(analysis) as SqlAnalysis;
  return { ...moved, jinja: [...moved.jinja, ...written.filter(({ text }) => /\(/.test(text)).map((item) => ({ ...item, effect: 'written' as const }))], ...(choices.length > 0 ? { choices } : {}) };
}

function analyzeText(parser: SqlParser, request: SqlRequest): SqlAnalysis {
  const { file, text } = request;
  const whole = { start: 0, end: text.length };
  const base: SqlAnalysis = { in: request.in, file, config: { values: [] }, references: [], jinja: [], parsedBy: 'none' };
  if (file.endsWith('.py')) return { ...base, ...(text.length > MAX_SQL_LENGTH ? {} : pythonFacts(text)), opaque: { reason: 'python', text: '', span: whole } };
  if (text.length > MAX_SQL_LENGTH) return { ...base, opaque: { reason: 'too-large', text: '', span: whole } };
  const blocks = request.in === 'raw' ? jinjaBlocks(text) : [];
  const known: SqlAnalysis = { ...base, config: configOf(blocks), references: referencesOf(blocks) };
  if (nesting(text) > MAX_DEPTH) return { ...known, opaque: { reason: 'unparsed', text: 'nested too deeply', span: whole } };
  const full = parseVariant(parser, request, blocks, false);
  const incremental = usesIncremental(blocks) ? parseVariant(parser, request, blocks, true) : undefined;
  const jinja = full.parsed ? jinjaEffects(full.parsed.masked) : jinjaEffects(maskJinja(text, { incremental: false, elseBranches: false }, blocks));
  if (!full.parsed) {
    const empty = full.text.trim() === '';
    return { ...known, jinja, opaque: { reason: empty ? (jinja.length > 0 ? 'macro' : 'empty') : 'unparsed', text: full.why, span: whole } };
  }
  const graph = fullGraph(parser, request, full.parsed, blocks);
  const other = incremental?.parsed ? fullGraph(parser, request, incremental.parsed, blocks) : undefined;
  return {
    ...known,
    jinja,
    graph,
    parsedBy: full.parsed.how,
    ...(other ? { incremental: mergeVariants(graph, other) } : {}),
    ...(isOnlyMacro(graph) ? { opaque: { reason: 'macro' as const, text: graph.relations[0]?.text ?? '', span: whole } } : {}),
  };
}

function usesIncremental(blocks: readonly JinjaBlock[]): boolean {
  return blocks.some((block) => block.kind === 'statement' && /\bis_incremental\(\)/.test(block.body));
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const c of text) {
    if (c === '(') deepest = Math.max(deepest, ++depth);
    else if (c === ')') depth--;
  }
  return deepest;
}

function parseVariant(parser: SqlParser, request: SqlRequest, blocks: readonly JinjaBlock[], incremental: boolean): { parsed?: Parsed; text: string; why: string } {
  const known = new Map<boolean, Masked>();
  // The first mask parses nearly always, and then nobody asks for the second.
  const maskOf = (elseBranches: boolean): Masked => {
    const masked = known.get(elseBranches) ?? (request.in === 'raw' ? maskJinja(request.text, { incremental, elseBranches }, blocks) : { text: request.text, placeholders: [], hidden: [] });
    known.set(elseBranches, masked);
    return masked;
  };
  let why = '';
  for (const dialect of [request.dialect, ...fallbackDialects(request.dialect)]) {
    for (const elseBranches of request.in === 'raw' ? [false, true] : [false]) {
      const masked = maskOf(elseBranches);
      const options = { incremental, elseBranches };
      const outcome = parser.parse(masked.text, dialect);
      if (outcome.kind === 'failed') {
        why ||= outcome.message;
        continue;
      }
      const query = outcome.statements.find(isQuery);
      if (!query) continue;
      const how = `${dialect}${options.elseBranches ? ', else branches' : ''}`;
      return { parsed: { masked, options, query, tokens: outcome.tokens, dialect, how }, text: masked.text, why: '' };
    }
  }
  return { text: maskOf(false).text, why };
}

function isQuery(statement: Ast): boolean {
  return QUERY_TAGS.some((tag) => tag in statement);
}

/** The graph of a text, with what the branches that were not read tell of its columns. */
function fullGraph(parser: SqlParser, request: SqlRequest, parsed: Parsed, blocks: readonly JinjaBlock[]): StageGraph {
  const graph = graphOf(parser, request, parsed);
  const regions = branchesWithAlternatives(parsed.masked);
  if (regions.length === 0) return graph;
  const options = { ...parsed.options, elseBranches: !parsed.options.elseBranches };
  const masked = maskJinja(request.text, options, blocks);
  const outcome = parser.parse(masked.text, parsed.dialect);
  const query = outcome.kind === 'failed' ? undefined : outcome.statements.find(isQuery);
  const tokens = outcome.kind === 'failed' ? undefined : outcome.tokens;
  return query ? withAlternatives(graph, graphOf(parser, request, { ...parsed, masked, options, query, tokens }), regions) : graph;
}

function graphOf(parser: SqlParser, request: SqlRequest, parsed: Parsed): StageGraph {
  const { masked, query, tokens, dialect } = parsed;
  const segments = segmentsOf(tokens ?? parser.tokenize(masked.text, dialect) ?? []);
  const builder: Builder = {
    template: request.text,
    placeholders: masked.placeholders,
    hidden: masked.hidden,
    segments,
    nextSegment: 0,
    relations: new Map(),
    stages: [],
    rendered: renderedNames(request),
  };
  const output = lowerQuery(builder, query, new Map());
  hideRegions(builder, masked.text, (segment) => stageAt(builder.stages, segment));
  const { live, unused } = reachable(builder.stages, output);
  const read = new Set(live.flatMap((stage) => [stage.from, ...stage.joins.map((join) => join.to)].flatMap((a) => (a?.target.kind === 'relation' ? [a.target.id] : []))));
  return {
    source: { in: request.in, file: request.file },
    relations: [...builder.relations.values()].filter((relation) => read.has(relation.id)),
    stages: live,
    unused,
  };
}

function stageAt(stages: readonly Stage[], segment: SelectSegment): Stage | undefined {
  return stages.find((stage) => stage.span.end === segment.span.end && stage.span.start <= segment.span.start && !stage.union);
}

function renderedNames(request: SqlRequest): Map<string, Relation> {
  const names = new Map<string, Relation>();
  for (const { rendered, relation } of request.relations ?? []) {
    const text = relation.kind === 'source' ? `source('${relation.sourceName ?? ''}','${relation.name}')` : `ref('${relation.name}')`;
    const full: Relation = { ...relation, id: relationId({ ...relation, text }), text, span: { start: 0, end: 0 } };
    const parts = rendered.toLowerCase().replace(/["`[\]]/g, '').split('.');
    names.set(parts.join('.'), full);
    names.set(parts.slice(-2).join('.'), full);
  }
  return names;
}

function reachable(stages: readonly Stage[], output: string): { live: Stage[]; unused: string[] } {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const stage = byId.get(id);
    if (!stage || seen.has(id)) return;
    seen.add(id);
    dependenciesOf(stage).forEach(visit);
  };
  visit(output);
  return {
    live: stages.filter((stage) => seen.has(stage.id)),
    unused: stages.filter((stage) => !seen.has(stage.id)).map((stage) => stage.name ?? stage.id),
  };
}

function isOnlyMacro(graph: StageGraph): boolean {
  return graph.relations.length > 0 && graph.relations.every((relation) => relation.kind === 'opaque');
}
