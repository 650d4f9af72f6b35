import { candidateKeys } from '../project';
import type { Tier } from '../project/types';
import type { Span } from '../text';
import type { Expr } from '../sql/types';
import { exprKey } from './expr/key';
import { exprText } from './expr/text';
import type { Comparison } from './comparison';
import type { ModelPlace } from './types';
import { nodeOfRelation } from './env';
import { sourcesOf, type NGraph, type NJoin, type NSource, type NStage } from './normalise/model';

/** Columns that together are unique, and why. Names are folded. An empty list means one row at the most. */
export interface ProvenKey {
  columns: string[];
  text: string;
  tier: Tier;
  /** Where the proof stands, in the analysed text or in YAML; absent where a constraint or the spec's inputs state it. */
  proof?: Span | ModelPlace;
}

interface SourceKey extends ProvenKey {
  /** Columns as `source.name`. */
  at: string[];
}

const MAX_KEYS = 8;

/** Keys of a node by its tests, constraints and configuration; names folded. */
export function declaredKeys(comparison: Comparison, node: Comparison['node']): ProvenKey[] {
  if (!node) return [];
  return candidateKeys(node).map((key) => ({ columns: key.columns.map((name) => comparison.env.fold(name)), text: key.text, tier: key.tier, ...(key.place ? { proof: { in: 'yaml' as const, file: key.place.file, range: key.place.range, text: key.text } } : {}) }));
}

/** Keys of a stage's rows that its SQL and its inputs' keys prove, by output column. */
export function stageKeys(comparison: Comparison, graph: NGraph, stage: NStage, depth = 0): ProvenKey[] {
  if (depth > 40) return [];
  if (stage.limit?.rows?.kind === 'literal' && stage.limit.rows.value === '1') return [{ columns: [], text: 'limit 1', tier: 'E1', proof: stage.limit.span }];
  if (stage.union) return stage.union.op === 'union' || stage.union.op === 'intersect' || stage.union.op === 'except' ? allColumns(stage, 'set operation without duplicates', stage.union.span) : [];
  if (stage.recursive) return [];
  if (stage.aggregate) {
    if (stage.aggregate.grouping !== undefined) return [];
    const names = stage.aggregate.by.map(({ expr }) => outputName(stage, expr));
    return names.every((name) => name !== undefined) ? [{ columns: [...new Set(names as string[])], text: stage.aggregate.by.length === 0 ? 'an aggregate over all rows' : `group by ${names.join(', ')}`, tier: 'E1', proof: stage.aggregate.span }] : [];
  }
  const rows = [...dedupeKeys(stage), ...rowKeys(comparison, graph, stage, depth)];
  const out = rows.flatMap((key): ProvenKey[] => {
    const names = key.at.map((at) => outputOfColumn(stage, at));
    return names.every((name) => name !== undefined) ? [{ columns: names as string[], text: key.text, tier: key.tier, ...(key.proof ? { proof: key.proof } : {}) }] : [];
  });
  return stage.distinct ? [...out, ...allColumns(stage, 'select distinct', stage.distinct.span)] : out;
}

function allColumns(stage: NStage, text: string, proof: Span): ProvenKey[] {
  const names = stage.columns.map((column) => column.name);
  return names.length > 0 && names.every((name) => name !== undefined) ? [{ columns: names as string[], text, tier: 'E1', proof }] : [];
}

function dedupeKeys(stage: NStage): SourceKey[] {
  if (!stage.dedupe) return [];
  const at = stage.dedupe.by.map(columnAt);
  return at.every((item) => item !== undefined) ? [{ at: at as string[], columns: [], text: `the first row per ${stage.dedupe.by.map(exprText).join(', ')}`, tier: 'E1', ...(stage.dedupe.spans[0] ? { proof: stage.dedupe.spans[0] } : {}) }] : [];
}

function columnAt(expr: Expr): string | undefined {
  return expr.kind === 'column' && expr.source !== undefined ? `${expr.source}.${expr.name.text}` : undefined;
}

function outputName(stage: NStage, expr: Expr): string | undefined {
  const key = exprKey(expr);
  const found = stage.columns.find((column) => column.name !== undefined && exprKey(column.expr) === key);
  return found?.name ?? (expr.kind === 'column' ? outputOfColumn(stage, columnAt(expr) ?? '') : undefined);
}

