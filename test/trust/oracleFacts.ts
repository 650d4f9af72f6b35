import { graphEnv } from '../../engine/conformance/env';
import { buildGraph } from '../../engine/conformance/normalise/build';
import { sourcesOf, type NStage } from '../../engine/conformance/normalise/model';
import type { ProjectIndex, RelationNode } from '../../engine/project/types';
import { walkExpr } from '../../engine/sql/exprs';
import type { Expr, Join, Relation, SqlRequest, Stage, StageGraph } from '../../engine/sql/types';

/** What both readers say of one query, as texts that can be compared. `columns` is in order, the others are bags. */
export interface OracleFacts {
  inputs: string[];
  joins: string[];
  groups: string[];
  columns: string[];
}

export const ASPECTS = ['inputs', 'joins', 'groups', 'columns'] as const;

/** The facts of a stage graph in the words that oracle.py uses. `relations` are the ones the graph was made with. */
export function factsOfGraph(graph: StageGraph, project: ProjectIndex, node: RelationNode, relations: NonNullable<SqlRequest['relations']>): OracleFacts {
  return {
    inputs: [...new Set(graph.relations.flatMap((relation) => pathOf(relation, relations) ?? []))].sort(),
    joins: graph.stages.flatMap((stage) => stage.joins.flatMap((join) => joinText(join, graph))).sort(),
    groups: graph.stages.flatMap((stage) => groupText(stage) ?? []).sort(),
    columns: outputsOf(graph, project, node),
  };
}

/** A rendered relation name as both readers write it. */
export function pathText(rendered: string): string {
  return rendered.replace(/["`[\]]/g, '').toLowerCase();
}

function pathOf(relation: Relation, relations: NonNullable<SqlRequest['relations']>): string | undefined {
  if (relation.kind === 'function' || relation.kind === 'values') return undefined;
  if (relation.kind === 'name') return pathText(relation.name);
  const found = relations.find(({ relation: other }) => other.kind === relation.kind && other.name === relation.name && other.sourceName === relation.sourceName && other.version === relation.version && (relation.package === undefined || other.package === relation.package));
  return found ? pathText(found.rendered) : `__dbt__cte__${relation.name}`.toLowerCase();
}

function joinText(join: Join, graph: StageGraph): string[] {
  const target = graph.relations.find(({ id }) => join.to.target.kind === 'relation' && id === join.to.target.id);
  if (target?.kind === 'function') return [];
  const keys = join.keys.map(({ left }) => (left.kind === 'column' ? `${left.name.text}=${left.name.text}`.toLowerCase() : '?'));
  const rest: string[] = [];
  for (const condition of join.conditions) {
    const [a, b] = condition.kind === 'op' && condition.op === '=' ? condition.args : [];
    if (a?.kind === 'column' && b?.kind === 'column') keys.push([columnText(a), columnText(b)].sort().join('='));
    else rest.push(columnsText(condition));
  }
  return [`${join.type} ${join.to.alias.text.toLowerCase()} on ${keys.sort().join(', ')} + ${rest.sort().join('; ')}`];
}

function groupText({ aggregate }: Stage): string | undefined {
  if (!aggregate) return undefined;
  return `(${aggregate.by.map(expressionText).sort().join(', ')})`;
}

function expressionText(expr: Expr): string {
  if (expr.kind === 'column') return columnText(expr);
  if (expr.kind === 'literal') return `'${expr.value}'`;
  return columnsText(expr);
}

function columnsText(expr: Expr): string {
  const found: string[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'column') found.push(columnText(part));
  });
  return `[${found.sort().join(' ')}]`;
}

function columnText({ table, name }: Extract<Expr, { kind: 'column' }>): string {
  return (table ? `${table.text}.${name.text}` : name.text).toLowerCase();
}

/** Output columns with stars expanded; `*` for a relation whose columns are not known. */
function outputsOf(graph: StageGraph, project: ProjectIndex, node: RelationNode): string[] {
  const built = buildGraph(graph, 'model', graphEnv(project, node));
  const columnsOf = (id: string): string[] => {
    const stage = built.stages.get(id);
    return stage === undefined ? ['*'] : stage.columns.flatMap(({ expr, name }) => (expr.kind === 'star' ? belowStar(expr, stage) : [name ?? '']));
  };
  // The comparison keeps a star over a stage that is not wholly known; the names known beside it are in the graph all the same.
  const belowStar = (star: Extract<Expr, { kind: 'star' }>, stage: NStage): string[] => {
    const source = sourcesOf(stage).find(({ key }) => key === star.table?.text);
    if (source?.target.kind !== 'stage') return ['*'];
    const except = new Set(star.except.map(({ text }) => text));
    const renamed = new Map(star.rename.map(({ from, to }) => [from.text, to.text]));
    return columnsOf(source.target.id).filter((name) => !except.has(name)).map((name) => renamed.get(name) ?? name);
  };
  return columnsOf(built.last).map((name) => name.toLowerCase());
}
