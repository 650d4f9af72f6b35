import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver';
import { sentenceOf, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf, type Span } from '../../engine/text';
import { get, text, type YamlEntry, type YamlTree } from '../../engine/yaml/tree';

const NAMES = ['id', 'as', 'name', 'to', 'ref', 'source', 'all_from', 'business', 'clause', 'by'];
/** How deep the outline goes: a step's joins, and no further. */
const DEPTH = 4;

/** The outline of a spec: its sections, their items by id, name or alias, and the sections of steps. */
export function documentSymbols(spec: SpecDocument): DocumentSymbol[] {
  const starts = lineStarts(spec.text);
  if (spec.tree?.kind !== 'map') return [];
  return spec.tree.entries.flatMap((entry) => sectionSymbol(entry, starts, 0));
}

function sectionSymbol(entry: YamlEntry, starts: readonly number[], depth: number): DocumentSymbol[] {
  if (entry.key.trim() === '' || entry.keySpan.end <= entry.keySpan.start) return [];
  const span = { start: entry.keySpan.start, end: Math.max(entry.keySpan.end, entry.value.span.end) };
  const children = childrenOf(entry.value, span, starts, depth + 1);
  return [
    {
      name: entry.key,
      detail: text(entry.value) ?? '',
      kind: depth === 0 ? SymbolKind.Module : SymbolKind.Property,
      range: rangeOf(starts, span),
      selectionRange: rangeOf(starts, entry.keySpan),
      ...(children.length > 0 ? { children } : {}),
    },
  ];
}

/** Items of a list, or keys of a map that hold lists or maps; what an alias stands for is outlined where it is written. */
function childrenOf(tree: YamlTree, within: Span, starts: readonly number[], depth: number): DocumentSymbol[] {
  if (depth > DEPTH) return [];
  if (tree.kind === 'seq') return tree.items.filter((item) => holds(within, item.span)).flatMap((item) => itemSymbol(item, starts, depth));
  if (tree.kind !== 'map') return [];
  return tree.entries.filter((entry) => entry.value.kind !== 'scalar' && holds(within, entry.keySpan) && holds(within, entry.value.span)).flatMap((entry) => sectionSymbol(entry, starts, depth));
}

function itemSymbol(item: YamlTree, starts: readonly number[], depth: number): DocumentSymbol[] {
  if (item.span.end <= item.span.start) return [];
  const named = nameIn(item);
  const name = text(named ?? item);
  if (name === undefined || name.trim() === '') return [];
  const selection = named && holds(item.span, named.span) ? named.span : item.span;
  const lists = item.kind === 'map' && item.entries.some(({ value }) => value.kind === 'seq' && value.items.some((one) => one.kind === 'map'));
  const children = lists ? childrenOf(item, item.span, starts, depth + 1) : [];
  return [{ name, detail: sentenceOf(item), kind: SymbolKind.Field, range: rangeOf(starts, item.span), selectionRange: rangeOf(starts, selection), ...(children.length > 0 ? { children } : {}) }];
}

/** The first of the keys an item is known by that says something. */
function nameIn(item: YamlTree): YamlTree | undefined {
  for (const key of NAMES) {
    const named = get(item, key);
    if (text(named) !== undefined) return named;
  }
  return undefined;
}

function holds(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
