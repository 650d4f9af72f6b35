import type { Expr, Filter, Stage, Variant } from '../sql/types';
import { mapChildren, someExpr, walkExpr } from '../sql/exprs';
import { exprSql, plainName } from './exprSql';
import type { Attachments } from './attachments';
import type { StageContext, Telling } from './stageContext';
import { predicateOf } from './rewrite';

/** A join of a spec. */
export interface StepJoin {
  to: string;
  as?: string;
  type: string;
  keys?: (string | { left: string; right: string })[];
  condition?: string | undefined;
  cardinality?: string;
  when?: string;
}

/** A name for the one column of a subquery that gives it none: `max(day)` → max_day. */
export function unnamedColumn(expr: Expr): string {
  const words = (exprSql(expr, { dialect: 'generic' }) ?? '').toLowerCase().match(/[a-z_]\w*/g) ?? [];
  return words.slice(0, 4).join('_') || 'value';
}

type Subquery = Extract<Expr, { kind: 'subquery' }>;

/** Filters that test for rows of a subquery, told as semi and anti joins to its step. */
export function predicatesOf(telling: Telling): { joins: StepJoin[]; told: Set<Filter> } {
  const joins: StepJoin[] = [];
  const told = new Set<Filter>();
  for (const filter of telling.stage.filters) {
    const expr = filter.at === 'where' ? predicateOf(filter.expr) : undefined;
    const join = expr?.use === 'in' ? inJoin(telling, expr) : undefined;
    if (!join) continue;
    joins.push({ ...join, ...(filter.when ? { when: filter.when } : {}) });
    told.add(filter);
  }
  return { joins, told };
}

function inJoin({ context, at, say }: Telling, expr: Subquery): StepJoin | undefined {
  const child = context.plan.stageOf(expr.stage);
  const to = child && context.plan.nameOf({ kind: 'stage', id: child.id });
  const [column] = child?.columns ?? [];
  if (!child || to === undefined || !expr.operand || !column || child.columns.length !== 1 || column.expr.kind === 'star' || isCorrelated(child)) return undefined;
  const operand = say(expr.operand, expr.operand.span);
  if (operand === undefined) return undefined;
  const right = column.name ? plainName(column.name, context.dialect, context.fold) : unnamedColumn(column.expr);
  const as = at.used.has(to.toLowerCase()) ? `${to}_2` : undefined;
  at.used.add((as ?? to).toLowerCase());
  return { to, ...(as === undefined ? {} : { as }), type: expr.negated ? 'anti' : 'semi', keys: [operand === right && at.qualifiers.length === 1 ? right : { left: operand, right: `${as ?? to}.${right}` }] };
}

/** True where a stage names a source that is not its own. */
function isCorrelated(stage: Stage): boolean {
  const own = new Set([stage.from, ...stage.joins.map((join) => join.to)].flatMap((a) => (a ? [a.alias.text.toLowerCase()] : [])));
  for (const unnest of stage.unnests) own.add(unnest.alias.text.toLowerCase());
  const foreign = (expr: Expr): boolean => someExpr(expr, (part) => part.kind === 'column' && part.table !== undefined && !own.has(part.table.text.toLowerCase()));
  return [...stage.filters.map((filter) => filter.expr), ...stage.columns.map((column) => column.expr)].some(foreign);
}

/** Scalar subqueries told as steps: their joins, and expressions with their columns in place. */
export interface Scalars {
  joins: StepJoin[];
  replaced(expr: Expr): Expr;
  /** Names of their columns, lower case: a bare name like one of them does not say whose it is. */
  names: ReadonlySet<string>;
  /** What stands for the scalar subqueries of an expression, in order. */
  textsIn(expr: Expr): string[];
}

/** Scalar subqueries of one row become cross joins to their step, and its one column stands where they stood. */
export function scalarsOf(stage: Stage, context: StageContext, at: Attachments): Scalars {
  const joins = new Map<string, { join: StepJoin; column: Expr; whens: Set<Variant | undefined> }>();
  const consider = (expr: Expr, when: Variant | undefined): void =>
    walkExpr(expr, (part) => {
      if (part.kind !== 'subquery' || part.use !== 'scalar') return;
      const known = joins.get(part.stage);
      known?.whens.add(when);
      if (known) return;
      const child = context.plan.stageOf(part.stage);
      const to = child && context.plan.nameOf({ kind: 'stage', id: child.id });
      const [column] = child?.columns ?? [];
      if (!child || to === undefined || !column || child.columns.length !== 1 || column.expr.kind === 'star' || !isOneRow(child) || isCorrelated(child)) return;
      const as = at.used.has(to.toLowerCase()) ? `${to}_2` : undefined;
      at.used.add((as ?? to).toLowerCase());
      const name = column.name ?? { text: unnamedColumn(column.expr), quoted: false };
      joins.set(part.stage, { join: { to, ...(as === undefined ? {} : { as }), type: 'cross' }, column: { kind: 'column', table: { text: as ?? to, quoted: false }, name }, whens: new Set([when]) });
    });
  if (!stage.union) {
    stage.columns.forEach((column) => consider(column.expr, undefined));
    stage.filters.forEach((filter) => consider(filter.expr, filter.when));
  }
  const replaced = (expr: Expr): Expr => (expr.kind === 'subquery' ? (joins.get(expr.stage)?.column ?? expr) : mapChildren(expr, replaced));
  const textsIn = (expr: Expr): string[] => {
    const texts: string[] = [];
    walkExpr(expr, (part) => {
      const told = part.kind === 'subquery' ? joins.get(part.stage) : undefined;
      if (told) texts.push(exprSql(told.column, { dialect: context.dialect }) ?? '');
    });
    return texts;
  };
  // What only one variant reads is joined in that variant.
  const joined = [...joins.values()].map(({ join, whens }): StepJoin => {
    const [when] = whens;
    return whens.size === 1 && when ? { ...join, when } : join;
  });
  const names = new Set([...joins.values()].flatMap(({ column }) => (column.kind === 'column' ? [column.name.text.toLowerCase()] : [])));
  return { joins: joined, replaced, names, textsIn };
}

function isOneRow(stage: Stage): boolean {
  if (stage.union || stage.opaque.length > 0) return false;
  if (stage.aggregate) return stage.aggregate.by.length === 0;
  return stage.limit?.rows?.kind === 'literal' && stage.limit.rows.value === '1';
}
