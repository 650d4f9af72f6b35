import type { Span } from '../text';
import { coveringSpan, identifier, isNode, isRecord, listOf, open, spanField, type Payload } from './ast';
import { isAggregate } from './functions';
import { normaliseJinja } from './jinja';
import { STRING_FILLER, type Placeholder } from './mask';
import type { Expr, Name, OrderKey, WindowSpec } from './types';

/** What lowering an expression needs from the query around it. */
export interface ExprContext {
  /** The template the spans point into. */
  template: string;
  placeholders: readonly Placeholder[];
  /** Lowers a query that stands inside an expression; gives its stage's id. */
  subquery(query: unknown): string;
  /** What the query's WINDOW clause names, by the name in lower case. */
  windows?: ReadonlyMap<string, WindowSpec>;
}

const BINARY: Record<string, string> = {
  eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=', add: '+', sub: '-', mul: '*', div: '/', mod: '%', concat: '||',
  and: 'and', or: 'or', is: 'is', null_safe_eq: 'is not distinct from', null_safe_neq: 'is distinct from', like: 'like', i_like: 'ilike',
};
const CASTS = new Set(['cast', 'try_cast', 'safe_cast']);
const IGNORED = new Set([
  'span', 'inferred_type', 'trailing_comments', 'leading_comments', 'operator_comments', 'left_comments', 'right_comments', 'comments',
  'original_name', 'alias_explicit_as', 'double_colon_syntax', 'use_inner_keyword', 'alias_keyword', 'arrow_syntax', 'no_parens',
  'sql_standard_syntax', 'position_explicit', 'kind_text', 'start_side_text', 'end_side_text', 'pre_alias_comments', 'use_bracket_syntax',
]);

/** A node of the parser's tree as an `Expr`. Constructs without a case of their own become calls named by their tag. */
export function lowerExpr(node: unknown, context: ExprContext): Expr {
  const opened = open(node);
  if (!opened) return { kind: 'other', tag: 'empty', props: '', args: [] };
  const span = coveringSpan(opened.payload);
  const expr = lowerTag(opened.tag, opened.payload, context, span);
  // Every case makes an expression of its own, so it need not be copied.
  if (span && expr.span === undefined) expr.span = span;
  return expr;
}

function lowerTag(tag: string, payload: Payload, context: ExprContext, span: Span | undefined): Expr {
  const lower = (value: unknown): Expr => lowerExpr(value, context);
  if (tag === 'column') return columnExpr(payload, context, span);
  if (tag === 'star') return starExpr(payload, context);
  if (tag === 'literal') return literalExpr(payload, context);
  if (tag === 'boolean') return { kind: 'literal', type: 'boolean', value: String(payload['value']) };
  if (tag === 'null') return { kind: 'literal', type: 'null', value: 'null' };
  if (tag === 'alias') return lower(payload['this']);
  if (tag === 'identifier') return nameExpr(identifier(payload), context, span);
  const op = BINARY[tag];
  if (op !== undefined && 'left' in payload && payload['quantifier'] == null && payload['escape'] == null) {
    return { kind: 'op', op, args: [lower(payload['left']), lower(payload['right'])] };
  }
  if (tag === 'not') return { kind: 'op', op: 'not', args: [lower(payload['this'])] };
  if (tag === 'neg') return { kind: 'op', op: '-', args: [lower(payload['this'])] };
  if (tag === 'is_null') return { kind: 'op', op: payload['not'] === true ? 'is not null' : 'is null', args: [lower(payload['this'])] };
  if (tag === 'between') {
    const between: Expr = { kind: 'op', op: 'between', args: [lower(payload['this']), lower(payload['low']), lower(payload['high'])] };
    return payload['not'] === true ? { kind: 'op', op: 'not', args: [between] } : between;
  }
  if (tag === 'in') return inExpr(payload, context);
  if (tag === 'exists') {
    return { kind: 'subquery', use: 'exists', stage: context.subquery(payload['this']), negated: payload['not'] === true };
  }
  if (tag === 'subquery' || tag === 'select' || tag === 'union' || tag === 'except' || tag === 'intersect') {
    return { kind: 'subquery', use: 'scalar', stage: context.subquery({ [tag]: payload }), negated: false };
  }
  if (tag === 'case') {
    return {
      kind: 'case',
      ...(payload['operand'] == null ? {} : { operand: lower(payload['operand']) }),
      branches: listOf(payload['whens']).map((pair) => ({ when: lower(listOf(pair)[0]), then: lower(listOf(pair)[1]) })),
      ...(payload['else_'] == null ? {} : { otherwise: lower(payload['else_']) }),
    };
  }
  if (CASTS.has(tag)) return { kind: 'cast', expr: lower(payload['this']), type: typeText(payload['to'], context), safe: tag !== 'cast' };
  if (tag === 'window_function') return windowExpr(payload, context);
  if (tag === 'function' || tag === 'aggregate_function') return callExpr(String(payload['name'] ?? tag).toLowerCase(), payload, context, ['name']);
  return callExpr(tag, payload, context, tag === 'named_argument' ? [] : ['name']);
}

