import { candidateKeys, type CandidateKey } from '../project/keys';
import type { Expr } from '../sql/types';
import { exprKey } from './expr/normal';
import type { NSource, NStage } from './normal/types';
import type { Judging } from './rules/rule';

/** Candidate keys of what a model's stage reads, as column names of that source. */
export function keysOfSource(judging: Pick<Judging, 'context' | 'modelGraph'>, source: NSource): CandidateKey[] {
  const { target } = source;
  if (target.kind === 'stage') {
    const stage = judging.modelGraph?.stages.find((s) => s.id === target.id);
    return stage ? keysOfStage(judging, stage) : [];
  }
  const node = judging.context.project.nodes.get(target.uid);
  return node ? candidateKeys(node) : [];
}

/** Candidate keys of a stage's output, derived from its SQL: grouping, DISTINCT, deduplication, or a parent's key that every join keeps. */
export function keysOfStage(judging: Pick<Judging, 'context' | 'modelGraph'>, stage: NStage): CandidateKey[] {
  if (stage.opaque.length > 0 || stage.union) return stage.union?.op === 'union' ? [distinctKey(stage)] : [];
  const keyOf = (expr: Expr): string => exprKey(expr, (column) => `${column.source ?? '?'}.${column.name.text.toLowerCase()}`);
  const outputs = (expr: Expr): string | undefined => stage.columns.find((column) => keyOf(column.expr) === keyOf(expr))?.name?.text;
  const named = (exprs: readonly Expr[], from: CandidateKey['from'], text: string): CandidateKey[] => {
    const columns = exprs.map(outputs);
    return columns.every((column): column is string => column !== undefined) ? [{ columns, from, tier: 'E1', text: `${text} ${columns.join(', ')}` }] : [];
  };
  if (stage.deduplicate) return named(stage.deduplicate.by, 'deduplicate', 'the first row of each');
  if (stage.aggregate && stage.aggregate.grouping === undefined) return stage.aggregate.by.length === 0 ? [] : named(stage.aggregate.by, 'group by', 'grouped by');
  if (stage.aggregate || stage.unnests.length > 0) return [];
  const own = stage.distinct ? [distinctKey(stage)] : [];
  const base = stage.sources[0];
  if (!base || !stage.sources.slice(1).every((source) => keepsRows(judging, source))) return own;
  const parents = keysOfSource(judging, base).flatMap((key): CandidateKey[] => {
    const columns = key.columns.map((column) => stage.columns.find((c) => c.expr.kind === 'column' && c.expr.source === base.key && c.expr.name.text.toLowerCase() === column.toLowerCase())?.name?.text ?? (hasStar(stage, base) ? column : undefined));
    return columns.every((column): column is string => column !== undefined) ? [{ columns, from: 'parent key', tier: key.tier, text: `${key.text} of ${base.alias}` }] : [];
  });
  return [...own, ...parents];
}

function hasStar(stage: NStage, base: NSource): boolean {
  return stage.columns.some((c) => c.expr.kind === 'star' && (c.expr.table === undefined || c.expr.table.text === base.key) && c.expr.except.length === 0 && c.expr.rename.length === 0);
}

function distinctKey(stage: NStage): CandidateKey {
  const columns = stage.columns.flatMap((column) => (column.name ? [column.name.text] : []));
  return { columns, from: 'distinct', tier: 'E1', text: `distinct ${columns.join(', ')}` };
}

/** A join that adds no row to what precedes it: semi, anti, or to a source that is unique on the join's keys. */
function keepsRows(judging: Pick<Judging, 'context' | 'modelGraph'>, source: NSource): boolean {
  const { join } = source;
  if (!join || join.opaque) return false;
  if (join.type === 'semi' || join.type === 'anti') return true;
  if (join.type !== 'left' && join.type !== 'inner') return false;
  const columns = join.keys.flatMap((key) => (key.right.kind === 'column' ? [key.right.name.text.toLowerCase()] : []));
  return keysOfSource(judging, source).some((key) => key.columns.every((column) => columns.includes(column.toLowerCase())));
}
