import type { Span } from '../../text';
import { resolvePath } from '../implementsOf';
import type { SpecDocument } from '../types';
import { specSymbol } from './symbols';
import type { NameContext, NameUse } from './types';

/** A path to another spec. */
export function specUse(spec: SpecDocument, span: Span, written: string, { specs }: NameContext): NameUse {
  const path = resolvePath(spec.path, written);
  return { kind: 'spec', span, symbol: path !== undefined && specs.some((other) => other.path === path) ? specSymbol(path) : undefined, defines: false, certain: true };
}

/** A scalar's span without its quotes. */
export function bareSpan(source: string, span: Span): Span {
  const quote = source[span.start];
  const quoted = (quote === '"' || quote === "'") && span.end - span.start > 1 && source[span.end - 1] === quote;
  return quoted ? { start: span.start + 1, end: span.end - 1 } : span;
}

/** The name in `[package.]name[.vN]` at a span. */
export function namePart(span: Span, written: string): Span {
  const match = /^(?:(\w+)\.)??(\w+)(?:\.v\w+)?$/.exec(written);
  if (!match || span.end - span.start !== written.length) return span;
  const start = span.start + (match[1] === undefined ? 0 : match[1].length + 1);
  return { start, end: start + (match[2]?.length ?? 0) };
}
