import type { Expr, Join, Name, OrderKey, Stage } from '../sql/types';
import { mapChildren, someExpr } from '../sql/exprs';
import { exprKey } from '../conformance/expr/key';
import { exprSql, orderSql, plainName } from './exprSql';
import { attachmentsOf } from './attachments';
import { columnsData } from './inferColumns';
import { predicatesOf, scalarsOf, type StepJoin } from './inferSubqueries';
import { uniqueId } from './names';
import { renamed, sliceOf } from './phrases';
import { isRowNumber } from './rewrite';
import type { StageContext, Telling } from './stageContext';
import { windowsIn, withoutNamedWindows } from './windows';
import { balanced, findTop, splitTop, squeeze, withoutSubqueries } from './sqlText';
import type { Span } from '../text';

const NO_WORDS = 'SQL that a spec has no words for';

/** One stage as the keys of a technical spec's stage. What cannot be said goes under `opaque`; nothing is dropped. */
export function stageData(stage: Stage, context: StageContext): Record<string, unknown> {
  const opaque = stage.opaque.map((part) => ({ text: squeeze(part.text), reason: part.reason === 'unsupported' ? NO_WORDS : part.reason === 'unparsed' ? 'SQL that could not be parsed' : 'Jinja that decides what is run' }));
  const open = new Set<string>(stage.opaque.flatMap((part) => part.aspects));
  const lost: Telling['lost'] = (span, section) => {
    if (section) open.add(section);
    const whole = withBlocks(span, context.blocks);
    const text = squeeze(context.text.slice(whole.start, whole.end));
    if (text !== '' && !opaque.some((item) => item.text === text)) opaque.push({ text, reason: NO_WORDS });
  };
  const at = attachmentsOf(stage, context.plan);
  const scalars = scalarsOf(stage, context, at);
  const windows = windowsIn(context.text.slice(stage.span.start, stage.span.end));
  const say: Telling['say'] = (expr, ...from) => {
    const target = scalars.replaced(renamed(ownQualified(expr, stage, at.from, scalars.names), at.renames));
    const steps = scalars.textsIn(expr);
    const slices = from.flatMap((place) => (place === undefined ? [] : typeof place === 'string' ? [place] : [withoutSubqueries(sliceOf(context.text, place, expr, at.renames), steps)]));
    return context.say(target, [...slices.map((slice) => withoutNamedWindows(slice, windows)), exprSql(target, { dialect: context.dialect })]);
  };
  const telling: Telling = { context, stage, at, say, lost };
  const predicates = predicatesOf(telling);
  const data: Record<string, unknown> = {};
  if (stage.union) unionData(telling, data);
  else {
    if (at.from !== undefined) data['from'] = at.from;
    else if (stage.from) lost(stage.from.span);
    data['joins'] = [...stage.joins.flatMap((join, index) => joinData(telling, join, index)), ...predicates.joins, ...scalars.joins].map(orderedJoin);
  }
  const unnest = unnestData(telling);
  if (unnest.length > 0) data['unnest'] = unnest;
  const first = stage.distinct?.on.length ? undefined : firstRowData(telling);
  if (first) data['deduplicate'] = first.data;
  const filters = stage.filters.filter((filter) => filter !== first?.filter && !predicates.told.has(filter)).flatMap((filter) => filterData(telling, filter));
  if (!stage.union || filters.length > 0) data['filters'] = filters;
  grouping(telling, data);
  limits(telling, data);
  const columns = columnsData(telling);
  if (columns !== undefined) data['columns'] = columns;
  if (stage.recursive) {
    const text = squeeze(context.text.slice(stage.span.start, stage.span.end));
    return { recursive: text, ...(columns === undefined ? {} : { columns }) };
  }
  // An empty list says "none", which nobody knows where a part of the section is hidden.
  for (const key of ['joins', 'filters'] as const) if ((data[key] as unknown[] | undefined)?.length === 0 && open.has(key)) data[key] = undefined;
  if (opaque.length > 0) data['opaque'] = opaque.filter((item) => item.text !== '');
  return data;
}

