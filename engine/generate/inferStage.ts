import type { Dialect, Expr } from '../sql/types';
import { exprKey } from '../conformance/expr/normal';
import type { NGraph, NSource, NStage } from '../conformance/normal/types';
import { exprText, nameText, orderKeyText, type Qualifier } from './exprText';
import { uniqueId } from './names';
import { sliceText } from './sliceText';
import type { Span } from '../text';

/** What stage inference needs of the whole: names of inputs and steps, the source text, and ids already given. */
export interface StageContext {
  dialect: Dialect;
  graph: NGraph;
  /** unique_id → input alias. */
  inputs: ReadonlyMap<string, string>;
  /** Stage id → step name. */
  steps: ReadonlyMap<string, string>;
  text: string;
  ids: Set<string>;
  /** How each expression can be written so that it means the same when it is read back. */
  spelled: ReadonlyMap<Expr, 'written' | 'slice'>;
  /** Cardinality of a join as far as keys prove it. */
  cardinality(source: NSource): string | undefined;
}

/** One stage as the keys of a technical spec's stage. */
export function stageData(stage: NStage, context: StageContext): Record<string, unknown> {
  const names = sourceNames(stage, context);
  const multiple = stage.sources.length > 1 || stage.unnests.length > 0;
  const qualifier: Qualifier = (source, table) => {
    if (source !== undefined) return multiple ? names.get(source) : undefined;
    return table ? nameText(table, context.dialect) : undefined;
  };
  const text: Text = (expr, span) => {
    const spelling = context.spelled.get(expr);
    if (spelling === 'slice') return span && sliceText(expr, span, context.text, context.dialect, qualifier);
    return spelling === 'written' || expr.kind === 'column' ? exprText(expr, context.dialect, qualifier) : undefined;
  };
  const opaque: { text: string; reason: string }[] = stage.opaque.map((part) => ({ text: squeeze(part.text), reason: part.reason === 'unsupported' ? 'SQL that the spec has no words for' : 'written by Jinja' }));
  const lost: Lost = (span) => {
    const body = squeeze(context.text.slice(span.start, span.end));
    if (body !== '' && !opaque.some((item) => item.text === body)) opaque.push({ text: body, reason: 'SQL that the spec has no words for' });
  };
  const [first, ...rest] = stage.sources;
  const data: Record<string, unknown> = {};
  if (first) {
    const from = targetName(first, context);
    if (from === undefined) lost(first.span);
    else data['from'] = from;
  }
  const joins = rest.flatMap((source) => joinData(source, names, context, text, lost));
  if (!stage.union) data['joins'] = joins;
  if (stage.unnests.length > 0) data['unnest'] = stage.unnests.flatMap((unnest) => unnestData(unnest, names, text, lost));
  const filters = stage.filters.flatMap((filter) => filterData(filter, stage, context, text, lost));
  if (!stage.union || filters.length > 0) data['filters'] = filters;
  aggregation(stage, data, text, lost, context);
  const stars = new Set(stage.columns.flatMap(({ expr }) => (expr.kind === 'star' && expr.table ? [expr.table.text] : [])));
  const columns = stage.columns.filter((column) => !isTakenByStar(column, stars)).flatMap((column) => columnData(column, stage, names, multiple, text, lost));
  const starHidden = stage.opaque.some((part) => part.aspects.includes('columns'));
  if (columns.length > 0 && !(stage.columns.some((c) => c.expr.kind === 'star' && c.expr.replace.length > 0))) data['columns'] = columns;
  if (starHidden && columns.length === 0) delete data['columns'];
  if (opaque.length > 0) data['opaque'] = opaque.filter((item) => item.text !== '');
  return data;
}

