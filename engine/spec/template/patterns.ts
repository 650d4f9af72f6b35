import lazy from './re2.cjs';
import type { Pattern } from './types';

/** A longer pattern (UTF-16 units) is refused; nobody could review it. */
export const MAX_PATTERN = 1000;
const MAX_SIZE = 5000;

/**
 * A pattern of a template, compiled so that no text can make it hang: by RE2, whose time is linear. `why` says in words why one
 * is refused: it is no regular expression, it is too large, or it needs what takes unbounded time (lookaround, backreferences).
 */
export function compilePattern(source: string): Pattern | { why: string } {
  if (source.length > MAX_PATTERN) return { why: `it has ${source.length} characters, more than ${MAX_PATTERN}` };
  if (/\(\?<?[=!]/.test(source)) return { why: 'it looks ahead or behind, which can take for ever on some texts' };
  if (/(^|[^\\])(\\\\)*\\([1-9]|k<)/.test(source)) return { why: 'it refers back to a group, which can take for ever on some texts' };
  const RE2 = lazy.re2();
  try {
    const compiled = RE2.compile(RE2.translateRegExp(source));
    const size = compiled.programSize();
    if (size > MAX_SIZE) return { why: 'its repetitions make it too large' };
    return { size, test: (text) => compiled.matcher(text).find() };
  } catch (error) {
    return { why: error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error) };
  }
}
