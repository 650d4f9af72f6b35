import type { Span } from '../text';
import { conjuncts, coveringSpan, identifier, isRecord, listOf, open, type Payload } from './ast';
import { opaqueOf, relationTarget, type Builder, type Scope } from './builder';
import { jinjaAt, lowerExpr, placeholderIn, plainName, type ExprContext } from './lowerExpr';
import type { SelectSegment } from './segments';
import type { Attachment, Expr, Join, JoinType, Name, Relation, Stage } from './types';

type QueryLowering = (builder: Builder, query: unknown, scope: Scope, name?: string) => string;

type SpannedName = Name & { span?: Span };

interface FromContext {
  builder: Builder;
  stage: Stage;
  scope: Scope;
  expr: ExprContext;
  lowerQuery: QueryLowering;
}

/** Lowers FROM, comma items, joins and lateral views into `stage`. */
export function lowerFrom(builder: Builder, stage: Stage, payload: Payload, segment: SelectSegment | undefined, scope: Scope, expr: ExprContext, lowerQuery: QueryLowering): void {
  const context: FromContext = { builder, stage, scope, expr, lowerQuery };
  const items = listOf(isRecord(payload['from']) ? payload['from']['expressions'] : []);
  const joins = listOf(payload['joins']);
  const attached = segment && segment.attachments.length === items.length + joins.length ? segment.attachments : undefined;
  items.forEach((item, index) => fromItem(context, item, index, attached?.[index]?.span ?? coveringSpan(item) ?? stage.span));
  joins.forEach((join, index) => {
    const own = attached?.[items.length + index];
    if (isRecord(join)) lowerJoin(context, join, own?.span ?? coveringSpan(join) ?? stage.span, own?.on);
  });
  for (const view of listOf(payload['lateral_views'])) if (isRecord(view)) lateralView(context, view);
}

function fromItem(context: FromContext, item: unknown, index: number, span: Span): void {
  const { stage } = context;
  const opened = unwrap(item);
  if (opened?.tag === 'joined_table') {
    const left = opened.payload['left'];
    fromItem(context, left, index, coveringSpan(left) ?? span);
    for (const join of listOf(opened.payload['joins'])) if (isRecord(join)) lowerJoin(context, join, coveringSpan(join) ?? span);
    return;
  }
  const attached = attach(context, item, span, false);
  if (!attached) return;
  if (index === 0 && !stage.from) stage.from = attached;
  else stage.joins.push({ to: attached, type: 'cross', keys: [], conditions: [], opaque: false, span });
}

const JOIN_TYPES: readonly [RegExp, JoinType][] = [
  [/semi/i, 'semi'],
  [/anti/i, 'anti'],
  [/cross/i, 'cross'],
  [/left/i, 'left'],
  [/right/i, 'right'],
  [/full|outer/i, 'full'],
];

function lowerJoin(context: FromContext, join: Payload, span: Span, parts: readonly Span[] = []): void {
  const { builder, stage, expr } = context;
  const kind = String(join['kind'] ?? 'Inner');
  const outer = /left/i.test(kind);
  const to = attach(context, join['this'], span, outer);
  if (!to) return;
  const on = join['on'];
  const trivially = isRecord(on) && isRecord(on['boolean']) && on['boolean']['value'] === true;
  const using = listOf(join['using']).flatMap((item) => {
    const name = identifier(item);
    return name ? [plainName(name)] : [];
  });
  const odd = /natural|asof|positional|apply|any/i.test(kind);
  const type = JOIN_TYPES.find(([pattern]) => pattern.test(kind))?.[1] ?? 'inner';
  const nodes = on == null || trivially ? [] : conjuncts(on);
  const conditions = nodes.map((node, index): Expr => ({ ...lowerExpr(node, expr), ...(parts.length === nodes.length && parts[index] ? { span: parts[index] } : {}) }));
  const lowered: Join = {
    to,
    type: (type === 'inner' && on == null && using.length === 0) || (type === 'inner' && trivially) ? 'cross' : type,
    keys: using.map((name) => ({ left: { kind: 'column', name }, right: { kind: 'column', table: to.alias, name } })),
    conditions,
    opaque: odd,
    span,
  };
  if (odd) stage.opaque.push(opaqueOf(builder, 'unsupported', ['joins'], span));
  stage.joins.push(lowered);
}

