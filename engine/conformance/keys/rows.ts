import type { Aspect, Expr } from '../../sql/types';
import { sourcesOf, knownOf, type NGraph, type NJoin, type NSource, type NStage } from '../normalise/model';
import { stageKeys } from './stage';
import type { KeysOfRelation, ProvenKey } from './types';

/** A key of the rows a stage reads, before grouping: its columns as `source.name`. */
export interface RowKey extends Omit<ProvenKey, 'columns'> {
  at: string[];
}

/** More keys than this say nothing more. */
const MAX_KEYS = 12;

/** Jinja that hides one of these may multiply rows, or group them. */
const MULTIPLIES: readonly Aspect[] = ['from', 'joins', 'unnest', 'union', 'aggregate'];

/** True where a part that is hidden may change how many rows there are. */
export function rowsHidden(stage: NStage): boolean {
  return stage.opaque.some((opaque) => opaque.aspects.some((aspect) => MULTIPLIES.includes(aspect)));
}

/** `source.name` of a resolved column; undefined for anything else. */
export function columnAt(expr: Expr): string | undefined {
  return expr.kind === 'column' && expr.source !== undefined ? `${expr.source}.${expr.name.text}` : undefined;
}

/** True for the column that `columnAt` writes so. */
export function isColumnAt(expr: Expr, at: string): boolean {
  if (expr.kind !== 'column' || expr.source === undefined) return false;
  const { source, name } = expr;
  return at.length === source.length + 1 + name.text.length && at.startsWith(source) && at[source.length] === '.' && at.endsWith(name.text);
}

/** Like `columnAt`, also for the bare names of a surrogate key macro, which belong to the only source that can have them. */
export function columnIn(graph: NGraph, stage: NStage, column: Extract<Expr, { kind: 'column' }>): string | undefined {
  if (column.source !== undefined) return columnAt(column);
  const sources = sourcesOf(stage);
  const name = graph.env.fold(column.name);
  const named = column.table && graph.env.fold(column.table);
  const fitting = named === undefined ? sources.filter((source) => sources.length === 1 || knownOf(graph, source).names.includes(name)) : sources.filter((source) => source.alias === named);
  return fitting.length === 1 ? `${fitting[0]?.key ?? ''}.${name}` : undefined;
}

/** Keys of the rows a stage reads: the base's, carried through joins. With `upTo`, of what precedes that join. */
export function rowKeys(graph: NGraph, stage: NStage, keysOf: KeysOfRelation, depth: number, upTo: number = stage.joins.length): RowKey[] {
  if (!stage.base || stage.unnests.length > 0 || rowsHidden(stage)) return [];
  const joins = stage.joins.slice(0, upTo);
  const fixed = constantsOf(stage);
  let keys = sourceKeys(graph, stage.base, keysOf, depth);
  for (const join of joins) {
    if (join.type === 'semi' || join.type === 'anti' || join.derived === 'scalar') continue;
    if (join.opaque || join.type === 'right') return [];
    keys = joinedKeys(keys, sourceKeys(graph, join.source, keysOf, depth), join);
  }
  const same = equalColumns(joins);
  if (fixed.size === 0 && same.size === 0) return keys.slice(0, MAX_KEYS);
  return keys.flatMap((key): RowKey[] => {
    const at = key.at.filter((item) => !fixed.has(item));
    return [{ ...key, at }, ...renamed({ ...key, at }, same)];
  }).slice(0, MAX_KEYS);
}

function joinedKeys(left: readonly RowKey[], right: readonly RowKey[], join: NJoin): RowKey[] {
  const onRight = rightColumns(join);
  const onLeft = leftColumns(join);
  const rightOnce = right.find((key) => isCovered(key, onRight));
  // What precedes a left join keeps its own keys or none, whatever else is unique.
  const leftOnce = join.type === 'left' ? undefined : left.find((key) => isCovered(key, onLeft));
  if (join.type === 'full') return leftOnce && rightOnce ? fullKeys(join, leftOnce, rightOnce) : [];
  const kept = rightOnce ? left.map((key) => ({ ...key, text: onceText(key, rightOnce, join) })) : [];
  const taken = leftOnce ? [...right] : [];
  if (kept.length + taken.length > 0) return [...kept, ...taken];
  return left.flatMap((a) => right.map((b): RowKey => ({ ...a, at: [...new Set([...a.at, ...b.at])], text: `${a.text} and ${b.text}`, tier: a.tier < b.tier ? a.tier : b.tier })));
}

