import type { Span } from '../text';
import type { Ast } from './polyglot';
import type { Name } from './types';

export type Payload = Readonly<Record<string, unknown>>;

/** Tag and payload of a node; `annotated` and `paren` wrappers are taken off. Undefined for what is no node. */
export function open(value: unknown): { tag: string; payload: Payload } | undefined {
  const tag = tagOf(value);
  if (tag === undefined) return undefined;
  const payload = (value as Payload)[tag];
  if ((tag === 'annotated' || tag === 'paren') && isRecord(payload)) return open(payload['this']) ?? { tag, payload };
  return { tag, payload: isRecord(payload) ? payload : { value: payload } };
}

/** True for an expression or query node: one key that is a tag. */
export function isNode(value: unknown): value is Ast {
  return tagOf(value) !== undefined;
}

/** The one key of a node. Trees have many nodes, so no list of keys is made. */
function tagOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  let tag: string | undefined;
  for (const key in value) {
    if (tag !== undefined) return undefined;
    tag = key;
  }
  return tag === 'data_type' || tag === 'expressions' || tag === 'this' ? undefined : tag;
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
  const found = { start: Infinity, end: -Infinity };
  widen(found, value);
  return found.start === Infinity ? undefined : found;
}

/** Widens a span in place: this looks at every node of a tree, and more than once. */
function widen(found: Span, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) widen(found, item);
    return;
  }
  const node = value as Payload;
  for (const key in node) {
    if (key !== 'span') widen(found, node[key]);
  }
  const span = node['span'];
  if (typeof span !== 'object' || span === null) return;
  const { start, end } = span as Payload;
  if (typeof start !== 'number' || typeof end !== 'number') return;
  if (start < found.start) found.start = start;
  if (end > found.end) found.end = end;
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
