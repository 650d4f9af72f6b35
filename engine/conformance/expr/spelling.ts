import type { Expr } from '../../sql/types';

type Call = Extract<Expr, { kind: 'call' }>;

const PARTS = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute']);
const PART_NAMES: Readonly<Record<string, string>> = { dayofmonth: 'day', day_of_month: 'day' };
const UNIT_FIRST = new Set(['date_trunc', 'date_add', 'dateadd', 'date_sub', 'datediff', 'date_diff', 'timestamp_diff', 'datetime_diff', 'date_part', 'timestampadd', 'timestampdiff']);

/**
 * A call in the one spelling that calls of its meaning share, as an expression that is yet to be normalised; undefined
 * where the call has only one spelling. Its operands are normalised already.
 */
export function spelled(call: Call): Expr | undefined {
  const { name, args } = call;
  const [a, b, c] = args;
  if (call.over) return offsetByOne(call);
  switch (name) {
    case 'if_func':
    case 'iff':
    case 'if':
      return a && b ? { kind: 'case', branches: [{ when: a, then: b }], ...(c ? { otherwise: c } : {}) } : undefined;
    case 'nvl2':
      return a && b && c ? { kind: 'case', branches: [{ when: { kind: 'op', op: 'is not null', args: [a] }, then: b }], otherwise: c } : undefined;
    case 'decode':
      return decoded(call);
    case 'equal_null':
      return a && b ? { kind: 'op', op: 'is not distinct from', args: [a, b] } : undefined;
    case 'is_true':
    case 'is_false':
      return a ? { kind: 'op', op: 'is', args: [a, { kind: 'literal', type: 'boolean', value: name === 'is_true' ? 'true' : 'false' }] } : undefined;
    case 'mod_func':
    case 'mod':
      return a && b ? { kind: 'op', op: '%', args: [a, b] } : undefined;
    case 'any':
      return a && b?.kind === 'call' && b.name === 'array_func' && propsOf(call).includes('op=eq') && b.args.every(isLiteral) ? { kind: 'op', op: 'in', args: [a, ...b.args] } : undefined;
    case 'date':
    case 'to_date':
      return a && args.length === 1 ? { kind: 'cast', expr: a, type: 'date', safe: false } : undefined;
    case 'interval':
      return interval(call);
    case 'date_part':
      return a?.kind === 'literal' && b && PARTS.has(a.value.toLowerCase()) ? part(a.value.toLowerCase(), b) : undefined;
    case 'subscript':
    case 'get_path':
    case 'j_s_o_n_extract':
      return path(call);
    case 'dot':
      return dotted(call);
  }
  const field = PART_NAMES[name] ?? name;
  if (a && args.length === 1 && PARTS.has(field) && !call.extra && field !== 'week') return part(field, a);
  return filtered(call) ?? withUnit(call);
}

function isLiteral(expr: Expr): boolean {
  return expr.kind === 'literal';
}

function propsOf(call: Call): string {
  return (call.extra ?? []).map((item) => (item.kind === 'other' ? item.props : '')).join(' ').trim();
}

function part(field: string, of: Expr): Expr {
  return { kind: 'call', name: 'extract', args: [of], distinct: false, aggregate: false, extra: [{ kind: 'other', tag: 'props', props: `field=${field}`, args: [] }] };
}

/** `decode(x, 1, 'a', 'b')` with keys that are no nulls, which decode alone finds equal. */
function decoded(call: Call): Expr | undefined {
  const [operand, ...rest] = call.args;
  if (!operand || rest.length < 2) return undefined;
  const pairs = rest.slice(0, rest.length - (rest.length % 2));
  const branches = pairs.flatMap((key, index) => (index % 2 === 0 ? [{ when: key, then: pairs[index + 1] as Expr }] : []));
  if (!branches.every(({ when }) => when.kind === 'literal' && when.type !== 'null')) return undefined;
  const otherwise = rest.length % 2 === 1 ? rest[rest.length - 1] : undefined;
  return { kind: 'case', operand, branches, ...(otherwise ? { otherwise } : {}) };
}

