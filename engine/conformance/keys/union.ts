import type { Expr } from '../../sql/types';
import type { NGraph, NStage } from '../normalise/model';
import { allColumns, stageKeys } from './stage';
import type { KeysOfRelation, ProvenKey } from './types';

/**
 * Keys of a set operation: all its columns where it leaves no duplicates; where every branch has a key and its rows carry
 * a constant that no other branch has, that column with those keys; the first branch's keys where only its rows stay.
 */
export function unionKeys(graph: NGraph, stage: NStage, keysOf: KeysOfRelation, depth: number): ProvenKey[] {
  const { union } = stage;
  if (!union || stage.opaque.length > 0) return [];
  const whole = union.op === 'union' || union.op === 'intersect' || union.op === 'except' ? allColumns(stage, 'a set operation without duplicates', union.span) : [];
  const branches = union.branches.flatMap((id) => graph.stages.get(id) ?? []);
  const lists = branches.map((branch) => outputsOf(stage, branch, union.byName));
  if (branches.length !== union.branches.length || lists.some((list) => list === undefined)) return whole;
  const columns = lists as Output[][];
  const keys = branches.map((branch) => stageKeys(graph, branch, keysOf, depth + 1));
  if (union.op.startsWith('except') || union.op.startsWith('intersect')) return [...whole, ...renamed(keys[0] ?? [], columns[0] ?? [])];
  return [...whole, ...toldApart(columns, keys, union.span)];
}

/** An output column of a branch and what the set operation calls it. */
interface Output {
  name: string;
  own: string;
  expr: Expr;
}

/** The columns of a branch by the set operation's names; undefined where they are not all known. */
function outputsOf(stage: NStage, branch: NStage, byName: boolean): Output[] | undefined {
  if (branch.columns.some((column) => column.name === undefined) || branch.columns.length !== stage.columns.length) return undefined;
  const outputs = branch.columns.map((column, index): Output => ({ name: byName ? (column.name ?? '') : (stage.columns[index]?.name ?? ''), own: column.name ?? '', expr: column.expr }));
  return outputs.every(({ name }) => name !== '') ? outputs : undefined;
}

function renamed(keys: readonly ProvenKey[], columns: readonly Output[]): ProvenKey[] {
  return keys.map((key) => ({ ...key, columns: key.columns.map((own) => columns.find((column) => column.own === own)?.name ?? own) }));
}

function toldApart(columns: readonly Output[][], keys: readonly (readonly ProvenKey[])[], span: ProvenKey['span']): ProvenKey[] {
  const first = columns[0] ?? [];
  const firsts = keys.map((list, index) => renamed(list, columns[index] ?? [])[0]);
  if (firsts.some((key) => key === undefined)) return [];
  const own = [...new Set(firsts.flatMap((key) => key?.columns ?? []))];
  return first.flatMap(({ name }): ProvenKey[] => {
    const values = columns.map((list) => constantOf(list.find((column) => column.name === name)?.expr));
    const apart = values.every((value) => value !== undefined) && new Set(values).size === values.length;
    return apart ? [{ columns: [...new Set([name, ...own])], text: `${name} tells the branches apart, and ${firsts[0]?.text ?? ''}`, tier: 'E1', ...(span ? { span } : {}) }] : [];
  });
}

function constantOf(expr: Expr | undefined): string | undefined {
  if (expr?.kind === 'cast') return constantOf(expr.expr);
  return expr?.kind === 'literal' && expr.type !== 'null' ? `${expr.type}:${expr.value}` : undefined;
}