function columnExpr(payload: Payload, context: ExprContext, span: Span | undefined): Expr {
  const name = identifier(payload['name']);
  if (!name) return { kind: 'other', tag: 'column', props: '', args: [] };
  const hidden = jinjaAt(span, context);
  if (hidden) return hidden;
  const table = identifier(payload['table']);
  return { kind: 'column', ...(table ? { table: plainName(table) } : {}), name: plainName(name) };
}

function nameExpr(name: Name | undefined, context: ExprContext, span: Span | undefined): Expr {
  const hidden = jinjaAt(span, context);
  if (hidden) return hidden;
  return name ? { kind: 'column', name: plainName(name) } : { kind: 'other', tag: 'identifier', props: '', args: [] };
}

/** A name without its span. */
export function plainName(name: Name): Name {
  return { text: name.text, quoted: name.quoted };
}

/** The Jinja expression that stands where an identifier was parsed; undefined where the identifier is real. */
export function jinjaAt(span: Span | undefined, context: Pick<ExprContext, 'placeholders' | 'template'>): Expr | undefined {
  if (!span || !placeholderIn(span, context.placeholders)) return undefined;
  return { kind: 'jinja', text: normaliseJinja(context.template.slice(span.start, span.end)) };
}

/** The first placeholder that overlaps a span. */
export function placeholderIn(span: Span, placeholders: readonly Placeholder[]): Placeholder | undefined {
  return placeholders.find((p) => p.span.start < span.end && span.start < p.span.end);
}

function starExpr(payload: Payload, context: ExprContext): Expr {
  const table = identifier(payload['table']);
  return {
    kind: 'star',
    ...(table ? { table: plainName(table) } : {}),
    except: listOf(payload['except']).flatMap((item) => nameList(item)),
    replace: listOf(payload['replace']).flatMap((item) => {
      const name = isRecord(item) ? identifier(item['alias']) : undefined;
      return name && isRecord(item) ? [{ name: plainName(name), expr: lowerExpr(item['this'], context) }] : [];
    }),
    rename: listOf(payload['rename']).flatMap((pair) => {
      const [from, to] = listOf(pair).map(identifier);
      return from && to ? [{ from: plainName(from), to: plainName(to) }] : [];
    }),
  };
}

function nameList(value: unknown): Name[] {
  const name = identifier(value);
  return name ? [plainName(name)] : [];
}

function literalExpr(payload: Payload, context: ExprContext): Expr {
  const value = String(payload['value'] ?? '');
  const type = String(payload['literal_type'] ?? 'other');
  if (value.includes(STRING_FILLER)) return { kind: 'jinja', text: withJinja(value, context) };
  if (type === 'string' || type === 'number') return { kind: 'literal', type, value };
  return { kind: 'literal', type: 'other', value: `${type} ${value}` };
}

function withJinja(value: string, context: ExprContext): string {
  const strings = context.placeholders.filter((p) => p.kind === 'string');
  const source = value.replace(new RegExp(`${STRING_FILLER}(\\d+)${STRING_FILLER}*`, 'g'), (_, index: string) => {
    const found = strings.find((p) => p.index === Number(index));
    return `{{${found?.text ?? ''}}}`;
  });
  return `'${source}'`;
}

