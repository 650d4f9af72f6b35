import type { Attachment, Expr, Relation, Stage, StageGraph } from '../sql/types';
import { childrenOf } from '../sql/exprs';
import { uniqueName } from './names';

/** How a model's stages become the steps of a spec: what each is called, and what is not worth a step. */
export interface Plan {
  graph: StageGraph;
  /** Relation id → input alias, for the relations a spec has words for. */
  inputs: ReadonlyMap<string, string>;
  steps: readonly Stage[];
  /** Stage id → step name. */
  names: ReadonlyMap<string, string>;
  top: Stage;
  /** The name a stage or relation is attached by; undefined where a spec has none. */
  nameOf(target: Attachment['target']): string | undefined;
  /** The step a stage is told by, past stages that pass everything on. */
  stageOf(id: string): Stage | undefined;
}

const INPUTS: readonly Relation['kind'][] = ['ref', 'source', 'this'];

/** Plans the steps and input aliases of a graph. `model` names what has no name of its own. */
export function planOf(graph: StageGraph, extra: readonly Relation[], model: string): Plan | undefined {
  const byId = new Map(graph.stages.map((stage) => [stage.id, stage]));
  const top = topOf(graph, byId);
  if (!top) return undefined;
  const nameable = new Set(graph.relations.filter((relation) => INPUTS.includes(relation.kind)).map((relation) => relation.id));
  const target = (from: Attachment['target']): Attachment['target'] => {
    let at = from;
    for (let guard = 0; guard < graph.stages.length && at.kind === 'stage'; guard++) {
      const stage = byId.get(at.id);
      if (!stage?.from || stage === top || !passesOn(stage)) break;
      const below = stage.from.target;
      // A relation that a spec has no words for keeps the stage that names it.
      if (below.kind === 'relation' && !nameable.has(below.id)) break;
      at = below;
    }
    return at;
  };
  const reached = reachable(top, byId, target);
  const steps = graph.stages.filter((stage) => stage !== top && reached.has(stage.id));
  const used = new Set<string>();
  const names = new Map(steps.map((stage) => [stage.id, uniqueName(stage.name ?? anonymousName(stage, graph, byId, model), used)]));
  const relations = [...graph.relations, ...extra.filter((relation) => !graph.relations.some((own) => own.id === relation.id))];
  const imports = new Map(graph.stages.filter((stage) => stage.name !== undefined && stage !== top && passesOn(stage) && stage.from?.target.kind === 'relation').reverse().map((stage) => [stage.from?.target.id ?? '', stage.name ?? '']));
  const inputs = new Map(relations.filter((relation) => INPUTS.includes(relation.kind)).map((relation) => [relation.id, aliasFor(relation, imports.get(relation.id), used)]));
  return {
    graph,
    inputs,
    steps,
    names,
    top,
    nameOf: (written) => {
      const at = target(written);
      return at.kind === 'relation' ? inputs.get(at.id) : names.get(at.id);
    },
    stageOf: (id) => {
      const at = target({ kind: 'stage', id });
      return at.kind === 'stage' ? byId.get(at.id) : undefined;
    },
  };
}

function aliasFor(relation: Relation, wanted: string | undefined, used: Set<string>): string {
  const free = [wanted, relation.name].find((name) => name !== undefined && /^[A-Za-z_][\w$]*$/.test(name) && !used.has(name.toLowerCase()));
  if (free !== undefined) return uniqueName(free, used);
  const longer = relation.kind === 'source' ? `${relation.sourceName ?? 'source'}_${relation.name}` : `${relation.package ?? relation.name}_${relation.package === undefined ? 'input' : relation.name}`;
  return uniqueName(longer, used);
}

/** True for `select * from x` and nothing else. */
export function passesOn(stage: Stage): boolean {
  const [column] = stage.columns;
  if (!stage.from || stage.columns.length !== 1 || column?.expr.kind !== 'star' || column.name) return false;
  const star = column.expr;
  const own = star.table === undefined || star.table.text.toLowerCase() === stage.from.alias.text.toLowerCase();
  const bare = star.except.length === 0 && star.replace.length === 0 && star.rename.length === 0;
  return own && bare && stage.joins.length + stage.unnests.length + stage.filters.length + stage.opaque.length === 0 && !stage.aggregate && !stage.distinct && !stage.limit && !stage.union && !stage.recursive && !stage.when;
}

/** The last stage that does something: `select * from final` is told by `final`, where nothing else reads that. */
function topOf(graph: StageGraph, byId: ReadonlyMap<string, Stage>): Stage | undefined {
  let top = graph.stages[graph.stages.length - 1];
  for (let guard = 0; top && guard < graph.stages.length; guard++) {
    const { from } = top;
    if (!passesOn(top) || from?.target.kind !== 'stage') break;
    const below = byId.get(from.target.id);
    const readers = graph.stages.filter((stage) => stagesReadBy(stage).includes(below?.id ?? '')).length;
    if (!below || readers > 1 || below.recursive || below.when) break;
    top = below;
  }
  return top;
}

/** Ids of the stages a stage reads, in FROM, joins, set operations and expressions. */
export function stagesReadBy(stage: Stage): string[] {
  const attached = [stage.from, ...stage.joins.map((join) => join.to)].flatMap((a) => (a?.target.kind === 'stage' ? [a.target.id] : []));
  return [...attached, ...(stage.union?.branches ?? []), ...exprsOf(stage).flatMap(subqueriesIn)];
}

function exprsOf(stage: Stage): Expr[] {
  return [
    ...stage.columns.map((column) => column.expr),
    ...stage.filters.map((filter) => filter.expr),
    ...stage.joins.flatMap((join) => [...join.conditions, ...join.keys.flatMap((key) => [key.left, key.right])]),
    ...(stage.aggregate?.by ?? []),
    ...stage.unnests.map((unnest) => unnest.expr),
    ...stage.orderBy.map((key) => key.expr),
  ];
}

function subqueriesIn(expr: Expr): string[] {
  return [...(expr.kind === 'subquery' ? [expr.stage] : []), ...childrenOf(expr).flatMap(subqueriesIn)];
}

function reachable(top: Stage, byId: ReadonlyMap<string, Stage>, target: (from: Attachment['target']) => Attachment['target']): Set<string> {
  const seen = new Set<string>();
  const visit = (stage: Stage): void => {
    if (seen.has(stage.id)) return;
    seen.add(stage.id);
    for (const id of stagesReadBy(stage)) {
      const at = target({ kind: 'stage', id });
      const next = at.kind === 'stage' ? byId.get(at.id) : undefined;
      if (next) visit(next);
    }
  };
  visit(top);
  return seen;
}

/** A name for a subquery or a branch: after what it reads, or after the model. */
function anonymousName(stage: Stage, graph: StageGraph, byId: ReadonlyMap<string, Stage>, model: string): string {
  const owner = graph.stages.find((other) => other.union?.branches.includes(stage.id));
  if (owner) return `${owner.name ?? model}_${(owner.union?.branches.indexOf(stage.id) ?? 0) + 1}`;
  const from = stage.from?.target;
  const read = from?.kind === 'relation' ? graph.relations.find((relation) => relation.id === from.id)?.name : from && byId.get(from.id)?.name;
  return `${read === undefined || read === '' ? model : read}_rows`;
}
