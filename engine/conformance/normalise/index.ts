import type { StageGraph } from '../../sql/types';
import { buildGraph } from './build';
import { normaliseDedupe, withoutLost } from './dedupe';
import { normaliseJoins } from './joins';
import type { GraphEnv, NGraph } from './model';
import { withReadNames } from './readNames';
import { normaliseSubqueries } from './subqueries';
import { flattenUnions } from './unions';

export * from './model';

/**
 * One form for the graph of a spec and of a model: columns resolved to what they come from, keys taken out of ON and
 * USING, RIGHT as LEFT, EXISTS and IN as semi and anti joins, row_number() = 1 and DISTINCT ON as deduplication. Stages
 * are merged later, where the other side asks for it.
 */
export function normaliseGraph(graph: StageGraph, side: 'spec' | 'model', env: GraphEnv): NGraph {
  const built = buildGraph(graph, side, env);
  if (side === 'model') withReadNames(built);
  flattenUnions(built);
  for (const id of [...built.order]) {
    const stage = built.stages.get(id);
    if (!stage) continue;
    const joined = normaliseJoins(normaliseSubqueries(built, withoutLost(built, stage)));
    built.stages.set(id, normaliseDedupe(built, joined));
  }
  return built;
}