function inExpr(payload: Payload, context: ExprContext): Expr {
  const operand = lowerExpr(payload['this'], context);
  const negated = payload['not'] === true;
  if (payload['query'] != null) {
    return { kind: 'subquery', use: 'in', stage: context.subquery(payload['query']), operand, negated };
  }
  const list = [...listOf(payload['expressions']).map((item) => lowerExpr(item, context))];
  if (payload['unnest'] != null) list.push({ kind: 'call', name: 'unnest', args: [lowerExpr(payload['unnest'], context)], distinct: false, aggregate: false });
  const expr: Expr = { kind: 'op', op: 'in', args: [operand, ...list] };
  return negated ? { kind: 'op', op: 'not', args: [expr] } : expr;
}

function windowExpr(payload: Payload, context: ExprContext): Expr {
  const inner = lowerExpr(payload['this'], context);
  const over = windowSpec(payload['over'], context);
  if (inner.kind !== 'call') return { kind: 'other', tag: 'window', props: JSON.stringify(over.frame), args: [inner, ...over.partitionBy, ...over.orderBy.map((o) => o.expr)] };
  return { ...inner, over, aggregate: false };
}

function windowSpec(value: unknown, context: ExprContext): WindowSpec {
  const over = isRecord(value) ? value : {};
  const window = identifier(over['window_name']);
  const hidden = window && fillerOf(window.text, context);
  const named = hidden || !window ? undefined : (context.windows?.get(window.text.toLowerCase()) ?? unknownWindow(window));
  const orderBy = orderKeys(over['order_by'], context);
  const frame = over['frame'] == null ? '' : encode(over['frame'], context, []);
  return {
    // Jinja at the start of a window writes what the parser takes for the name of one.
    partitionBy: [...(named?.partitionBy ?? []), ...(hidden ? [{ kind: 'jinja' as const, text: `{{${hidden.text}}}` }] : []), ...listOf(over['partition_by']).map((item) => lowerExpr(item, context))],
    orderBy: orderBy.length > 0 ? orderBy : (named?.orderBy ?? []),
    frame: frame === '' ? (named?.frame ?? '') : frame,
  };
}

/** A window that goes by a name whose meaning is not in sight. */
function unknownWindow(name: Name): WindowSpec {
  return { partitionBy: [{ kind: 'other', tag: 'window', props: name.text.toLowerCase(), args: [] }], orderBy: [], frame: '' };
}

/** The same context inside a query with a WINDOW clause; a window may be made from one before it. */
export function withWindows(context: ExprContext, clause: unknown): ExprContext {
  return listOf(clause).reduce<ExprContext>((before, item) => {
    const name = isRecord(item) ? identifier(item['name']) : undefined;
    if (!name || !isRecord(item)) return before;
    return { ...before, windows: new Map([...(before.windows ?? []), [name.text.toLowerCase(), windowSpec(item['spec'], before)]]) };
  }, context);
}

/** ORDER BY items: `[{this, desc, nulls_first}]`. */
export function orderKeys(value: unknown, context: ExprContext): OrderKey[] {
  return listOf(value).flatMap((item) => {
    if (!isRecord(item)) return [];
    const payload = open(item)?.tag === 'ordered' ? (open(item)?.payload ?? item) : item;
    const nulls = payload['nulls_first'];
    return [
      {
        expr: lowerExpr(payload['this'], context),
        descending: payload['desc'] === true,
        ...(typeof nulls === 'boolean' && payload['explicit_nulls'] !== false ? { nulls: nulls ? ('first' as const) : ('last' as const) } : {}),
      },
    ];
  });
}

const ARGUMENT_KEYS = ['this', 'args', 'expression', 'expressions'];