/** Bare names of the only source, where a scalar subquery has a column of that name as well, with that source. */
function ownQualified(expr: Expr, stage: Stage, from: string | undefined, names: ReadonlySet<string>): Expr {
  if (from === undefined || names.size === 0 || stage.joins.length + stage.unnests.length > 0) return expr;
  const computed = new Set(stage.columns.flatMap(({ name, expr: made }) => (name && made.kind !== 'column' && !someExpr(made, (part) => part.kind === 'column' && part.name.text.toLowerCase() === name.text.toLowerCase()) ? [name.text.toLowerCase()] : [])));
  const qualify = (part: Expr): Expr => {
    if (part.kind !== 'column') return mapChildren(part, qualify);
    const name = part.name.text.toLowerCase();
    return part.table || !names.has(name) || computed.has(name) ? part : { ...part, table: { text: from, quoted: false } };
  };
  return qualify(expr);
}

/** A span widened to the ends of the Jinja blocks it cuts. */
function withBlocks(span: Span, blocks: readonly Span[]): Span {
  return blocks.reduce((whole, block) => (block.start < whole.end && whole.start < block.end ? { start: Math.min(whole.start, block.start), end: Math.max(whole.end, block.end) } : whole), span);
}

function orderedJoin(join: StepJoin): Record<string, unknown> {
  const { to, as, type, keys, condition, cardinality, when } = join;
  return { to, as, type, keys, condition, cardinality, when };
}

function unionData({ stage, context, lost }: Telling, data: Record<string, unknown>): void {
  const { union } = stage;
  if (!union) return;
  const branches = union.branches.map((id) => context.plan.nameOf({ kind: 'stage', id }));
  if (branches.includes(undefined) || union.byName) lost(union.span);
  else data['union'] = { op: union.op, branches };
}

function joinData(telling: Telling, join: Join, index: number): StepJoin[] {
  const { at, context, say, lost } = telling;
  const place = at.joins[index];
  if (!place) {
    lost(join.span, 'joins');
    return [];
  }
  const parts = onParts(context.text, join);
  const keys: (string | { left: string; right: string })[] = [];
  const conditions: string[] = [];
  let silent = join.opaque;
  for (const key of join.keys) {
    const [left, right] = [say(key.left), say(unqualified(key.right, join.to.alias))];
    if (left === undefined || right === undefined) silent = true;
    else keys.push(left === right ? left : { left, right });
  }
  for (const [i, condition] of join.conditions.entries()) {
    const sides = keySides(condition, join.to.alias);
    const pair = sides && keyData(telling, sides, index);
    if (pair !== undefined) {
      keys.push(pair);
      continue;
    }
    const text = say(condition, parts?.[i], condition.span && balanced(context.text, condition.span));
    if (text === undefined) silent = true;
    else conditions.push(text);
  }
  if (silent) lost(join.span, 'joins');
  const cardinality = context.cardinality(join);
  return [
    {
      to: place.to,
      ...(place.as === undefined ? {} : { as: place.as }),
      type: join.type,
      ...(keys.length > 0 ? { keys } : {}),
      ...(conditions.length > 0 ? { condition: conditions.length === 1 ? conditions[0] : conditions.map((text) => `(${text})`).join(' and ') } : {}),
      ...(cardinality === undefined ? {} : { cardinality }),
      ...(join.when ? { when: join.when } : {}),
    },
  ];
}

