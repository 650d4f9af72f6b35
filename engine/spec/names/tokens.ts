import type { Span } from '../../text';
import type { YamlTree } from '../../yaml/tree';
import type { SpecDocument } from '../types';
import { templatePlaces, type TemplatePlace } from './templatePlaces';
import { schemaOf } from '../schema';
import type { NameUse, SymbolKind } from './types';

/** Types of semantic tokens, as LSP names them; the index is what is sent. */
export const TOKEN_TYPES = ['keyword', 'property', 'enumMember', 'variable', 'type', 'parameter', 'class', 'struct', 'namespace'] as const;
export const TOKEN_MODIFIERS = ['declaration', 'unresolved'] as const;

type TokenType = (typeof TOKEN_TYPES)[number];

/** A piece of a spec's text with what it is. */
export interface Token {
  span: Span;
  type: TokenType;
  modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

const TYPES: Readonly<Record<SymbolKind, TokenType>> = { id: 'enumMember', input: 'variable', alias: 'variable', step: 'type', column: 'parameter', model: 'class', source: 'struct', spec: 'namespace' };

/** The keys a template knows and the names of a spec, in order and without overlap; a name that is known not to exist is `unresolved`. */
export function tokensOf(spec: SpecDocument, uses: readonly NameUse[]): Token[] {
  if (spec.kind !== 'business' && spec.kind !== 'technical') return [];
  const keys = spec.tree ? keyTokens(spec.tree, templatePlaces(schemaOf(spec)), 0, []) : [];
  const names = uses.flatMap(({ kind, span, symbol, defines, certain }): Token[] => (symbol === undefined && !certain ? [] : [{ span, type: TYPES[kind], modifiers: [...(defines === true ? (['declaration'] as const) : []), ...(symbol ? [] : (['unresolved'] as const))] }]));
  // Names in the order of the text; where a place gives itself one that it takes from elsewhere, that is what it is.
  const sorted = [...keys, ...names].sort((a, b) => a.span.start - b.span.start || b.modifiers.length - a.modifiers.length);
  let end = -1;
  return sorted.filter(({ span }) => {
    if (span.start < end || span.end <= span.start || isOnLines(spec.text, span)) return false;
    end = span.end;
    return true;
  });
}

/** LSP's tokens stand on one line. */
function isOnLines(text: string, { start, end }: Span): boolean {
  const at = text.indexOf('\n', start);
  return at >= 0 && at < end;
}

function keyTokens(tree: YamlTree, place: TemplatePlace, depth: number, found: Token[]): Token[] {
  if (tree.kind === 'seq') for (const item of tree.items) keyTokens(item, place.item(), depth + 1, found);
  if (tree.kind !== 'map') return found;
  for (const { key, keySpan, value } of tree.entries) {
    const below = place.key(key);
    if (!below.schema) continue;
    found.push({ span: keySpan, type: depth === 0 ? 'keyword' : 'property', modifiers: [] });
    keyTokens(value, below, depth + 1, found);
  }
  return found;
}