/** The name a source's column comes out by; undefined where it does not. */
function outputOfColumn(stage: NStage, at: string): string | undefined {
  for (const column of stage.columns) {
    if (column.name !== undefined && columnAt(column.expr) === at) return column.name;
    if (column.expr.kind !== 'star' || column.expr.rename.length > 0) continue;
    const source = sourcesOf(stage).find((candidate) => at.startsWith(`${candidate.key}.`));
    const name = source && at.slice(source.key.length + 1);
    if (name !== undefined && (column.expr.table === undefined || column.expr.table.text === source?.key) && !column.expr.except.some((item) => item.text === name)) return name;
  }
  return undefined;
}

/** Keys of the rows before grouping: the base's, carried through joins that multiply nothing. */
function rowKeys(comparison: Comparison, graph: NGraph, stage: NStage, depth: number, upTo: number = stage.joins.length): SourceKey[] {
  if (!stage.base || stage.unnests.length > 0) return [];
  let keys = sourceKeys(comparison, graph, stage.base, depth);
  for (const join of stage.joins.slice(0, upTo)) {
    if (join.type === 'semi' || join.type === 'anti') continue;
    if (join.opaque || join.type === 'right' || join.type === 'full') return [];
    const right = sourceKeys(comparison, graph, join.source, depth);
    if (right.some((key) => coveredBy(key, rightColumns(join)))) continue;
    const left = keys;
    const rightUnchanged = join.type !== 'left' && left.some((key) => coveredBy(key, leftColumns(join)));
    const products = left.flatMap((a) => right.map((b): SourceKey => ({ at: [...new Set([...a.at, ...b.at])], columns: [], text: `${a.text} and ${b.text}`, tier: a.tier < b.tier ? a.tier : b.tier, ...(a.proof ? { proof: a.proof } : {}) })));
    keys = [...(rightUnchanged ? right : []), ...products].slice(0, MAX_KEYS);
  }
  return keys;
}

function coveredBy(key: SourceKey, columns: ReadonlySet<string>): boolean {
  return key.at.every((at) => columns.has(at));
}

function rightColumns(join: NJoin): Set<string> {
  return new Set(join.keys.flatMap((key) => columnAt(key.right) ?? []));
}

function leftColumns(join: NJoin): Set<string> {
  return new Set(join.keys.flatMap((key) => columnAt(key.left) ?? []));
}

/** Keys of what a source reads: declared, asserted by the spec's inputs, or derived from the stage it is. */
function sourceKeys(comparison: Comparison, graph: NGraph, source: NSource, depth: number): SourceKey[] {
  const keys = targetKeys(comparison, graph, source, depth);
  return keys.slice(0, MAX_KEYS).map((key) => ({ ...key, at: key.columns.map((name) => `${source.key}.${name}`) }));
}

function targetKeys(comparison: Comparison, graph: NGraph, source: NSource, depth: number): ProvenKey[] {
  if (source.target.kind === 'stage') {
    const stage = graph.stages.get(source.target.id);
    return stage ? stageKeys(comparison, graph, stage, depth + 1) : [];
  }
  const relation = graph.relations.get(source.target.id);
  if (!relation) return [];
  const identity = graph.env.identity(relation);
  const asserted = [...comparison.lowered.inputs].flatMap(([fact, id]): ProvenKey[] => {
    const other = comparison.spec.relations.get(id);
    if (!fact.grain || !other || graph.env.identity(other) !== identity) return [];
    return [{ columns: fact.grain.value.map((item) => graph.env.fold(item.value)), text: `the grain that inputs states for ${relation.name}`, tier: 'E0' }];
  });
  return [...declaredKeys(comparison, nodeOfRelation(comparison.project, comparison.node, relation)), ...asserted];
}

/** Whether each side of a model's join is unique on the columns it is joined by. */
export function joinUniqueness(comparison: Comparison, graph: NGraph, stage: NStage, join: NJoin): { left?: ProvenKey; right?: ProvenKey } {
  const index = stage.joins.indexOf(join);
  const right = sourceKeys(comparison, graph, join.source, 0).find((key) => coveredBy(key, rightColumns(join)));
  const left = rowKeys(comparison, graph, stage, 0, Math.max(0, index)).find((key) => coveredBy(key, leftColumns(join)));
  return { ...(left ? { left } : {}), ...(right ? { right } : {}) };
}

/** True where two column lists are the same set. */
export function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return isSubset(a, b) && isSubset(b, a);
}

/** True where every column of the first list is in the second. */
export function isSubset(a: readonly string[], b: readonly string[]): boolean {
  const all = new Set(b);
  return a.every((name) => all.has(name));
}
