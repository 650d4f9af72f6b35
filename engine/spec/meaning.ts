import { sha256 } from '../project/hash';
import { plain } from '../yaml/tree';
import { keysOf, schemaOf } from './schema';
import type { SpecDocument } from './types';

/** A document's meaning, `m1:sha256:<hex>`: RFC 8785 JSON of the keys its schema marks `x-meaning`. Undefined for what is no spec. */
export function meaningOf(spec: SpecDocument): string | undefined {
  if (!spec.kind || spec.tree?.kind !== 'map') return undefined;
  const schema = schemaOf(spec.kind);
  const data = plain(spec.tree) as Record<string, unknown>;
  const kept = keysOf(schema).filter((key) => schema.properties?.[key]?.['x-meaning'] === true && data[key] !== undefined);
  return `m1:sha256:${sha256(canonical(Object.fromEntries(kept.map((key) => [key, tokens(data[key])]))))}`;
}

/** Expressions enter as tokens: white space around and between tokens and SQL comments do not count. */
function tokens(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => tokens(item, key));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, tokens(v, k)]));
  if (typeof value !== 'string' || !['expression', 'condition', 'rows'].includes(key)) return value;
  const parts = value.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').split(/('(?:[^']|'')*'|"[^"]*")/);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(/\s+/g, ' ').replace(/ ?([(),=<>!+\-*/|]) ?/g, '$1'))).join('').trim();
}

/** JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 units, ECMAScript numbers, no white space. */
export function canonical(value: unknown): string {
  if (value === null || value === undefined || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`).join(',')}}`;
}
