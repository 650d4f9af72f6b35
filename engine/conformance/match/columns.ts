import type { Expr } from '../../sql/types';
import { columnsIn, hasAggregate, hasWindow } from '../../sql/exprs';
import { compareExpr } from '../expr/compare';
import type { NColumn } from '../normalise/model';
import type { StagePair } from './pair';

/** Columns of the same name. */
export function byName(pair: StagePair, columns: readonly NColumn[]): Map<string, NColumn> {
  const firsts = new Map<string, NColumn>();
  for (const column of columns) if (column.name !== undefined && !firsts.has(column.name)) firsts.set(column.name, column);
  const partners = new Map<string, NColumn>();
  for (const { name } of pair.spec.columns) {
    const found = name === undefined ? undefined : firsts.get(name);
    if (found && name !== undefined) partners.set(name, found);
  }
  return partners;
}

/** What is left pairs by what it computes. Inside the model names are nobody's business; of the last stage they are the contract. */
export function byExpression(pair: StagePair, columns: readonly NColumn[], named: ReadonlyMap<string, NColumn>): Map<string, NColumn> {
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

/** How often the stages that read a step use a column of the spec where the model uses one of its own, by `spec name\nmodel name`. */
export type Uses = ReadonlyMap<string, number>;

/** Where a stage that is paired reads a step of the spec and the model's stage for it. */
export interface Reader {
  pair: StagePair;
  spec: string;
  model: string;
}

/** What the readers of a step use in the same places of the same columns. */
export function usesOf(readers: readonly Reader[]): Uses {
  const uses = new Map<string, number>();
  for (const { pair, spec, model } of readers) {
    const note = (a: Expr, b: Expr): void => {
      if (a.kind === 'column' && b.kind === 'column') {
        if (a.source === spec && b.source === model) uses.set(`${a.name.text}\n${b.name.text}`, (uses.get(`${a.name.text}\n${b.name.text}`) ?? 0) + 1);
        return;
      }
      alongside(a, b).forEach(([x, y]) => note(x, y));
    };
    for (const column of pair.spec.columns) {
      const other = pair.model.columns.find((candidate) => candidate.name !== undefined && candidate.name === column.name);
      if (other) note(column.expr, other.expr);
    }
    const [own, found] = [pair.spec.joins.find((join) => join.source.key === spec), pair.model.joins.find((join) => join.source.key === model)];
    own?.keys.forEach((key, index) => {
      const other = found?.keys[index];
      if (other) note(key.right, other.right);
    });
  }
  return uses;
}

/** The operands of two expressions of one form, side by side; nothing where their forms differ. */
function alongside(a: Expr, b: Expr): [Expr, Expr][] {
  const zipped = (x: readonly Expr[], y: readonly Expr[]): [Expr, Expr][] => (x.length === y.length ? x.map((item, index) => [item, y[index] as Expr]) : []);
  if (a.kind === 'op' && b.kind === 'op') return a.op === b.op ? zipped(ordered(a.args), ordered(b.args)) : [];
  if (a.kind === 'call' && b.kind === 'call') return a.name === b.name ? zipped(a.args, b.args) : [];
  if (a.kind === 'cast' && b.kind === 'cast') return [[a.expr, b.expr]];
  if (a.kind === 'case' && b.kind === 'case') return zipped(a.branches.flatMap((branch) => [branch.when, branch.then]), b.branches.flatMap((branch) => [branch.when, branch.then]));
  return [];
}

/** The canonical order of operands goes by names, which differ here: columns come last. */
function ordered(args: readonly Expr[]): Expr[] {
  return [...args.filter((arg) => arg.kind !== 'column'), ...args.filter((arg) => arg.kind === 'column')];
}

/**
 * Columns of a step that neither name nor expression pairs: what the stages above use in the same place is the same
 * column computed otherwise, and so is the only one of its kind over its columns that is left on each side.
 */
export function byUse(pair: StagePair, columns: readonly NColumn[], known: ReadonlyMap<string, NColumn>, usesOfBoth: () => Uses): Map<string, NColumn> {
  const partners = new Map<string, NColumn>();
  const taken = new Set(known.values());
  const specs = pair.spec.columns.filter((column) => column.name !== undefined && !column.expanded && !known.has(column.name));
  const models = columns.filter((column) => column.name !== undefined && !taken.has(column));
  if (specs.length === 0 || models.length === 0) return partners;
  const uses = usesOfBoth();
  const voted = specs.flatMap((own) => models.map((found) => ({ own, found, votes: uses.get(`${own.name ?? ''}\n${found.name ?? ''}`) ?? 0 }))).filter(({ votes }) => votes > 0);
  voted.sort((a, b) => b.votes - a.votes);
  const used = new Set<NColumn>();
  for (const { own, found } of voted) {
    if (own.name === undefined || partners.has(own.name) || used.has(found)) continue;
    partners.set(own.name, found);
    used.add(found);
  }
  const [ownLeft, foundLeft] = [specs.filter((column) => !partners.has(column.name ?? '')), models.filter((column) => !used.has(column))];
  for (const own of ownLeft) {
    const alike = foundLeft.filter((found) => isAlike(own.expr, found.expr));
    const [found] = alike;
    if (own.name !== undefined && found && alike.length === 1 && ownLeft.filter((other) => isAlike(other.expr, found.expr)).length === 1) partners.set(own.name, found);
  }
  return partners;
}

/** True for two expressions of one kind over the same columns. */
function isAlike(a: Expr, b: Expr): boolean {
  if (a.kind === 'column' || a.kind !== b.kind || hasAggregate(a) !== hasAggregate(b) || hasWindow(a) !== hasWindow(b)) return false;
  const names = (expr: Expr): string => [...new Set(columnsIn(expr).map((column) => column.name.text))].sort().join();
  return names(a) === names(b);
}