/** `sum(x) filter (where c)` adds up `case when c then x end`. */
function filtered(call: Call): Expr | undefined {
  if (!call.aggregate || call.args.length !== 2 || propsOf(call) !== 'filter=#') return undefined;
  const [of, condition] = call.args as [Expr, Expr];
  const then: Expr = of.kind === 'star' ? { kind: 'literal', type: 'number', value: '1' } : of;
  return { ...withoutExtra(call), args: [{ kind: 'case', branches: [{ when: condition, then }] }] };
}

/** An offset of one is what LAG and LEAD have without one. */
function offsetByOne(call: Call): Expr | undefined {
  const [of, by] = call.args;
  if ((call.name !== 'lag' && call.name !== 'lead') || !of || call.args.length !== 2 || by?.kind !== 'literal' || by.value !== '1') return undefined;
  return propsOf(call) === '' || propsOf(call) === 'offset=#' ? { ...withoutExtra(call), args: [of] } : undefined;
}

function withoutExtra(call: Call): Call {
  return { kind: 'call', name: call.name, args: call.args, distinct: call.distinct, aggregate: call.aggregate, ...(call.over ? { over: call.over } : {}), ...(call.span ? { span: call.span } : {}) };
}

/** `interval '1 day'`, `interval 1 day`, `interval '1' day`. */
function interval(call: Call): Expr | undefined {
  const [amount] = call.args;
  if (amount?.kind !== 'literal' || call.args.length !== 1) return undefined;
  const unit = /unit:(\w+)/.exec(propsOf(call))?.[1] ?? '';
  const value = `${amount.value} ${unit}`.trim().toLowerCase().replace(/\s+/g, ' ').replace(/(\w)s$/, '$1');
  const text = { ...amount, type: 'string' as const, value };
  return value === amount.value && !call.extra ? undefined : { kind: 'call', name: 'interval', args: [text], distinct: false, aggregate: false };
}

/** Units of date functions as lower-case text, first; BigQuery has the unit of TRUNC last. */
function withUnit(call: Call): Expr | undefined {
  if (!UNIT_FIRST.has(call.name) && call.name !== 'timestamp_trunc' && call.name !== 'datetime_trunc') return undefined;
  const args = call.args.map((arg): Expr => {
    const named = arg.kind === 'call' && arg.name === 'var' ? /this=(\w+)/.exec(propsOf(arg))?.[1] : undefined;
    return named === undefined ? arg : { kind: 'literal', type: 'string', value: named.toLowerCase() };
  });
  const [a, b] = args;
  const turned = /trunc$/.test(call.name) && a?.kind !== 'literal' && b?.kind === 'literal' && args.length === 2 ? [b, a as Expr] : args;
  return turned.some((arg, index) => arg !== call.args[index]) ? { ...call, args: turned } : undefined;
}

/** `x['a']['b']`, `x:a.b` and `get_path(x, 'a.b')`. */
function path(call: Call): Expr | undefined {
  const [base, step] = call.args;
  if (!base || step?.kind !== 'literal' || (step.type !== 'string' && step.type !== 'number')) return undefined;
  const own = step.type === 'number' ? `[${step.value}]` : step.value;
  const inner = base.kind === 'call' && base.name === 'json_extract' && !base.extra && base.args.length === 2 ? base.args : undefined;
  const [below, before] = inner ?? [];
  if (below && before?.kind === 'literal') return pathOf(below, own.startsWith('[') ? `${before.value}${own}` : `${before.value}.${own}`);
  return pathOf(base, own);
}

function pathOf(base: Expr, text: string): Expr {
  return { kind: 'call', name: 'json_extract', args: [base, { kind: 'literal', type: 'other', value: text }], distinct: false, aggregate: false };
}

/** A field of a struct: its name is what one literal is to another. */
function dotted(call: Call): Expr | undefined {
  const field = /^field=(.*)$/.exec(propsOf(call))?.[1]?.trim();
  const [base] = call.args;
  return base && field !== undefined && call.args.length === 1 ? { kind: 'call', name: 'dot', args: [base, { kind: 'literal', type: 'other', value: field }], distinct: false, aggregate: false } : undefined;
}