/** Attaches one FROM item; unnests and lateral functions go to `stage.unnests` and give nothing to join. */
function attach(context: FromContext, item: unknown, span: Span, outer: boolean): Attachment | undefined {
  const { builder, stage, scope } = context;
  const opened = unwrap(item);
  if (!opened) return unknownItem(context, span);
  const { tag, payload, alias } = opened;
  if (tag === 'table') return tableItem(context, payload, alias, span);
  if (tag === 'subquery' || tag === 'select' || tag === 'union') {
    const name = alias ?? identifier(payload['alias']);
    const id = context.lowerQuery(builder, tag === 'subquery' ? withoutAlias(payload) : { [tag]: payload }, scope, name?.text);
    const columns = listOf(payload['column_aliases']).map((c) => identifier(c)?.text ?? '');
    const inner = builder.stages.find((s) => s.id === id);
    if (inner && columns.length > 0) inner.columns.forEach((column, i) => {
      const text = columns[i];
      if (text) column.name = { text, quoted: false };
    });
    return { target: { kind: 'stage', id }, alias: name ? plainName(name) : { text: '', quoted: false }, span };
  }
  const rows = tag === 'function' && String(payload['name']).toLowerCase() === 'table' ? open(listOf(payload['args'])[0]) : undefined;
  if (rows?.tag === 'function' && String(rows.payload['name']).toLowerCase() === 'flatten') return void unnestItem(context, 'lateral', { this: { [rows.tag]: rows.payload } }, alias, span, outer);
  if (tag === 'unnest' || tag === 'lateral') return void unnestItem(context, tag, payload, alias, span, outer);
  if (tag === 'pivot' || tag === 'unpivot') {
    const inner = attach(context, payload['this'], span, outer);
    stage.opaque.push(opaqueOf(builder, 'unsupported', ['columns', 'aggregate'], span));
    return inner;
  }
  if (tag === 'joined_table') {
    stage.opaque.push(opaqueOf(builder, 'unsupported', ['joins', 'from'], span));
    return attach(context, payload['left'], span, outer);
  }
  const name = alias ?? identifier(payload['alias']) ?? { text: '', quoted: false };
  const text = builder.template.slice(span.start, span.end).replace(/\s+/g, ' ');
  const kind = tag === 'values' ? 'values' : 'function';
  const relation: Relation = { id: `${kind}:${text}`, kind, name: String(payload['name'] ?? tag), text, ...(kind === 'function' ? { call: lowerExpr({ [tag]: payload }, context.expr) } : {}), span };
  return { target: relationTarget(builder, relation), alias: plainName(name), span };
}

function unknownItem(context: FromContext, span: Span): undefined {
  context.stage.opaque.push(opaqueOf(context.builder, 'unsupported', ['from', 'joins', 'columns'], span));
  return undefined;
}

function withoutAlias(payload: Payload): Payload {
  return { subquery: { ...payload, alias: null } };
}

/** Takes `alias`, `paren` and `annotated` off a FROM item; the outermost alias is kept, with the names it gives to columns. */
function unwrap(item: unknown): { tag: string; payload: Payload; alias?: SpannedName } | undefined {
  const opened = open(item);
  if (opened?.tag !== 'alias') return opened;
  const alias = identifier(opened.payload['alias']);
  const inner = unwrap(opened.payload['this']);
  const named = listOf(opened.payload['column_aliases']);
  return inner && { ...inner, ...(named.length > 0 ? { payload: { ...inner.payload, column_aliases: named } } : {}), ...(alias ? { alias } : {}) };
}