function callExpr(name: string, payload: Payload, context: ExprContext, skip: readonly string[]): Expr {
  const args: Expr[] = payload['star'] === true ? [{ kind: 'star', except: [], replace: [], rename: [] }] : [];
  const first = ARGUMENT_KEYS.filter((key) => key in payload);
  const later = Object.keys(payload).filter((key) => !ARGUMENT_KEYS.includes(key) && !IGNORED.has(key) && !skip.includes(key) && key !== 'distinct' && key !== 'star');
  const props: string[] = [];
  for (const key of [...first, ...later]) {
    const text = encode(payload[key], context, args);
    if (text !== '' && !ARGUMENT_KEYS.includes(key)) props.push(`${key}=${text}`);
    else if (text !== '' && text.replace(/[#,[\]]/g, '') !== '') props.push(`${key}=${text}`);
  }
  return {
    kind: 'call',
    name,
    args: UNIT_FIRST.has(name) && args.length === 3 ? args.map((arg, index) => (index === 0 ? unitOf(arg) : arg)) : args,
    distinct: payload['distinct'] === true,
    aggregate: isAggregate(name),
    ...(props.length > 0 ? { extra: [{ kind: 'other', tag: 'props', props: props.join(' '), args: [] }] } : {}),
  };
}

/** Functions of three arguments of which the first is a unit of time, though some parsers take its name for a column's. */
const UNIT_FIRST = new Set(['dateadd', 'datediff', 'timestampadd', 'timestampdiff']);

function unitOf(arg: Expr): Expr {
  return arg.kind === 'column' && !arg.table && !arg.name.quoted ? { kind: 'literal', type: 'string', value: arg.name.text.toLowerCase(), ...(arg.span ? { span: arg.span } : {}) } : arg;
}

/** Canonical text of a property; expressions inside it go to `args` and stand as `#`. Empty for what says nothing. */
function encode(value: unknown, context: ExprContext, args: Expr[]): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return textOrJinja(value, context);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map((item) => encode(item, context, args)).join(',')}]`;
  const opened = isNode(value) && spanField(value) === undefined ? open(value) : undefined;
  if (opened) {
    args.push(lowerExpr(value, context));
    return '#';
  }
  const name = identifier(value);
  if (name && 'quoted' in value) return (name.span && jinjaAt(name.span, context)?.kind === 'jinja') ? normaliseJinja(context.template.slice(name.span.start, name.span.end)) : name.quoted ? `"${name.text}"` : name.text.toLowerCase();
  const parts = Object.entries(value)
    .filter(([key]) => !IGNORED.has(key))
    .map(([key, child]) => [key, encode(child, context, args)] as const)
    .filter(([, text]) => text !== '');
  return parts.length === 0 ? '' : `{${parts.map(([key, text]) => `${key}:${text}`).join(' ')}}`;
}

/** A property's text, or the Jinja whose filler it is. */
function textOrJinja(value: string, context: Pick<ExprContext, 'placeholders'>): string {
  const found = fillerOf(value, context);
  return found ? `{{${found.text}}}` : value.toLowerCase();
}

/** The Jinja whose filler a word is. */
function fillerOf(word: string, context: Pick<ExprContext, 'placeholders'>): Placeholder | undefined {
  const filler = /^j(\d+)_*$/i.exec(word);
  return filler ? context.placeholders.find((p) => p.index === Number(filler[1]) && p.span.end - p.span.start === word.length) : undefined;
}

/** A data type as canonical text: `decimal(10,2)`, `text`, or the Jinja that names it. */
export function typeText(value: unknown, context: Pick<ExprContext, 'placeholders'>): string {
  if (!isRecord(value)) return String(value ?? '').toLowerCase();
  const base = typeof value['name'] === 'string' && value['data_type'] === 'custom' ? value['name'] : String(value['data_type'] ?? '');
  const sizes = ['precision', 'scale', 'length'].map((key) => value[key]).filter((size) => typeof size === 'number');
  const rest = Object.entries(value)
    .filter(([key, item]) => !['data_type', 'name', 'precision', 'scale', 'length'].includes(key) && item != null && item !== false)
    .map(([key, item]) => `${key}:${isRecord(item) ? typeText(item, context) : JSON.stringify(item)}`);
  const text = textOrJinja(base, context);
  return `${text}${sizes.length > 0 ? `(${sizes.join(',')})` : ''}${rest.length > 0 ? `<${rest.join(',')}>` : ''}`;
}
