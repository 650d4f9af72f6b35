import type { Choice } from '../../jinja/context';
import type { RelationNode } from '../../project/types';
import type { Relation, StageGraph } from '../../sql/types';
import type { CompareContext } from '../context';
import { graphEnv, nodeOfRelation } from '../env';
import { analyzeNode } from '../evidence';
import { normaliseGraph, outputOf } from '../normalise';
import { typeOfColumn, type TypeFact, type TypesOfRelation } from './typeOf';

export { typeOfColumn, type TypeFact, type TypesOfRelation } from './typeOf';

/** What a relation puts out: the names of its columns, folded, with their types where those are known. */
export interface Output {
  columns: ReadonlyMap<string, TypeFact | undefined>;
  /** True where there is no other column. */
  complete: boolean;
  /** Defaults under which there is no other column either, where it takes some. */
  choices?: readonly Choice[];
}

/** Outputs by dbt's unique_id. */
export type Outputs = ReadonlyMap<string, Output>;

const NOTHING: ReadonlyMap<string, undefined> = new Map();

/** Generations of models above a model that are read. */
const MAX_GENERATIONS = 12;

/**
 * What the relations that a graph reads put out: by the catalog or a contract, else by their SQL and what it reads in turn. Reads
 * files through `context`; what cannot be read is not there.
 */
export async function outputsOf(context: CompareContext, self: RelationNode | undefined, graph: StageGraph): Promise<Outputs> {
  // Under another setting parents may put out something else.
  const known = (context.choices ? undefined : context.outputs) ?? new Map<string, Output>();
  await addOutputs(context, self, graph, self ? [self.uniqueId] : [], known);
  return known;
}

/**
 * Columns that a database has of relations of a node once they are built, by the relation's id: by the catalog or a contract, else where
 * the model's SQL names them all, with the defaults under which it does. `line` is as for `addOutputs`. Reads files through `context`.
 */
export async function builtColumns(context: CompareContext, self: RelationNode, relations: readonly Relation[], line: readonly string[]): Promise<BuiltColumns[]> {
  const known = (context.choices ? undefined : context.outputs) ?? new Map<string, Output>();
  const found: BuiltColumns[] = [];
  for (const relation of relations) {
    const node = nodeOfRelation(context.project, self, relation);
    const id = node?.uniqueId ?? '';
    // An ephemeral model is in no database.
    if (!node || line.includes(id) || line.length > MAX_GENERATIONS || node.config['materialized'] === 'ephemeral') continue;
    const output = known.get(id) ?? declared(context, node) ?? (await derived(context, node, [...line, id], known));
    if (output) known.set(id, output);
    if (output?.complete || output?.choices) found.push({ relation, names: [...output.columns.keys()], choices: output.choices ?? [] });
  }
  return found;
}

/** The columns of one relation, and what was taken for what only a run of dbt decides. */
export interface BuiltColumns {
  relation: Relation;
  names: string[];
  choices: readonly Choice[];
}

/** `line` is the way down from the model that is compared: a project whose refs run in a circle ends there. */
async function addOutputs(context: CompareContext, self: RelationNode | undefined, graph: StageGraph, line: readonly string[], known: Map<string, Output>): Promise<void> {
  for (const relation of graph.relations) {
    const node = nodeOfRelation(context.project, self, relation);
    if (!node || known.has(node.uniqueId) || line.includes(node.uniqueId)) continue;
    const found = declared(context, node) ?? (line.length > MAX_GENERATIONS ? undefined : await derived(context, node, [...line, node.uniqueId], known));
    if (found) known.set(node.uniqueId, found);
  }
}

/** What a catalog of the built relation or an enforced contract lists. */
function declared({ project }: CompareContext, node: RelationNode): Output | undefined {
  if (!node.columnsComplete) return undefined;
  const { fold } = graphEnv(project, node);
  const from = node.columns.some((column) => column.from === 'E4') ? (project.artifacts.catalog?.file ?? 'the catalog') : 'the enforced contract';
  return { complete: true, columns: new Map(node.columns.map((column) => [fold({ text: column.name, quoted: column.quoted }), column.type ? { type: column.type, sure: true, from } : undefined])) };
}

async function derived(context: CompareContext, node: RelationNode, line: readonly string[], known: Map<string, Output>): Promise<Output | undefined> {
  if (node.kind !== 'model' || node.language !== 'sql') return undefined;
  const { graph, chosen } = await analyzeNode(context, node, line);
  if (!graph || graph.stages.length === 0) return undefined;
  await addOutputs(context, node, graph, line, known);
  const normal = normaliseGraph(graph, 'model', graphEnv(context.project, node, known));
  const last = normal.stages.get(normal.last);
  if (!last) return undefined;
  const { names, complete } = outputOf(normal, normal.last);
  const choices = (chosen?.analysis.choices ?? []).filter(({ settled }) => !settled);
  const decided = choices.length === 0;
  const typesOf = typesIn(context, node, known);
  const types = names.map((name): [string, TypeFact | undefined] => {
    const fact = typeOfColumn(normal, last, name, typesOf);
    return [name, fact && { ...fact, sure: fact.sure && decided, from: `${fact.from} of ${node.name}` }];
  });
  // A table that is built run by run keeps the columns of earlier runs.
  const whole = complete && node.config['materialized'] !== 'incremental';
  return { columns: new Map(types), complete: whole && decided, ...(whole && !decided && choices.every(({ byDefault }) => byDefault) ? { choices } : {}) };
}

/** The known types of the columns of a relation that a node reads. */
export function typesIn({ project }: Pick<CompareContext, 'project'>, self: RelationNode | undefined, outputs: Outputs): TypesOfRelation {
  return (relation) => outputs.get(nodeOfRelation(project, self, relation)?.uniqueId ?? '')?.columns ?? NOTHING;
}
