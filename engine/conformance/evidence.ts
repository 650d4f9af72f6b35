import { fileChecksum } from '../project/hash';
import type { RelationNode, Tier } from '../project/types';
import type { Relation, SqlAnalysis, SqlRequest, StageGraph } from '../sql/types';
import type { CompareContext } from './context';

/** One model's SQL as analysed from the best evidence there is. */
export interface NodeAnalysis {
  analysis: SqlAnalysis;
  /** The graph compared: with incremental logic where the model has some. Absent when nothing of the query is known. */
  graph?: StageGraph;
  /** Text the graph's spans point into. */
  text: string;
  /** The raw file's text, for mapping places of compiled code back. */
  raw: string;
  file: string;
  tier: Tier;
  from: string;
  notes: string[];
  /** Every relation the model reads is known, also those in macros. */
  referencesComplete: boolean;
  references: Relation[];
}

/**
 * Chooses the evidence for a model: its raw file where nothing in it is hidden by Jinja, else its fresh compiled code,
 * else the raw file with what is hidden marked opaque.
 */
export async function analyzeNode(context: CompareContext, node: RelationNode): Promise<NodeAnalysis> {
  const { project, sql, workspace } = context;
  const file = node.file ?? `${node.name}.sql`;
  const read = node.file === undefined ? undefined : await workspace.read(node.file);
  const raw = read?.kind === 'text' ? read.text : (node.rawCode ?? '');
  const edited = node.checksum !== undefined && fileChecksum(raw) !== node.checksum;
  const rawAnalysis = await sql.analyze({ file, text: raw, in: 'raw', dialect: project.dialect });
  const fromRaw = result(rawAnalysis, raw, raw, file, 'E1', file, [], node);
  if (isTransparent(rawAnalysis)) return fromRaw;
  const { compiled } = node;
  if (compiled?.fresh === true && !edited) {
    const request: SqlRequest = { file, text: compiled.code, in: 'compiled', dialect: project.dialect, relations: renderedRelations(context, node) };
    const analysis = await sql.analyze(request);
    if (analysis.graph) {
      const from = project.artifacts.manifest?.file ?? 'compiled code';
      const withRefs = { ...analysis, references: rawAnalysis.references, config: rawAnalysis.config };
      return result(withRefs, compiled.code, raw, file, 'E3', from, incrementalNote(rawAnalysis), node);
    }
  }
  const why = compiled === undefined ? 'there is no compiled code; run `dbt compile`' : edited ? `${file} changed since the manifest was written; run \`dbt compile\`` : (compiled.stale ?? 'the compiled code could not be parsed');
  return { ...fromRaw, notes: [`parts of ${file} are written by Jinja that only dbt can render, and ${why}`] };
}

function incrementalNote(raw: SqlAnalysis): string[] {
  return raw.incremental ? ['the compiled code is one of two variants of an incremental model'] : [];
}

function result(analysis: SqlAnalysis, text: string, raw: string, file: string, tier: Tier, from: string, notes: string[], node: RelationNode): NodeAnalysis {
  const graph = analysis.incremental ?? analysis.graph;
  const hidden = analysis.jinja.some((part) => part.effect === 'query' || part.effect === 'branch' || part.effect === 'loop' || /\b(?!var|env_var|ref|source|this|config)\w+\(/.test(part.text));
  return {
    analysis,
    ...(graph ? { graph } : {}),
    text,
    raw,
    file,
    tier,
    from,
    notes,
    referencesComplete: analysis.in === 'compiled' || (!hidden && !analysis.opaque),
    references: analysis.references,
    ...(node.language === 'python' ? { notes: [...notes, 'the model is Python: its query is not analysed'] } : {}),
  };
}

/** True where the raw file alone says everything: no stage hides anything and no relation or column name is computed. */
function isTransparent(analysis: SqlAnalysis): boolean {
  if (!analysis.graph || analysis.opaque) return false;
  return [analysis.graph, ...(analysis.incremental ? [analysis.incremental] : [])].every(
    (graph) =>
      graph.relations.every((relation) => relation.kind !== 'opaque') &&
      graph.stages.every((stage) => stage.opaque.every((part) => part.reason === 'unsupported') && stage.columns.every((column) => column.name !== undefined || column.expr.kind !== 'jinja')),
  );
}

/** Rendered names of all relations. A seed and a source may share one; what the model depends on comes last and wins. */
function renderedRelations(context: CompareContext, model: RelationNode): NonNullable<SqlRequest['relations']> {
  const parents = new Set(model.dependsOn);
  const nodes = [...context.project.nodes.values()].sort((a, b) => Number(parents.has(a.uniqueId)) - Number(parents.has(b.uniqueId)));
  return nodes.flatMap((node) => {
    if (node.relationName === undefined) return [];
    const relation: Pick<Relation, 'kind' | 'package' | 'name' | 'sourceName' | 'version'> =
      node.kind === 'source'
        ? { kind: 'source', sourceName: node.sourceName ?? '', name: node.name }
        : { kind: 'ref', package: node.package, name: node.name, ...(node.version === undefined ? {} : { version: node.version }) };
    return [{ rendered: node.relationName, relation }];
  });
}
