import type { Expr } from '../../sql/types';
import { hasAggregate, hasWindow, mapChildren, someExpr, walkExpr } from '../../sql/exprs';
import { compareBeside } from '../expr/beside';
import { compareExpr, type ColumnFacts, type Comparison as ExprComparison } from '../expr/compare';
import { jinjaIn } from '../expr/jinja';
import { exprKey } from '../expr/key';
import { normaliseExpr } from '../expr/normalise';
import type { NColumn, NSource } from '../normalise/model';
import { columnOf, plain, replaceColumns, sourceKeysOf } from '../normalise/resolve';
import { byExpression, byName, byUse, usesOf, type Reader } from './columns';
import type { Matching, StagePair } from './pair';

/** A pair with the model's expressions in the spec's terms. */
export interface PairView {
  pair: StagePair;
  /** An expression of the model with the spec's sources and column names; what has no partner keeps the model's. */
  toSpec(expr: Expr): Expr;
  /** The same with what the steps below compute, where the spec leaves open what these put out. */
  lifted(expr: Expr): Expr;
  /** Model columns in the spec's terms, in order. */
  columns: NColumn[];
  /** The model's column that stands for a column of the spec, by the spec's folded name. */
  partner(name: string): NColumn | undefined;
  /** The only leftover column of the last stage that computes what a missing column of the spec does. */
  renamed(name: string): NColumn | undefined;
  /** What the spec calls a column of the model. */
  specName(name: string): string;
  compare(specExpr: Expr, modelExpr: Expr, use?: 'value' | 'filter'): ExprComparison;
  /** The same for expressions of which parts are hidden: what it proves holds whatever they are. */
  compareBeside(specExpr: Expr, modelExpr: Expr): ExprComparison;
}

/** What a project says of the columns that a source of the spec reads; names are folded. */
export interface SourceFacts {
  dialect: string;
  /** Those that a constraint or a test says are never null. */
  neverNull(source: NSource): ReadonlySet<string>;
  typeOf(source: NSource, name: string): string | undefined;
}

const NOTHING_KNOWN: SourceFacts = { dialect: '', neverNull: () => new Set(), typeOf: () => undefined };

/** Views of every pair, inner stages first: a step's columns may go by other names in the model. */
export function viewsOf(matching: Matching, top: string, known: SourceFacts = NOTHING_KNOWN): Map<string, PairView> {
  const views = new Map<string, PairView>();
  const readers = readersOf(matching);
  const build = (id: string, seen: Set<string>): void => {
    const pair = matching.pairs.get(id);
    if (!pair || views.has(id) || seen.has(id)) return;
    seen.add(id);
    for (const { spec: source } of pair.sources) if (source.target.kind === 'stage') build(source.target.id, seen);
    pair.spec.union?.branches.forEach((branch) => build(branch, seen));
    views.set(id, viewOf(pair, views, readers.get(id) ?? [], id === top, known));
  };
  for (const id of matching.pairs.keys()) build(id, new Set());
  return views;
}

function readersOf(matching: Matching): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>();
  for (const pair of matching.pairs.values()) {
    for (const { spec, model } of pair.sources) {
      if (spec.target.kind !== 'stage' || model.target.kind !== 'stage') continue;
      readers.set(spec.target.id, [...(readers.get(spec.target.id) ?? []), { pair, spec: spec.key, model: model.key }]);
    }
  }
  return readers;
}

function viewOf(pair: StagePair, views: ReadonlyMap<string, PairView>, readers: readonly Reader[], isTop: boolean, known: SourceFacts): PairView {
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
      const name = source.rename(expr.name.text);
      return { kind: 'column', table: expr.table, name: name === expr.name.text && !expr.name.quoted ? expr.name : plain(name), source: source.key, declared: expr.declared, span: expr.span };
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
  if (!isTop) for (const [name, column] of byUse(pair, columns, partners, () => usesOf(readers))) partners.set(name, column);
  const names = new Map<string, string>();
  for (const [name, column] of partners) if (column.name !== undefined && column.name !== name) names.set(column.name, name);
  const below = pairsBelow(pair, views);
  const lifted = liftOf(below);
  const grounds = lazily(() => groundsOf(pair, below, known, toSpec));
  return {
    pair,
    toSpec,
    lifted,
    columns,
    partner: (name) => partners.get(name),
    renamed: (name) => (isTop ? alike.get(name) : undefined),
    specName: (name) => names.get(name) ?? name,
    compare: comparer(grounds, lifted, compareExpr),
    compareBeside: comparer(grounds, lifted, compareBeside),
  };
}

/** What is made when it is first asked for: most pairs differ in nothing, and nothing of them has to be proved. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Views of the steps that a pair reads, by the key of the spec's source. */
function pairsBelow(pair: StagePair, views: ReadonlyMap<string, PairView>): Map<string, PairView> {
  const children = new Map<string, PairView>();
  for (const { spec: s, model: m } of pair.sources) {
    const child = s.target.kind === 'stage' && m.target.kind === 'stage' ? views.get(s.target.id) : undefined;
    if (child) children.set(s.key, child);
  }
  return children;
}