/** `a.x = b.y` with one side over what is attached; qualified names only, others need columns to be told apart. */
function keySides(expr: Expr, to: Name): { left: Expr; right: Expr } | undefined {
  if (expr.kind !== 'op' || expr.op !== '=' || expr.args.length !== 2) return undefined;
  const [a, b] = expr.args as [Expr, Expr];
  if (a.kind !== 'column' || b.kind !== 'column' || !a.table || !b.table) return undefined;
  const [ownA, ownB] = [isOf(a.table, to), isOf(b.table, to)];
  if (ownA === ownB) return undefined;
  return ownA ? { left: b, right: a } : { left: a, right: b };
}

function isOf(table: Name, to: Name): boolean {
  return table.text.toLowerCase() === to.text.toLowerCase();
}

function unqualified(expr: Expr, to: Name): Expr {
  if (expr.kind !== 'column' || !expr.table || !isOf(expr.table, to)) return expr;
  return { kind: 'column', name: expr.name, ...(expr.span ? { span: expr.span } : {}) };
}

/** One name where both sides have it and the left one can only be the base's; else both sides as they are written. */
function keyData({ at, say, context }: Telling, sides: { left: Expr; right: Expr }, index: number): string | { left: string; right: string } | undefined {
  const { left, right } = sides;
  if (left.kind !== 'column' || right.kind !== 'column' || !left.table) return undefined;
  const known = left.table.text.toLowerCase();
  if (!at.knows(known)) return undefined;
  const name = (column: typeof left): string => plainName(column.name, context.dialect, context.fold);
  if (index === 0 && name(left) === name(right)) return name(left);
  const both = [say(left, left.span), say(right, right.span)];
  return both[0] === undefined || both[1] === undefined ? undefined : { left: both[0], right: both[1] };
}

/** Places of the conjuncts after ON, where they are as many as the conjuncts that were read. */
function onParts(text: string, join: Join): Span[] | undefined {
  const source = text.slice(join.span.start, join.span.end);
  const on = findTop(source, 'on');
  if (!on) return undefined;
  let start = join.span.start + on.end;
  let end = join.span.end;
  for (let guard = 0; guard < 3; guard++) {
    const base = start;
    const parts = splitTop(text.slice(start, end), 'and').map((part) => ({ start: base + part.start, end: base + part.end }));
    if (parts.length === join.conditions.length) return parts;
    const bracketed = /^\s*\(([\s\S]*)\)\s*$/.exec(text.slice(start, end));
    if (parts.length !== 1 || !bracketed) return undefined;
    start = base + text.slice(base, end).indexOf('(') + 1;
    end = base + text.slice(base, end).lastIndexOf(')');
  }
  return undefined;
}

function unnestData({ stage, say, lost, context }: Telling): Record<string, unknown>[] {
  return stage.unnests.flatMap((unnest) => {
    const expression = say(unnest.expr, unnest.expr.span && balanced(context.text, unnest.expr.span));
    const as = unnest.alias.text;
    if (expression === undefined || as === '') {
      lost(unnest.span);
      return [];
    }
    return [{ expression, as, ...(unnest.outer ? { outer: true } : {}) }];
  });
}

/** `row_number() over (…) = 1` after the window: one row per key, and which. */
function firstRowData({ stage, say, context }: Telling): { filter: Stage['filters'][number]; data: Record<string, unknown> } | undefined {
  for (const filter of stage.filters) {
    const [call, one] = filter.expr.kind === 'op' && filter.expr.op === '=' ? filter.expr.args : [];
    if (filter.at !== 'qualify' || filter.when || !call || !isRowNumber(call) || one?.kind !== 'literal' || one.value !== '1') continue;
    const by = call.over.partitionBy.map((expr) => say(expr, expr.span && balanced(context.text, expr.span)));
    const order = call.over.orderBy.map((key) => orderText(say, key, context.text));
    if (!by.includes(undefined) && !order.includes(undefined)) return { filter, data: { by, ...(order.length > 0 ? { order_by: order } : {}) } };
  }
  return undefined;
}

