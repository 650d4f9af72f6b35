import type { Expr, Name } from '../../sql/types';
import { mapChildren } from '../../sql/exprs';
import type { Fold } from '../expr/normalise';
import type { KnownColumns } from './model';

/** One thing columns may come from, in the order it is attached. */
export interface ScopeSource {
  key: string;
  alias: string;
  known: KnownColumns;
  /** Set for what is only asked for a match: no bare name means a column of it. */
  tested?: boolean;
}

export interface ResolveContext {
  fold: Fold;
  sources: readonly ScopeSource[];
  /**
   * `one` (SQL): a bare name is valid in one source only, so the one known to have it is meant. `all` (a spec): nobody
   * checked that, so the name is resolved only where every other source is known to lack it.
   */
  bare: 'one' | 'all';
  /** Names that USING merged: they are the first source's. */
  using?: ReadonlySet<string>;
  /** True for a name that something beside the sources may give. */
  elsewhere?: (name: string) => boolean;
  /** The expression of an output column by its name, for names that are no source column; undefined where none is. */
  alias?: (name: string, knownInSource: boolean, allKnown: boolean) => Expr | undefined;
}

/** Gives every column the key of its source where that is certain; names are folded. */
export function resolveExpr(expr: Expr, context: ResolveContext): Expr {
  if (expr.kind === 'column') return resolveColumn(expr, context);
  if (expr.kind === 'star') return resolveStar(expr, context);
  return mapChildren(expr, (child) => resolveExpr(child, context));
}

type Column = Extract<Expr, { kind: 'column' }>;

function resolveColumn(expr: Column, context: ResolveContext): Expr {
  const name = context.fold(expr.name);
  if (expr.source !== undefined) return resolved(expr, name, expr.table, expr.source);
  if (expr.table) {
    const table = context.fold(expr.table);
    const source = context.sources.find((candidate) => candidate.alias === table);
    // The qualifier stays as the mark of a column whose source was written, not worked out.
    return resolved(expr, name, plain(table), source?.key);
  }
  const { having, unknown } = sourcesWith(name, context);
  const aliased = context.alias?.(name, having.length > 0, unknown.length === 0 && context.elsewhere?.(name) !== true);
  if (aliased) return aliased;
  const first = having[0] ?? unknown[0];
  if (context.using?.has(name) && first) return resolved(expr, name, undefined, first.key);
  const candidates = context.bare === 'one' && having.length > 0 ? having.length : having.length + unknown.length;
  return resolved(expr, name, undefined, candidates === 1 ? first?.key : undefined);
}

/** The sources that are known to have a column, and those of which it is not known. */
function sourcesWith(name: string, { sources }: ResolveContext): { having: ScopeSource[]; unknown: ScopeSource[] } {
  const having: ScopeSource[] = [];
  const unknown: ScopeSource[] = [];
  for (const source of sources) {
    if (source.tested === true) continue;
    if (source.known.names.includes(name)) having.push(source);
    else if (!source.known.complete) unknown.push(source);
  }
  return { having, unknown };
}

function resolved(expr: Column, name: string, table: Name | undefined, source: string | undefined): Column {
  return { kind: 'column', table, name: plain(name), source, declared: expr.declared, span: expr.span };
}

function resolveStar(expr: Extract<Expr, { kind: 'star' }>, context: ResolveContext): Expr {
  const folded = { ...expr, except: expr.except.map((name) => plain(context.fold(name))).sort((a, b) => (a.text < b.text ? -1 : 1)) };
  if (!expr.table) return folded;
  const table = context.fold(expr.table);
  const source = context.sources.find((candidate) => candidate.alias === table);
  return { ...folded, table: plain(source?.key ?? table) };
}

/** A column whose source is certain. */
export function columnOf(source: string, name: string): Expr {
  return { kind: 'column', table: plain(source), name: plain(name), source };
}

/** An unquoted name. */
export function plain(text: string): Name {
  return { text, quoted: false };
}

/** Keys of the sources an expression's columns come from; `undefined` stands for a column that is not resolved. */
export function sourceKeysOf(expr: Expr): Set<string | undefined> {
  const keys = new Set<string | undefined>();
  const visit = (part: Expr): Expr => {
    if (part.kind === 'column') keys.add(part.source);
    return mapChildren(part, visit);
  };
  visit(expr);
  return keys;
}

/** The expression with every resolved column replaced; `undefined` from `change` keeps it. */
export function replaceColumns(expr: Expr, change: (column: Column) => Expr | undefined): Expr {
  if (expr.kind === 'column') return change(expr) ?? expr;
  return mapChildren(expr, (child) => replaceColumns(child, change));
}
