import type { Span } from '../../text';

/** What a scalar says, and where in the file each of its characters starts; `at` of the length is the end. */
export interface ScalarSource {
  value: string;
  at(index: number): number;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', v: '\v', N: '\x85', _: '\xa0' };

/**
 * Reads a YAML scalar at a span of a file, character by character, so that a word of what it says can be found in the file.
 * Line ends in quotes read as one space, those of block texts stay. Never throws.
 */
export function scalarSource(text: string, span: Span): ScalarSource {
  switch (text[span.start]) {
    case '"':
      return quoted(text, span, '"');
    case "'":
      return quoted(text, span, "'");
    case '|':
    case '>':
      return verbatim(text, { start: Math.min(afterLine(text, span.start), span.end), end: span.end });
    default:
      return verbatim(text, span);
  }
}

/** The place in the file of a part of what a scalar says. */
export function spanOfPart(source: ScalarSource, start: number, end: number): Span {
  return { start: source.at(start), end: source.at(end) };
}

function afterLine(text: string, from: number): number {
  const stop = text.indexOf('\n', from);
  return stop < 0 ? text.length : stop + 1;
}

function verbatim(text: string, span: Span): ScalarSource {
  return { value: text.slice(span.start, span.end), at: (index) => Math.min(span.start + index, span.end) };
}

const NOT_AS_WRITTEN = { '"': /[\\\r\n]/, "'": /''|[\r\n]/ } as const;

function quoted(text: string, span: Span, quote: '"' | "'"): ScalarSource {
  const end = text[span.end - 1] === quote && span.end - 1 > span.start ? span.end - 1 : span.end;
  // Nearly all say what they are written as.
  if (!NOT_AS_WRITTEN[quote].test(text.slice(span.start + 1, end))) return verbatim(text, { start: span.start + 1, end });
  let value = '';
  const at: number[] = [];
  const push = (part: string, from: number): void => {
    for (let i = 0; i < part.length; i++) at.push(from);
    value += part;
  };
  for (let i = span.start + 1; i < end; ) {
    const rest = text.slice(i, i + 10);
    const hex = quote === '"' ? /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/i.exec(rest) : null;
    const length = hex ? hex[0].length : quote === '"' && rest[0] === '\\' ? 2 : quote === "'" && rest.startsWith("''") ? 2 : 1;
    if (hex) push(codePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16)), i);
    else if (length === 2) push(quote === "'" ? "'" : (ESCAPES[rest[1] ?? ''] ?? rest[1] ?? ''), i);
    else if (rest[0] === '\n' || rest[0] === '\r') push(' ', i);
    else push(rest[0] ?? '', i);
    i += length;
  }
  return { value, at: (index) => at[index] ?? end };
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
}