function filterData({ say, lost, context }: Telling, filter: Stage['filters'][number]): Record<string, unknown>[] {
  const expression = say(filter.expr, filter.span, filter.expr.span && balanced(context.text, filter.expr.span));
  if (expression === undefined) {
    lost(filter.span, 'filters');
    return [];
  }
  return [{ id: uniqueId('F', expression, context.ids), expression, ...(filter.at === 'where' ? {} : { at: filter.at }), ...(filter.when ? { when: filter.when } : {}) }];
}

function grouping({ stage, say, lost, context }: Telling, data: Record<string, unknown>): void {
  const { aggregate, distinct } = stage;
  if (aggregate) {
    const spans = groupSpans(stage, context.text);
    const by = aggregate.by.map((expr, index) => computedColumn(stage, expr, context) ?? say(expr, spans?.[index], columnSpan(stage, expr), expr.span && balanced(context.text, expr.span)));
    if (by.includes(undefined) || aggregate.grouping !== undefined) lost(aggregate.span);
    else data['aggregate'] = { by };
  }
  if (!distinct) return;
  if (distinct.on.length === 0) {
    data['distinct'] = true;
    return;
  }
  const by = distinct.on.map((expr) => say(expr, expr.span && balanced(context.text, expr.span)));
  const order = stage.orderBy.map((key) => orderText(say, key, context.text));
  const own = order.filter((text) => !by.includes(text?.replace(/ (asc|desc)$/, '')));
  if (by.includes(undefined) || own.includes(undefined)) lost(distinct.span);
  else data['deduplicate'] = { by, ...(own.length > 0 ? { order_by: own } : {}) };
}

/** The output column that a grouped expression is: in a spec a bare name in `by` means the column that comes out. */
function computedColumn(stage: Stage, expr: Expr, { dialect, fold }: StageContext): string | undefined {
  if (expr.kind === 'column' || expr.kind === 'literal') return undefined;
  const same = stage.columns.filter((column) => column.expr === expr || exprKey(column.expr) === exprKey(expr));
  const [only] = same;
  return same.length === 1 && only?.name && !only.name.quoted ? plainName(only.name, dialect, fold) : undefined;
}

/** Places of the items of GROUP BY; undefined for an item that is a position. */
function groupSpans(stage: Stage, text: string): (Span | undefined)[] | undefined {
  const { aggregate } = stage;
  if (!aggregate || aggregate.implicit) return undefined;
  const head = /^\s*group\s+by\s+/i.exec(text.slice(aggregate.span.start, aggregate.span.end));
  if (!head) return undefined;
  const start = aggregate.span.start + head[0].length;
  const parts = splitTop(text.slice(start, aggregate.span.end), ',').map((part) => ({ start: start + part.start, end: start + part.end }));
  if (parts.length !== aggregate.by.length) return undefined;
  return parts.map((part) => (/^\s*\d+\s*$/.test(text.slice(part.start, part.end)) ? undefined : part));
}

/** Where the select list has an expression, without its alias, for GROUP BY 1. */
function columnSpan(stage: Stage, expr: Expr): Span | undefined {
  const column = stage.columns.find((candidate) => candidate.expr === expr);
  return column?.expr.span && column.span.start <= column.expr.span.start ? { start: column.span.start, end: Math.max(column.expr.span.end, column.span.start) } : undefined;
}

function orderText(say: Telling['say'], key: OrderKey, text: string): string | undefined {
  return orderSql(key, (expr) => say(expr, expr.span && balanced(text, expr.span)));
}

function limits({ stage, say, lost, context }: Telling, data: Record<string, unknown>): void {
  if (!stage.limit) return;
  const rows = stage.limit.rows && say(stage.limit.rows, stage.limit.rows.span);
  const order = stage.orderBy.map((key) => orderText(say, key, context.text));
  if (rows === undefined || stage.limit.offset || order.includes(undefined)) lost(stage.limit.span);
  else data['limit'] = { rows, ...(order.length > 0 ? { order_by: order } : {}) };
}
