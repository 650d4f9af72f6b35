import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver';
import { sentenceOf, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf } from '../../engine/text';
import { get, text, type YamlTree } from '../../engine/yaml/tree';

/** The outline of a spec: its sections, and their items by id, name or alias. */
export function documentSymbols(spec: SpecDocument): DocumentSymbol[] {
  const starts = lineStarts(spec.text);
  if (spec.tree?.kind !== 'map') return [];
  return spec.tree.entries
    .filter((entry) => entry.key !== '')
    .map((entry) => {
      const value = text(entry.value);
      return {
        name: entry.key,
        detail: value ?? '',
        kind: SymbolKind.Module,
        range: rangeOf(starts, { start: entry.keySpan.start, end: Math.max(entry.keySpan.end, entry.value.span.end) }),
        selectionRange: rangeOf(starts, entry.keySpan),
        children: entry.value.kind === 'seq' ? entry.value.items.flatMap((item) => itemSymbol(item, starts)) : [],
      };
    });
}

function itemSymbol(item: YamlTree, starts: readonly number[]): DocumentSymbol[] {
  if (item.span.end <= item.span.start) return [];
  const named = ['id', 'as', 'name', 'to', 'ref', 'source', 'all_from', 'business', 'clause'].map((key) => get(item, key)).find((tree) => tree !== undefined && text(tree) !== undefined);
  const name = text(named ?? item);
  if (name === undefined || name === '') return [];
  const selection = named ?? item;
  return [{ name, detail: sentenceOf(item), kind: SymbolKind.Field, range: rangeOf(starts, item.span), selectionRange: rangeOf(starts, selection.span) }];
}