/**
 * The model may compute in a step what the spec computes above it: columns of the model's stage that stand for none the
 * spec lists are replaced by what they are made of, in terms of what the step puts out.
 */
function liftOf(children: ReadonlyMap<string, PairView>): (expr: Expr) => Expr {
  if (children.size === 0) return (expr) => expr;
  return (expr) => normaliseExpr(replaceColumns(expr, (column) => {
    const child = column.source === undefined ? undefined : children.get(column.source);
    return child && column.source !== undefined ? passedUp(child, column.source, column.name.text) : undefined;
  }));
}

/** What a column of a step is in terms of the columns the step puts out; undefined where that is the column itself or cannot be said. */
function passedUp(child: PairView, key: string, name: string): Expr | undefined {
  const { spec } = child.pair;
  if (spec.columns.some((column) => column.name === name && !column.expanded)) return undefined;
  const made = child.columns.find((column) => column.name === name);
  if (!made || made.expr.kind === 'star') return undefined;
  const known = new Map(spec.columns.flatMap((column) => {
    const partner = column.name === undefined ? undefined : child.partner(column.name);
    return column.name === undefined ? [] : [[exprKey(column.expr), column.name] as const, ...(partner && partner.expr.kind !== 'column' ? [[exprKey(partner.expr), column.name] as const] : [])];
  }));
  let followed = true;
  const up = (expr: Expr): Expr => {
    const own = known.get(exprKey(expr));
    if (own !== undefined) return columnOf(key, own);
    if (expr.kind === 'column') {
      const passes = spec.columns.some(({ expr: star }) => star.kind === 'star' && (star.table === undefined || star.table.text === expr.source) && !star.except.some((item) => item.text === expr.name.text) && star.rename.length === 0);
      if (passes && expr.source !== undefined) return columnOf(key, expr.name.text);
      followed = false;
    }
    if (expr.kind === 'call' && (expr.aggregate || expr.over)) followed = false;
    return mapChildren(expr, up);
  };
  const lifted = up(made.expr);
  return followed ? lifted : undefined;
}

/** What the proof of a difference between two expressions of a pair rests on. */
interface Grounds {
  facts: ColumnFacts;
  /** True for two expressions that are no proof: what they read may be the same thing by another way. */
  isOpen(specExpr: Expr, modelExpr: Expr): boolean;
  /** The expressions with their bare names as output columns of their stage. */
  ownAliases: AliasReader;
  foundAliases: AliasReader;
}

/**
 * What comes from sources or columns that neither side could pair may be the same thing by another way, so nothing of it is
 * proved to be other.
 */
function groundsOf(pair: StagePair, below: ReadonlyMap<string, PairView>, known: SourceFacts, toSpec: (expr: Expr) => Expr): Grounds {
  const specOnly = new Set(pair.specOnly.map((source) => source.key));
  const modelOnly = new Set(pair.modelOnly.map((source) => source.key));
  const strays = straysOf(below);
  const reads = (expr: Expr, keys: ReadonlySet<string>): boolean => someExpr(expr, (part) => part.kind === 'column' && part.source !== undefined && keys.has(part.source));
  const readsStray = (expr: Expr, side: 'spec' | 'model'): boolean => someExpr(expr, (part) => part.kind === 'column' && part.source !== undefined && strays.get(part.source)?.[side].has(part.name.text) === true);
  return {
    facts: columnFactsOf(pair, known),
    isOpen: (specExpr, modelExpr) =>
      (specOnly.size > 0 && modelOnly.size > 0 && (reads(specExpr, specOnly) || reads(modelExpr, modelOnly))) || (readsStray(specExpr, 'spec') && readsStray(modelExpr, 'model')),
    ownAliases: aliasReader(pair.spec.laterals, (expr) => expr),
    foundAliases: aliasReader(pair.model.laterals, toSpec),
  };
}

function columnFactsOf(pair: StagePair, known: SourceFacts): ColumnFacts {
  const outer = outerOf(pair);
  const steady = steadyOf(pair);
  const filled = new Map(pair.sources.filter(({ spec }) => steady.has(spec.key)).map(({ spec }) => [spec.key, known.neverNull(spec)]));
  const sources = new Map(pair.sources.map(({ spec }) => [spec.key, spec]));
  const isIn = (keys: ReadonlySet<string>) => (column: Expr): boolean => column.kind === 'column' && column.source !== undefined && keys.has(column.source);
  return {
    mayBeNull: isIn(outer),
    isOwnNull: isIn(steady),
    neverNull: (column) => column.kind === 'column' && filled.get(column.source ?? '')?.has(column.name.text) === true,
    dialect: known.dialect,
    typeOf: (column) => {
      const source = column.kind === 'column' ? sources.get(column.source ?? '') : undefined;
      return source && column.kind === 'column' ? known.typeOf(source, column.name.text) : undefined;
    },
  };
}