function tableItem(context: FromContext, payload: Payload, outerAlias: SpannedName | undefined, span: Span): Attachment | undefined {
  const { builder, stage, scope, expr } = context;
  const written = identifier(payload['name']);
  if (!written) return unknownItem(context, span);
  const aliasName = outerAlias ?? identifier(payload['alias']);
  const parts = [payload['catalog'], payload['schema']].map(identifier).filter((part) => part !== undefined);
  const covering = coveringSpan({ name: payload['name'], schema: payload['schema'], catalog: payload['catalog'] }) ?? span;
  const placeholder = placeholderIn(covering, builder.placeholders);
  const aliasHidden = aliasName?.span && placeholderIn(aliasName.span, builder.placeholders);
  if (aliasHidden) stage.opaque.push(opaqueOf(builder, 'jinja', ['from', 'joins', 'filters', 'aggregate', 'limit'], aliasHidden.span));
  const alias = aliasName && !aliasHidden ? plainName(aliasName) : undefined;
  if (placeholder?.relation && parts.length === 0) {
    return { target: relationTarget(builder, { ...placeholder.relation, span: placeholder.span }), alias: alias ?? { text: placeholder.relation.name, quoted: false }, span };
  }
  if (placeholder) {
    const text = jinjaAt(covering, expr);
    // A macro that writes a whole query is masked by more than a name.
    const written = placeholder.kind === 'query' ? placeholder.text : text?.kind === 'jinja' ? text.text : '';
    const relation: Relation = { id: `opaque:${written}`, kind: 'opaque', name: '', text: written, span: placeholder.span };
    if (placeholder.kind === 'query') stage.opaque.push(opaqueOf(builder, 'macro', ['from', 'columns'], placeholder.span));
    return { target: relationTarget(builder, relation), alias: alias ?? { text: '', quoted: false }, span };
  }
  const entry = parts.length === 0 ? scope.get(written.text.toLowerCase()) : undefined;
  const ownName = alias ?? plainName(written);
  if (entry?.kind === 'stage') return { target: { kind: 'stage', id: entry.id }, alias: ownName, span };
  if (entry) return { target: relationTarget(builder, { ...entry.relation, span: covering }), alias: ownName, span };
  const rendered = [...parts, written].map((part) => part.text).join('.');
  const known = builder.rendered.get(rendered.toLowerCase()) ?? builder.rendered.get(rendered.split('.').slice(-2).join('.').toLowerCase());
  if (known) return { target: relationTarget(builder, { ...known, span: covering }), alias: ownName, span };
  return { target: relationTarget(builder, { id: `name:${rendered}`, kind: 'name', name: rendered, text: rendered, span: covering }), alias: ownName, span };
}

function unnestItem(context: FromContext, tag: string, payload: Payload, outerAlias: Name | undefined, span: Span, outer: boolean): void {
  const { stage, expr } = context;
  const alias = outerAlias ?? identifier(payload['alias']) ?? { text: '', quoted: false };
  const inner = tag === 'lateral' || payload['this'] === undefined ? payload['this'] : { unnest: { ...payload, column_aliases: null } };
  stage.unnests.push({
    ...unnested(lowerExpr(inner, expr), outer),
    alias: plainName(alias),
    columns: listOf(payload['column_aliases']).flatMap((c) => {
      const name = identifier(c);
      return name ? [plainName(name)] : [];
    }),
    span,
  });
}

/** The list and whether a row without items is kept, where the function itself says so: `flatten(input => x, outer => true)`, `explode_outer(x)`. */
function unnested(expr: Expr, outer: boolean): { expr: Expr; outer: boolean } {
  if (expr.kind !== 'call') return { expr, outer };
  if (/^(pos)?explode_outer$/.test(expr.name)) return { expr: { ...expr, name: expr.name.replace(/_outer$/, '') }, outer: true };
  const named = new Map(expr.args.map((arg) => [argumentName(arg), arg] as const));
  if (expr.name !== 'flatten' || named.has(undefined) || [...named.keys()].some((name) => name !== 'input' && name !== 'outer')) return { expr, outer };
  const [list, keep] = ['input', 'outer'].map((name) => valueOf(named.get(name)));
  return list ? { expr: { ...expr, args: [list] }, outer: outer || (keep?.kind === 'literal' && keep.value === 'true') } : { expr, outer };
}

function argumentName(arg: Expr): string | undefined {
  const props = arg.kind === 'call' && arg.name === 'named_argument' ? arg.extra?.[0] : undefined;
  return props?.kind === 'other' ? /\bname=(\w+)/.exec(props.props)?.[1] : undefined;
}

function valueOf(arg: Expr | undefined): Expr | undefined {
  return arg?.kind === 'call' ? arg.args[0] : undefined;
}

function lateralView(context: FromContext, view: Payload): void {
  const { stage, expr } = context;
  const alias = identifier(view['table_alias']) ?? { text: '', quoted: false };
  stage.unnests.push({
    ...unnested(lowerExpr(view['this'], expr), view['outer'] === true),
    alias: plainName(alias),
    columns: listOf(view['column_aliases']).flatMap((c) => {
      const name = identifier(c);
      return name ? [plainName(name)] : [];
    }),
    span: coveringSpan(view) ?? stage.span,
  });
}
