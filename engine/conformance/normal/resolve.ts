import { foldName } from '../../project/names';
import { mapChildren } from '../../sql/exprs';
import type { Expr, JoinKey, Name, OrderKey } from '../../sql/types';
import { exprKey, normaliseExpr } from '../expr/normal';
import type { NormalContext } from './build';
import { columnsComplete, hides, type NColumn, type NJoin, type NSource, type NStage } from './types';

/** Names a source gives, folded, and whether they are all of them. */
export function outputOf(source: NSource, stages: readonly NStage[], context: NormalContext): { names: string[]; complete: boolean } {
  const fold = (name: Name | string): string => foldName(context.project.adapter, name);
  const { target } = source;
  if (target.kind === 'stage') {
    const stage = stages.find((s) => s.id === target.id);
    if (!stage) return { names: [], complete: false };
    return { names: stage.columns.flatMap((column) => (column.name ? [fold(column.name)] : [])), complete: columnsComplete(stage) };
  }
  const node = context.project.nodes.get(target.uid === 'this' ? (context.self ?? '') : target.uid);
  return { names: (node?.columns ?? []).filter((c) => node?.columnsComplete !== true || c.from === 'E4' || node.contractEnforced || node.kind === 'seed').map((c) => fold({ text: c.name, quoted: c.quoted })), complete: node?.columnsComplete === true };
}

/** Replaces stars over sources whose columns are known by those columns; other stars get the key of their source. */
export function expandStars(stage: NStage, stages: readonly NStage[], context: NormalContext): NStage {
  const fold = (name: Name | string): string => foldName(context.project.adapter, name);
  const columns = stage.columns.flatMap((column): NColumn[] => {
    const { expr } = column;
    if (expr.kind !== 'star') return [column];
    const wanted = expr.table === undefined ? undefined : fold(expr.table);
    const sources = stage.sources.filter((s) => s.join?.type !== 'semi' && s.join?.type !== 'anti').filter((s) => wanted === undefined || s.key === wanted);
    if (sources.length === 0 || stage.unnests.length > 0 || (wanted === undefined && sources.some((s) => s.join?.keys.some(isUsing)))) return [column];
    const except = new Set(expr.except.map(fold));
    const rename = new Map(expr.rename.map(({ from, to }) => [fold(from), to]));
    const replace = new Map(expr.replace.map(({ name, expr: by }) => [fold(name), by]));
    return sources.flatMap((source): NColumn[] => {
      const named = (name: Name, span = column.span): NColumn[] => {
        const key = fold(name);
        if (except.has(key)) return [];
        return [{ ...column, span, name: rename.get(key) ?? name, expr: replace.get(key) ?? { kind: 'column', table: { text: source.alias, quoted: false }, name, source: source.key } }];
      };
      const inner = source.target.kind === 'stage' ? stages.find((s) => s.id === (source.target as { id: string }).id) : undefined;
      // What a stage hides among its columns comes along with its star.
      const rest: NColumn[] = inner && hides(inner, 'columns') && !inner.columns.some((c) => c.expr.kind === 'star') ? [{ ...column, expr: { ...expr, table: { text: source.key, quoted: true } } }] : [];
      if (inner) return rest.concat(inner.columns.flatMap((c) => (c.expr.kind === 'star' ? [{ ...column, expr: { ...expr, table: { text: source.key, quoted: true } } }] : c.name ? named(c.name, c.span) : [])));
      const output = outputOf(source, stages, context);
      if (!output.complete) return [{ ...column, expr: { ...expr, table: { text: source.key, quoted: true } } }];
      const node = source.target.kind === 'relation' ? context.project.nodes.get(source.target.uid) : undefined;
      return (node?.columns ?? []).filter((c) => output.names.includes(fold({ text: c.name, quoted: c.quoted }))).flatMap((c) => named({ text: c.name, quoted: c.quoted }));
    });
  });
  return { ...stage, columns };
}

function isUsing(key: JoinKey): boolean {
  return key.left.kind === 'column' && key.left.table === undefined;
}

