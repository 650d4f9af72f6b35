import type { Range, SemanticTokens, SemanticTokensDelta, SemanticTokensEdit, SemanticTokensLegend } from 'vscode-languageserver';
import { usesOf, type NameContext } from '../../engine/spec/names';
import { TOKEN_MODIFIERS, TOKEN_TYPES, tokensOf } from '../../engine/spec/names/tokens';
import type { SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';

export const LEGEND: SemanticTokensLegend = { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] };

/** The last answer to each open document, for differences; `forget` what is closed. */
export interface TokenMemory {
  full(uri: string, data: number[]): SemanticTokens;
  delta(uri: string, data: number[], previous: string): SemanticTokens | SemanticTokensDelta;
  forget(uri: string): void;
}

/** The tokens of a spec, or of a range of it, in LSP's five numbers each. */
export function semanticTokens(spec: SpecDocument, context: NameContext, range?: Range): number[] {
  const starts = lineStarts(spec.text);
  const [from, to] = range ? [offsetAt(spec.text, starts, range.start), offsetAt(spec.text, starts, range.end)] : [0, spec.text.length];
  let before = { line: 0, character: 0 };
  return tokensOf(spec, usesOf(spec, context)).filter(({ span }) => span.start < to && from < span.end).flatMap(({ span, type, modifiers }) => {
    const { line, character } = positionAt(starts, span.start);
    const moved = [line - before.line, line === before.line ? character - before.character : character];
    before = { line, character };
    return [...moved, span.end - span.start, TOKEN_TYPES.indexOf(type), modifiers.reduce((bits, modifier) => bits | (1 << TOKEN_MODIFIERS.indexOf(modifier)), 0)];
  });
}

export function createTokenMemory(): TokenMemory {
  const last = new Map<string, { id: string; data: number[] }>();
  let next = 1;
  const keep = (uri: string, data: number[]): string => {
    const id = String(next++);
    last.set(uri, { id, data });
    return id;
  };
  return {
    full: (uri, data) => ({ resultId: keep(uri, data), data }),
    delta(uri, data, previous) {
      const known = last.get(uri);
      const resultId = keep(uri, data);
      return known?.id === previous ? { resultId, edits: editsBetween(known.data, data) } : { resultId, data };
    },
    forget: (uri) => void last.delete(uri),
  };
}

/** What differs between two lists of numbers, as the one stretch between their common start and end. */
function editsBetween(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const deleteCount = before.length - start - end;
  return deleteCount === 0 && after.length === before.length ? [] : [{ start, deleteCount, data: after.slice(start, after.length - end) }];
}