/** A column that `all_from` of its source brings along. */
function isTakenByStar({ name, expr }: NStage['columns'][number], stars: ReadonlySet<string>): boolean {
  return expr.kind === 'column' && expr.source !== undefined && stars.has(expr.source) && name?.text.toLowerCase() === expr.name.text.toLowerCase();
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function targetName(source: NSource, context: StageContext): string | undefined {
  return source.target.kind === 'relation' ? context.inputs.get(source.target.uid) : context.steps.get(source.target.id);
}

/** Source key → the word that qualifies its columns in the spec. */
function sourceNames(stage: NStage, context: StageContext): Map<string, string> {
  const used = new Set<string>();
  const names = new Map<string, string>();
  const targets = stage.sources.map((source) => targetName(source, context) ?? source.alias);
  stage.sources.forEach((source, index) => {
    const target = targets[index] ?? '';
    const twice = targets.filter((other) => other === target).length > 1;
    const wanted = index > 0 && twice && /^[a-z_]\w*$/i.test(source.alias) ? source.alias : target;
    let name = wanted;
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
    used.add(name.toLowerCase());
    names.set(source.key, name);
  });
  for (const unnest of stage.unnests) names.set(unnest.key, unnest.key);
  return names;
}

type Text = (expr: Expr, span?: Span) => string | undefined;
type Lost = (span: Span) => void;

function joinData(source: NSource, names: ReadonlyMap<string, string>, context: StageContext, text: Text, lost: Lost): Record<string, unknown>[] {
  const { join } = source;
  const to = targetName(source, context);
  if (!join || to === undefined) {
    lost(join?.span ?? source.span);
    return [];
  }
  const as = names.get(source.key);
  const keys = join.keys.map(({ left, right }) => {
    const sides = { left: text(left), right: right.kind === 'column' ? nameText(right.name, context.dialect) : text(right) };
    if (left.kind === 'column' && right.kind === 'column' && exprKey(left) === exprKey(right) && !left.name.quoted) return left.name.text;
    return sides.left === undefined || sides.right === undefined ? undefined : sides;
  });
  const conditions = join.conditions.map((condition) => text(condition));
  if (keys.includes(undefined) || conditions.includes(undefined) || join.opaque) lost(join.span);
  const cardinality = context.cardinality(source);
  return [
    {
      to,
      ...(as === to ? {} : { as }),
      type: join.type,
      ...(keys.length > 0 && !keys.includes(undefined) ? { keys } : {}),
      ...(conditions.length > 0 && !conditions.includes(undefined) ? { condition: conditions.length === 1 ? conditions[0] : conditions.map((c) => `(${c ?? ''})`).join(' and ') } : {}),
      ...(cardinality === undefined ? {} : { cardinality }),
      ...(join.when ? { when: join.when } : {}),
    },
  ];
}

function unnestData(unnest: NStage['unnests'][number], names: ReadonlyMap<string, string>, text: Text, lost: Lost): Record<string, unknown>[] {
  const expression = text(unnest.expr);
  const as = names.get(unnest.key) ?? '';
  if (expression === undefined || as === '') {
    lost(unnest.span);
    return [];
  }
  return [{ expression, as, ...(unnest.outer ? { outer: true } : {}) }];
}

function filterData(filter: NStage['filters'][number], stage: NStage, context: StageContext, text: Text, lost: Lost): Record<string, unknown>[] {
  const expression = text(filter.expr, filter.span);
  if (expression === undefined) {
    lost(filter.span);
    return [];
  }
  const at = stage.aggregate && context.text.slice(0, filter.span.start).toLowerCase().lastIndexOf('having') > stage.aggregate.span.start ? { at: 'having' } : {};
  return [{ id: uniqueId('F', expression.replace(/'/g, ''), context.ids), expression, ...at, ...(filter.when ? { when: filter.when } : {}) }];
}

function aggregation(stage: NStage, data: Record<string, unknown>, text: Text, lost: Lost, context: StageContext): void {
  if (stage.aggregate) {
    const by = stage.aggregate.by.map((by) => text(by));
    if (by.includes(undefined) || stage.aggregate.grouping !== undefined) lost(stage.aggregate.span);
    else data['aggregate'] = { by };
  }
  if (stage.distinct) data['distinct'] = true;
  if (stage.deduplicate) {
    const by = stage.deduplicate.by.map((by) => text(by));
    const order = stage.deduplicate.orderBy.map((key) => orderKeyText(key, text));
    if (by.includes(undefined) || order.includes(undefined)) lost(stage.deduplicate.span);
    else data['deduplicate'] = { by, order_by: order };
  }
  if (stage.limit) {
    const rows = stage.limit.rows && text(stage.limit.rows);
    const order = stage.limit.orderBy.map((key) => orderKeyText(key, text));
    if (rows === undefined || order.includes(undefined) || stage.limit.offset) lost(stage.limit.span);
    else data['limit'] = { rows, ...(order.length > 0 ? { order_by: order } : {}) };
  }
  if (stage.union) {
    const branches = stage.union.branches.map((id) => context.steps.get(id));
    if (branches.includes(undefined)) lost(stage.union.span);
    else data['union'] = { op: stage.union.op, branches };
  }
}

function columnData(column: NStage['columns'][number], stage: NStage, names: ReadonlyMap<string, string>, multiple: boolean, text: Text, lost: Lost): Record<string, unknown>[] {
  const { expr } = column;
  if (expr.kind === 'star') return starData(expr, column.span, stage, names, lost);
  if (!column.name) {
    lost(column.span);
    return [];
  }
  const name = column.name.text;
  if (stage.union) return [{ name }];
  if (expr.kind === 'column') {
    const same = expr.name.text.toLowerCase() === name.toLowerCase();
    const from = text(expr);
    if (same && (!multiple || expr.source === undefined)) return [{ name }];
    return [{ name, ...(from === undefined ? {} : { from: [from] }) }];
  }
  const expression = text(expr, column.span);
  if (expression === undefined) lost(column.span);
  return [{ name, ...(expression === undefined ? {} : { expression }) }];
}

function starData(star: Extract<Expr, { kind: 'star' }>, span: { start: number; end: number }, stage: NStage, names: ReadonlyMap<string, string>, lost: Lost): Record<string, unknown>[] {
  const plain = stage.sources.filter((s) => s.join?.type !== 'semi' && s.join?.type !== 'anti');
  const keys = star.table === undefined ? plain.map((s) => s.key) : [star.table.text];
  const known = keys.map((key) => names.get(key));
  if (star.replace.length > 0 || known.some((name) => name === undefined || name === '') || (star.table === undefined && keys.length !== 1)) {
    lost(span);
    return [];
  }
  return known.map((name) => ({
    all_from: name,
    ...(star.except.length > 0 ? { except: star.except.map((n) => n.text) } : {}),
    ...(star.rename.length > 0 ? { rename: Object.fromEntries(star.rename.map((r) => [r.from.text, r.to.text])) } : {}),
  }));
}
