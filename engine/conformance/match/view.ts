import type { Expr } from '../../sql/types';
import { mapChildren, someExpr, walkExpr } from '../../sql/exprs';
import { compareExpr, type Comparison as ExprComparison } from '../expr/compare';
import { normaliseExpr } from '../expr/normalise';
import type { NColumn, NSource } from '../normalise/model';
import type { Matching, StagePair } from './pair';

/** A pair with the model's expressions in the spec's terms. */
export interface PairView {
  pair: StagePair;
  /** An expression of the model with the spec's sources and column names; what has no partner keeps the model's. */
  toSpec(expr: Expr): Expr;
  /** Model columns in the spec's terms, in order. */
  columns: NColumn[];
  /** The model's column that stands for a column of the spec, by the spec's folded name. */
  partner(name: string): NColumn | undefined;
  /** The only leftover column of the last stage that computes what a missing column of the spec does. */
  renamed(name: string): NColumn | undefined;
  /** What the spec calls a column of the model. */
  specName(name: string): string;
  compare(specExpr: Expr, modelExpr: Expr, use?: 'value' | 'filter'): ExprComparison;
}

/** Views of every pair, inner stages first: a step's columns may go by other names in the model. */
export function viewsOf(matching: Matching, top: string): Map<string, PairView> {
  const views = new Map<string, PairView>();
  const build = (id: string, seen: Set<string>): void => {
    const pair = matching.pairs.get(id);
    if (!pair || views.has(id) || seen.has(id)) return;
    seen.add(id);
    for (const { spec: source } of pair.sources) if (source.target.kind === 'stage') build(source.target.id, seen);
    pair.spec.union?.branches.forEach((branch) => build(branch, seen));
    views.set(id, viewOf(pair, views, id === top));
  };
  for (const id of matching.pairs.keys()) build(id, new Set());
  return views;
}

function viewOf(pair: StagePair, views: ReadonlyMap<string, PairView>, isTop: boolean): PairView {
  const sources = new Map<string, { key: string; rename: (name: string) => string }>();
  for (const { spec: s, model: m } of pair.sources) sources.set(m.key, { key: s.key, rename: renameOf(s, m, views) });
  pair.model.unnests.forEach((unnest, index) => {
    const partner = pair.spec.unnests.find((other) => other.alias === unnest.alias && unnest.alias !== '') ?? pair.spec.unnests[index];
    if (partner) sources.set(unnest.key, { key: partner.key, rename: (name) => (name === unnest.alias ? partner.alias : name) });
  });
  const translate = (expr: Expr): Expr => {
    if (expr.kind === 'column') {
      const source = expr.source === undefined ? undefined : sources.get(expr.source);
      if (!source) return expr;
      return { ...expr, source: source.key, name: { text: source.rename(expr.name.text), quoted: false } };
    }
    if (expr.kind === 'star' && expr.table) {
      const source = sources.get(expr.table.text);
      return source ? { ...expr, table: { text: source.key, quoted: false } } : expr;
    }
    return mapChildren(expr, translate);
  };
  const toSpec = (expr: Expr): Expr => normaliseExpr(translate(expr));
  const columns = pair.model.columns.map((column) => ({ ...column, expr: toSpec(column.expr) }));
  const named = byName(pair, columns);
  const alike = byExpression(pair, columns, named);
  const partners = isTop ? named : new Map([...named, ...alike]);
  const names = new Map([...partners].flatMap(([name, column]) => (column.name === undefined || column.name === name ? [] : [[column.name, name] as const])));
  return { pair, toSpec, columns, partner: (name) => partners.get(name), renamed: (name) => (isTop ? alike.get(name) : undefined), specName: (name) => names.get(name) ?? name, compare: comparer(pair) };
}

/** What comes from sources that neither side could pair may be the same thing by another way, so nothing of it is proved to be other. */
function comparer(pair: StagePair): PairView['compare'] {
  const specOnly = new Set(pair.specOnly.map((source) => source.key));
  const modelOnly = new Set(pair.modelOnly.map((source) => source.key));
  const reads = (expr: Expr, keys: ReadonlySet<string>): boolean => someExpr(expr, (part) => part.kind === 'column' && part.source !== undefined && keys.has(part.source));
  return (specExpr, modelExpr, use) => {
    const verdict = compareExpr(specExpr, modelExpr, use);
    if (verdict !== 'different' || specOnly.size === 0 || modelOnly.size === 0) return verdict;
    return reads(specExpr, specOnly) || reads(modelExpr, modelOnly) ? 'unknown' : verdict;
  };
}

function renameOf(s: NSource, m: NSource, views: ReadonlyMap<string, PairView>): (name: string) => string {
  const child = s.target.kind === 'stage' && m.target.kind === 'stage' ? views.get(s.target.id) : undefined;
  return child ? (name) => child.specName(name) : (name) => name;
}

function byName(pair: StagePair, columns: readonly NColumn[]): Map<string, NColumn> {
  const partners = new Map<string, NColumn>();
  for (const column of pair.spec.columns) {
    const found = column.name === undefined ? undefined : columns.find((other) => other.name === column.name);
    if (found && column.name !== undefined) partners.set(column.name, found);
  }
  return partners;
}

/** What is left pairs by what it computes. Inside the model names are nobody's business; of the last stage they are the contract. */
function byExpression(pair: StagePair, columns: readonly NColumn[], named: ReadonlyMap<string, NColumn>): Map<string, NColumn> {
  const partners = new Map<string, NColumn>();
  const taken = new Set(named.values());
  for (const column of pair.spec.columns) {
    if (column.name === undefined || named.has(column.name)) continue;
    const same = columns.filter((other) => !taken.has(other) && other.name !== undefined && compareExpr(column.expr, other.expr) === 'equal');
    if (same.length === 1 && same[0]) {
      partners.set(column.name, same[0]);
      taken.add(same[0]);
    }
  }
  return partners;
}

/** Names of the columns of an expression. */
export function columnNames(expr: Expr): Set<string> {
  const names = new Set<string>();
  walkExpr(expr, (part) => {
    if (part.kind === 'column') names.add(part.name.text);
  });
  return names;
}

/** True where a part of an expression cannot be read: Jinja, a subquery, what did not parse. */
export function isHidden(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'jinja' || part.kind === 'subquery' || (part.kind === 'other' && part.tag === 'unparsed'));
}
