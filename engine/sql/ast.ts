import type { Span } from '../text';
import type { Ast } from './polyglot';
import type { Name } from './types';

export type Payload = Readonly<Record<string, unknown>>;

/** Tag and payload of a node; `annotated` and `paren` wrappers are taken off. Undefined for what is no node. */
export function open(value: unknown): { tag: string; payload: Payload } | undefined {
  if (!isNode(value)) return undefined;
  const [tag, payload] = Object.entries(value)[0] as [string, unknown];
  if ((tag === 'annotated' || tag === 'paren') && isRecord(payload)) return open(payload['this']) ?? { tag, payload };
  return { tag, payload: isRecord(payload) ? payload : { value: payload } };
}

/** True for an expression or query node: one key that is a tag. */
export function isNode(value: unknown): value is Ast {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] !== 'data_type' && keys[0] !== 'expressions' && keys[0] !== 'this';
}

export function isRecord(value: unknown): value is Payload {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An identifier node (`{name, quoted, span}`) as a name with its span. */
export function identifier(value: unknown): (Name & { span?: Span }) | undefined {
  if (typeof value === 'string') return { text: value, quoted: false };
  if (!isRecord(value) || typeof value['name'] !== 'string') return undefined;
  const span = spanField(value);
  return { text: value['name'], quoted: value['quoted'] === true, ...(span ? { span } : {}) };
}

export function spanField(value: unknown): Span | undefined {
  if (!isRecord(value) || !isRecord(value['span'])) return undefined;
  const { start, end } = value['span'];
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}

/** Smallest span around every identifier below a node; undefined where none has one. */
export function coveringSpan(value: unknown): Span | undefined {
  if (Array.isArray(value)) return value.map(coveringSpan).reduce(around, undefined);
  if (!isRecord(value)) return undefined;
  const own = spanField(value);
  return Object.entries(value)
    .filter(([key]) => key !== 'span')
    .map(([, child]) => (typeof child === 'object' ? coveringSpan(child) : undefined))
    .reduce(around, own);
}

export function around(left: Span | undefined, right: Span | undefined): Span | undefined {
  if (!left) return right;
  if (!right) return left;
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}

/** The operands of a chain of ANDs, in order. */
export function conjuncts(node: unknown): unknown[] {
  const direct = isRecord(node) && isRecord(node['annotated']) ? node['annotated']['this'] : node;
  if (!isRecord(direct) || !isRecord(direct['and'])) return [direct];
  return [...conjuncts(direct['and']['left']), ...conjuncts(direct['and']['right'])];
}
