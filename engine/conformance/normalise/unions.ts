import { isProjection } from './inline';
import type { NGraph, NStage } from './model';

const FLAT = new Set(['union', 'union_all']);

/** `(a union all b) union all c`, in whatever stages it is written, puts three branches together. */
export function flattenUnions(graph: NGraph): void {
  for (const id of graph.order) {
    const stage = graph.stages.get(id);
    if (!stage?.union || !FLAT.has(stage.union.op) || stage.recursive) continue;
    const { union } = stage;
    const merged: string[] = [];
    const branches = union.branches.flatMap((branch) => {
      const inner = sameUnion(graph, branch, union);
      if (!inner) return [branch];
      merged.push(...inner.through);
      return inner.branches;
    });
    if (merged.length > 0) graph.stages.set(id, { ...stage, merged: [...stage.merged, ...merged], union: { ...union, branches } });
  }
}

/** The branches of a set operation of the same kind that a branch is or passes on unchanged, and the stages between. */
function sameUnion(graph: NGraph, id: string, union: NonNullable<NStage['union']>): { branches: string[]; through: string[] } | undefined {
  const through: string[] = [];
  for (let at = graph.stages.get(id); at && !through.includes(at.id); ) {
    through.push(at.id);
    if (at.union) {
      const plain = at.union.op === union.op && at.union.byName === union.byName && !at.recursive && !at.limit && at.filters.length === 0 && at.opaque.length === 0 && !at.dedupe && !at.distinct;
      return plain ? { branches: at.union.branches, through: [...through, ...at.merged] } : undefined;
    }
    at = passesAll(graph, at);
  }
  return undefined;
}

/** The stage of which a stage passes every column on as it is. */
function passesAll(graph: NGraph, stage: NStage): NStage | undefined {
  if (!isProjection(stage) || stage.base?.target.kind !== 'stage' || stage.orderBy.length > 0) return undefined;
  const below = graph.stages.get(stage.base.target.id);
  const { columns } = stage;
  const [first] = columns;
  const isStar = columns.length === 1 && first?.expr.kind === 'star' && first.expr.except.length + first.expr.rename.length + first.expr.replace.length === 0;
  const same = below && below.columns.length === columns.length && columns.every(({ name, expr }, index) => expr.kind === 'column' && expr.name.text === name && below.columns[index]?.name === name);
  return isStar || same ? below : undefined;
}
