import { sha256 } from '../project/hash';
import { plain } from '../yaml/tree';
import { canonical } from './canonical';
import { BUILT_IN, keysOf } from './schema';
import type { SpecDocument } from './types';

/** A document's meaning, `m1:sha256:<hex>`: RFC 8785 JSON of the keys its schema marks `x-meaning`. Undefined for what is no spec. */
export function meaningOf(spec: SpecDocument): string | undefined {
  if (!spec.kind || spec.tree?.kind !== 'map') return undefined;
  // What an organisation's template adds does not count: a meaning can be verified without it.
  const schema = BUILT_IN.schemas[spec.kind];
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