function comparer(grounds: () => Grounds, lifted: (expr: Expr) => Expr, comparison: typeof compareExpr): PairView['compare'] {
  const once = (specExpr: Expr, modelExpr: Expr, use: 'value' | 'filter' | undefined): ExprComparison => {
    if (exprKey(specExpr) === exprKey(modelExpr)) return 'equal';
    const verdict = comparison(specExpr, modelExpr, use, grounds().facts);
    return verdict === 'different' && grounds().isOpen(specExpr, modelExpr) ? 'unknown' : verdict;
  };
  const provable = (specExpr: Expr, modelExpr: Expr, use: 'value' | 'filter' | undefined): ExprComparison => {
    const verdict = once(specExpr, modelExpr, use);
    if (verdict !== 'different') return verdict;
    const [own, found] = [grounds().ownAliases(specExpr, use), grounds().foundAliases(modelExpr, use)];
    return [[own, modelExpr], [specExpr, found], [own, found]].every(([a, b]) => once(a as Expr, b as Expr, use) === 'different') ? verdict : 'unknown';
  };
  return (specExpr, modelExpr, use) => {
    const verdict = provable(specExpr, modelExpr, use);
    const other = verdict === 'equal' ? modelExpr : lifted(modelExpr);
    if (other === modelExpr || exprKey(other) === exprKey(modelExpr)) return verdict;
    const above = provable(specExpr, other, use);
    return above === 'equal' || above === verdict ? above : 'unknown';
  };
}

type AliasReader = (expr: Expr, use: 'value' | 'filter' | undefined) => Expr;

/** An expression whose bare names mean the output columns of the stage; the name may mean a column of a source as well. */
function aliasReader(laterals: StagePair['spec']['laterals'], toSpec: (expr: Expr) => Expr): AliasReader {
  if (laterals.length === 0) return (expr) => expr;
  const byName = new Map(laterals.map(({ name, expr }) => [name, expr]));
  const read = (expr: Expr, use: 'value' | 'filter' | undefined, depth: number): Expr => replaceColumns(expr, (column) => {
    const found = column.table ? undefined : byName.get(column.name.text);
    // What is computed after rows are filtered is no part of a filter. An alias may be made of one before it.
    return found && depth < byName.size && !(use === 'filter' && (hasAggregate(found) || hasWindow(found))) ? read(toSpec(found), use, depth + 1) : undefined;
  });
  return (expr, use) => normaliseExpr(read(expr, use, 0));
}

/** Sources of the spec that both sides attach by an outer join, and of which no filter asks for anything: their columns are null where nothing matches. */
function outerOf(pair: StagePair): Set<string> {
  const filtered = new Set(pair.model.filters.flatMap((filter) => [...sourceKeysOf(filter.expr)]));
  return new Set(pair.sources.flatMap(({ spec, model }) => {
    const types = [pair.spec.joins.find((join) => join.source === spec)?.type, pair.model.joins.find((join) => join.source === model)?.type];
    return types.every((type) => type === 'left') && !filtered.has(model.key) ? [spec.key] : [];
  }));
}

/** Sources of the spec of which neither side can have a row without a match. */
function steadyOf(pair: StagePair): Set<string> {
  const isOuter = ({ type }: { type: string }): boolean => type === 'right' || type === 'full';
  if (pair.spec.joins.some(isOuter) || pair.model.joins.some(isOuter)) return new Set();
  return new Set(pair.sources.flatMap(({ spec, model }) => {
    const types = [pair.spec.joins.find((join) => join.source === spec)?.type, pair.model.joins.find((join) => join.source === model)?.type];
    return types.every((type) => type === undefined || type === 'inner' || type === 'cross') ? [spec.key] : [];
  }));
}

/** Columns of paired steps that have no partner, on either side, by the key of the spec's source. */
function straysOf(below: ReadonlyMap<string, PairView>): Map<string, { spec: Set<string>; model: Set<string> }> {
  const strays = new Map<string, { spec: Set<string>; model: Set<string> }>();
  for (const [key, child] of below) {
    const own = child.pair.spec.columns.flatMap((column) => (column.name === undefined ? [] : [column.name]));
    const taken = new Set(own.map((name) => child.partner(name)));
    strays.set(key, {
      spec: new Set(own.filter((name) => !child.partner(name))),
      model: new Set(child.columns.flatMap((column) => (column.name === undefined || taken.has(column) ? [] : [child.specName(column.name)]))),
    });
  }
  return strays;
}

function renameOf(s: NSource, m: NSource, views: ReadonlyMap<string, PairView>): (name: string) => string {
  const child = s.target.kind === 'stage' && m.target.kind === 'stage' ? views.get(s.target.id) : undefined;
  return child ? (name) => child.specName(name) : (name) => name;
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
  return someExpr(expr, (part) => part.kind === 'jinja' || part.kind === 'subquery' || (part.kind === 'other' && part.tag === 'unparsed') || jinjaIn(part) !== undefined);
}
