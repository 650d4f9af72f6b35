import { walkExpr } from './exprs';
import type { Expr, Stage } from './types';

/** Ids of the stages that a stage reads, in FROM, set operations and expressions. */
export function dependenciesOf(stage: Stage): string[] {
  const ids: string[] = [];
  if (stage.from?.target.kind === 'stage') ids.push(stage.from.target.id);
  for (const { to } of stage.joins) if (to.target.kind === 'stage') ids.push(to.target.id);
  if (stage.union) ids.push(...stage.union.branches);
  const collect = (part: Expr): void => {
    if (part.kind === 'subquery') ids.push(part.stage);
  };
  for (const { expr } of stage.columns) walkExpr(expr, collect);
  for (const { expr } of stage.filters) walkExpr(expr, collect);
  for (const { conditions } of stage.joins) for (const condition of conditions) walkExpr(condition, collect);
  for (const expr of stage.aggregate?.by ?? []) walkExpr(expr, collect);
  for (const { expr } of stage.unnests) walkExpr(expr, collect);
  return ids;
}
