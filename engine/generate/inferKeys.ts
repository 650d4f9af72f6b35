import { nodeOfRelation } from '../conformance/env';
import { candidateKeys } from '../project/keys';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { Expr, Join, Relation, Stage } from '../sql/types';
import type { Plan } from './plan';

/** The grain a node is proven to have: the smallest declared key, else what its last stage groups or deduplicates by. */
export function provenGrain(project: ProjectIndex, node: RelationNode, plan: Plan | undefined): string[] | undefined {
  const declared = candidateKeys(node).map((key) => key.columns).sort((a, b) => a.length - b.length)[0];
  return declared ?? (plan && keyOfStage(plan.top, plan, (join) => cardinalityOf(join, plan, project, node) !== undefined));
}

/**
 * Output columns that are unique in a stage's rows by its own operations; undefined where none are proven. `isSingle` tells
 * the joins that bring one row at the most.
 */
export function keyOfStage(stage: Stage, plan: Plan, isSingle: (join: Join) => boolean = () => false, depth = 0): string[] | undefined {
  if (stage.opaque.length > 0 || stage.union || stage.unnests.length > 0 || depth > 20) return undefined;
  const by = stage.aggregate && !stage.aggregate.grouping ? stage.aggregate.by : stage.distinct && stage.distinct.on.length > 0 ? stage.distinct.on : undefined;
  if (by) {
    const names = by.map((expr) => outputName(stage, expr));
    return names.length > 0 && names.every((name): name is string => name !== undefined) ? names : undefined;
  }
  if (stage.aggregate || stage.distinct || !stage.joins.every((join) => ['semi', 'anti'].includes(join.type) || isSingle(join))) return undefined;
  const below = stage.from?.target.kind === 'stage' ? plan.stageOf(stage.from.target.id) : undefined;
  const key = below && keyOfStage(below, plan, isSingle, depth + 1);
  const carried = key?.map((name) => carriedAs(stage, name));
  return carried?.every((name): name is string => name !== undefined) ? carried : undefined;
}

function outputName(stage: Stage, expr: Expr): string | undefined {
  const wanted = textOf(expr);
  return stage.columns.find((column) => column.expr === expr || (wanted !== undefined && (textOf(column.expr) === wanted || (expr.kind === 'column' && !expr.table && column.name?.text.toLowerCase() === wanted))))?.name?.text;
}

function textOf(expr: Expr): string | undefined {
  return expr.kind === 'column' ? `${expr.table ? `${expr.table.text.toLowerCase()}.` : ''}${expr.name.text.toLowerCase()}` : undefined;
}

function carriedAs(stage: Stage, name: string): string | undefined {
  const lower = name.toLowerCase();
  const from = stage.from?.alias.text.toLowerCase();
  // Beside a join a column must say that it is that of what is read first.
  const isOwn = (table: { text: string } | undefined): boolean => (table === undefined ? stage.joins.length === 0 : table.text.toLowerCase() === from);
  for (const { name: output, expr } of stage.columns) {
    if (expr.kind === 'column' && expr.name.text.toLowerCase() === lower && isOwn(expr.table)) return output?.text;
    if (expr.kind === 'star' && (expr.table === undefined || isOwn(expr.table)) && !expr.except.some((column) => column.text.toLowerCase() === lower)) return expr.rename.find(({ from }) => from.text.toLowerCase() === lower)?.to.text ?? name;
  }
  return undefined;
}

/** `many_to_one` where a key of what is attached is among the join's columns; undefined where nothing proves it. */
export function cardinalityOf(join: Join, plan: Plan, project: ProjectIndex, node: RelationNode): string | undefined {
  if (join.opaque || !['inner', 'left'].includes(join.type)) return undefined;
  const to = join.to.alias.text.toLowerCase();
  const columns = new Set([...join.keys.map((key) => key.right), ...join.conditions.flatMap((expr) => ownSide(expr, to))].flatMap((expr) => (expr.kind === 'column' ? [expr.name.text.toLowerCase()] : [])));
  const keys = keysOfTarget(join, plan, project, node);
  return keys.some((key) => key.length > 0 && key.every((column) => columns.has(column.toLowerCase()))) ? 'many_to_one' : undefined;
}

function ownSide(expr: Expr, to: string): Expr[] {
  if (expr.kind !== 'op' || expr.op !== '=' || expr.args.length !== 2) return [];
  const own = expr.args.filter((arg) => arg.kind === 'column' && arg.table?.text.toLowerCase() === to);
  const [other] = expr.args.filter((arg) => !own.includes(arg));
  // An equality with a column of the other side, not with a value of one's own.
  return own.length === 1 && other?.kind === 'column' && other.table !== undefined ? own : [];
}

function keysOfTarget(join: Join, plan: Plan, project: ProjectIndex, node: RelationNode): string[][] {
  const { target } = join.to;
  const stage = target.kind === 'stage' ? plan.stageOf(target.id) : undefined;
  if (stage) {
    const key = keyOfStage(stage, plan);
    return key ? [key] : [];
  }
  const relation = relationBehind(target, plan);
  const found = relation && nodeOfRelation(project, node, relation);
  return found ? candidateKeys(found).map((key) => key.columns) : [];
}

function relationBehind(target: Join['to']['target'], plan: Plan): Relation | undefined {
  let at = target;
  for (let guard = 0; guard < plan.graph.stages.length && at.kind === 'stage'; guard++) {
    const { id } = at;
    const from = plan.graph.stages.find((stage) => stage.id === id)?.from;
    if (!from) return undefined;
    at = from.target;
  }
  return plan.graph.relations.find((relation) => relation.id === at.id);
}