function onceText(key: RowKey, proof: RowKey, join: NJoin): string {
  return proof.at.length === 0 ? key.text : `${key.text}, kept by the join to ${join.source.name.text} (${proof.text})`;
}

/** Where both sides are unique on the columns of a full join, so is what `coalesce` makes of each pair of them. */
function fullKeys(join: NJoin, left: RowKey, right: RowKey): RowKey[] {
  const pairs = join.keys.map((key) => [columnAt(key.left), columnAt(key.right)] as const);
  if (join.conditions.length > 0 || pairs.some(([a, b]) => a === undefined || b === undefined)) return [];
  return [{ ...left, at: pairs.map(([a, b]) => coalesced([a ?? '', b ?? ''])), text: `${left.text} and ${right.text}`, tier: left.tier < right.tier ? left.tier : right.tier }];
}

/** How `coalesce` of some columns is written among the columns of a row key. */
export function coalesced(at: readonly string[]): string {
  return `coalesce(${[...at].sort().join(',')})`;
}

/** A key by the other names that inner joins give its columns. */
function renamed(key: RowKey, same: ReadonlyMap<string, string>): RowKey[] {
  const at = key.at.map((item) => same.get(item) ?? item);
  return at.some((item, index) => item !== key.at[index]) ? [{ ...key, at: [...new Set(at)] }] : [];
}

function equalColumns(joins: readonly NJoin[]): Map<string, string> {
  const same = new Map<string, string>();
  for (const join of joins) {
    if (join.type !== 'inner') continue;
    for (const key of join.keys) {
      const [left, right] = [columnAt(key.left), columnAt(key.right)];
      if (left === undefined || right === undefined) continue;
      same.set(left, right);
      same.set(right, left);
    }
  }
  return same;
}

/** Columns that a filter of the stage holds at one value. */
function constantsOf(stage: NStage): Set<string> {
  return new Set(stage.filters.flatMap(({ expr, at, when }) => (at === 'where' && when === undefined ? (heldColumn(expr) ?? []) : [])));
}

function heldColumn(expr: Expr): string | undefined {
  if (expr.kind !== 'op' || expr.op !== '=' || expr.args.length !== 2) return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  if (b.kind === 'literal' && b.type !== 'null') return columnAt(a);
  return a.kind === 'literal' && a.type !== 'null' ? columnAt(b) : undefined;
}

function isCovered(key: RowKey, columns: ReadonlySet<string>): boolean {
  return key.at.every((at) => columns.has(at));
}

/** Columns of the joined side that a row of the left side fixes: by a key, or by a condition that holds them at one value. */
function rightColumns(join: NJoin): Set<string> {
  const held = join.conditions.flatMap((condition) => heldColumn(condition.expr) ?? []);
  return new Set([...join.keys.flatMap((key) => columnAt(key.right) ?? []), ...held]);
}

function leftColumns(join: NJoin): Set<string> {
  return new Set(join.keys.flatMap((key) => columnAt(key.left) ?? []));
}

/** Keys of what a source reads. */
export function sourceKeys(graph: NGraph, source: NSource, keysOf: KeysOfRelation, depth: number): RowKey[] {
  const keys = targetKeys(graph, source, keysOf, depth).slice(0, MAX_KEYS);
  return keys.map(({ columns, text, tier, span, place }) => ({ at: columns.map((name) => `${source.key}.${name}`), text, tier, span, place }));
}

function targetKeys(graph: NGraph, source: NSource, keysOf: KeysOfRelation, depth: number): readonly ProvenKey[] {
  if (source.target.kind === 'stage') {
    const stage = graph.stages.get(source.target.id);
    return stage ? stageKeys(graph, stage, keysOf, depth + 1) : [];
  }
  const relation = graph.relations.get(source.target.id);
  return relation ? keysOf(relation) : [];
}

/** The key by which the joined side of a join is unique on the columns it is joined by. */
export function keyOfJoined(graph: NGraph, join: NJoin, keysOf: KeysOfRelation): RowKey | undefined {
  if (join.derived === 'scalar') return undefined;
  const columns = rightColumns(join);
  return sourceKeys(graph, join.source, keysOf, 0).find((key) => isCovered(key, columns));
}

/** The key by which what precedes a join of a stage is unique on the columns that it is joined by. */
export function keyOfPreceding(graph: NGraph, stage: NStage, join: NJoin, keysOf: KeysOfRelation): RowKey | undefined {
  const columns = leftColumns(join);
  return rowKeys(graph, stage, keysOf, 0, Math.max(0, stage.joins.indexOf(join))).find((key) => isCovered(key, columns));
}
