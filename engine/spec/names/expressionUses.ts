import type { Span } from '../../text';
import { scalarSource, spanOfPart } from './scalarSource';
import { sqlWords, type SqlWord } from './sqlWords';
import { columnIn, type Attached, type FoundColumn } from './stageScope';
import type { NameUse } from './types';

/** What the names of an expression can mean. */
export interface Sources {
  /** What is reached by an alias. */
  attached: readonly Attached[];
  /** Those whose columns are reached by their bare name. */
  bare: readonly Attached[];
  /** Columns that go before those, and behind them. */
  first?(name: string): FoundColumn;
  last?(name: string): FoundColumn;
}

/** Words that are never names of columns unless a column is called so. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  'all and any array as asc at between both by case cast collate cross current current_date current_time current_timestamp date desc distinct else end escape except exists extract false filter first following for from full group groups having ilike in inner intersect interval into is join last lateral leading left like limit natural not null nulls offset on or order outer over overlaps partition preceding qualify range regexp right rlike row rows select set similar some struct table then time timestamp to trailing true unbounded union unknown using values when where window with within without zone'.split(' '),
);

/** The names in the expression a scalar holds. Functions, keywords and what cannot be a column are none. */
export function expressionUses(text: string, span: Span, sources: Sources): NameUse[] {
  const source = scalarSource(text, span);
  return sqlWords(source.value).flatMap((word) => wordUses(word, sources).map((use) => ({ ...use, span: spanOfPart(source, use.span.start, use.span.end) })));
}

function wordUses(word: SqlWord, sources: Sources): NameUse[] {
  const [head, next] = word.parts;
  if (!head || (word.call && word.parts.length === 1)) return [];
  const attached = next && sources.attached.find((one) => one.alias.toLowerCase() === head.text.toLowerCase());
  if (attached) {
    const alias: NameUse = { kind: attached.symbol?.kind ?? 'input', span: head, symbol: attached.symbol, defines: false, certain: true };
    return word.call && word.parts.length === 2 ? [alias] : [alias, columnUse(next, attached.column(next.text))];
  }
  if (word.call) return [];
  const found = bareColumn(sources, head.text);
  if (found.kind === 'one') return [columnUse(head, found)];
  if (!head.quoted && KEYWORDS.has(head.text.toLowerCase())) return [];
  // A bare word may also be a type, a unit or a name of the output; a qualified one can only be an alias or a column with parts.
  return found.kind === 'none' && next ? [{ kind: 'input', span: head, symbol: undefined, defines: false, certain: true }] : [];
}

function columnUse(span: Span, found: FoundColumn): NameUse {
  return { kind: 'column', span: { start: span.start, end: span.end }, symbol: found.kind === 'one' ? found.symbol : undefined, defines: false, certain: found.kind === 'one' || found.kind === 'none' };
}

/** What a bare column name means. */
export function bareColumn(sources: Sources, name: string): FoundColumn {
  const before = sources.first?.(name);
  if (before?.kind === 'one') return before;
  const own = columnIn(sources.bare, name);
  if (own.kind === 'one' || own.kind === 'many') return own;
  const after = sources.last?.(name);
  return after?.kind === 'one' ? after : own;
}