/** Gives every column reference the key of its source where that is certain, and sorts join conditions into keys. */
export function resolveStage(stage: NStage, stages: readonly NStage[], context: NormalContext): NStage {
  const fold = (name: Name | string): string => foldName(context.project.adapter, name);
  const outputs = new Map(stage.sources.map((source) => [source.key, outputOf(source, stages, context)]));
  const sourceOf = (name: Name): string | undefined => {
    const plain = stage.sources.filter((s) => s.join?.type !== 'semi' && s.join?.type !== 'anti');
    const only = plain[0];
    if (stage.unnests.length === 0 && plain.length === 1 && only) return only.key;
    if (stage.unnests.length > 0) return undefined;
    const having = plain.filter((s) => outputs.get(s.key)?.names.includes(fold(name)));
    const uncertain = plain.filter((s) => outputs.get(s.key)?.complete !== true && !having.includes(s));
    return having.length === 1 && uncertain.length === 0 ? having[0]?.key : undefined;
  };
  const resolve = (expr: Expr): Expr => {
    if (expr.kind !== 'column') return mapChildren(expr, resolve);
    if (expr.source !== undefined) return expr;
    const wanted = expr.table === undefined ? undefined : fold(expr.table);
    const source = wanted === undefined ? sourceOf(expr.name) : (stage.sources.find((s) => s.key === wanted)?.key ?? stage.unnests.find((u) => u.key === wanted)?.key);
    return source === undefined ? expr : { ...expr, source };
  };
  const done = (expr: Expr): Expr => normaliseExpr(resolve(expr));
  const order = (keys: OrderKey[]): OrderKey[] => keys.map((key) => ({ ...key, expr: done(key.expr) }));
  const columns = stage.columns.map((column) => ({ ...column, expr: done(column.expr) }));
  return {
    ...stage,
    sources: stage.sources.map((source) => (source.join ? { ...source, join: joinKeys(source, resolveJoin(source.join, done)) } : source)),
    unnests: stage.unnests.map((unnest) => ({ ...unnest, expr: done(unnest.expr) })),
    filters: stage.filters.map((filter) => ({ ...filter, expr: done(filter.expr) })),
    ...(stage.aggregate ? { aggregate: { ...stage.aggregate, by: stage.aggregate.by.map((by) => aliasOf(by, columns, outputs, fold) ?? done(by)) } } : {}),
    ...(stage.deduplicate ? { deduplicate: { ...stage.deduplicate, by: stage.deduplicate.by.map(done), orderBy: order(stage.deduplicate.orderBy) } } : {}),
    ...(stage.limit ? { limit: { ...stage.limit, orderBy: order(stage.limit.orderBy) } } : {}),
    columns,
  };
}

function resolveJoin(join: NJoin, done: (expr: Expr) => Expr): NJoin {
  return { ...join, keys: join.keys.map(({ left, right }) => ({ left: isUsing({ left, right }) ? left : done(left), right: done(right) })), conditions: join.conditions.map(done).flatMap((c) => (c.kind === 'op' && c.op === 'and' ? c.args : [c])) };
}

/** A grouping key that names an output column with an expression of its own means that expression. */
function aliasOf(by: Expr, columns: readonly NColumn[], outputs: ReadonlyMap<string, { names: string[]; complete: boolean }>, fold: (name: Name | string) => string): Expr | undefined {
  if (by.kind !== 'column' || by.table !== undefined) return undefined;
  const name = fold(by.name);
  if ([...outputs.values()].some((output) => output.names.includes(name))) return undefined;
  const column = columns.find((c) => c.name && fold(c.name) === name);
  return column && column.expr.kind !== 'column' && column.expr.kind !== 'star' ? column.expr : undefined;
}

/** Equalities between one column of `source` and one of what precedes it become keys, `source` at the right. */
function joinKeys(source: NSource, join: NJoin): NJoin {
  const keys = [...join.keys];
  const conditions: Expr[] = [];
  for (const condition of join.conditions) {
    const key = equality(condition, source.key);
    if (key) keys.push(key);
    else conditions.push(condition);
  }
  const unique = new Map(keys.map((key) => [`${exprKey(key.left)}=${exprKey(key.right)}`, key]));
  return { ...join, keys: [...unique.values()], conditions };
}

function equality(expr: Expr, key: string): JoinKey | undefined {
  if (expr.kind !== 'op' || expr.op !== '=') return undefined;
  const [a, b] = expr.args;
  if (!a || !b) return undefined;
  const side = (part: Expr): 'own' | 'other' | 'none' => (part.kind !== 'column' || part.source === undefined ? 'none' : part.source === key ? 'own' : 'other');
  if (side(a) === 'own' && side(b) === 'other') return { left: b, right: a };
  if (side(b) === 'own' && side(a) === 'other') return { left: a, right: b };
  return undefined;
}
