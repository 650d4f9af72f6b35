import type { Span } from '../../text';
import type { YamlTree } from '../../yaml/tree';
import { resolved, schemaOf, type SchemaNode } from '../schema';
import type { SpecDocument } from '../types';
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
  const keys = spec.tree ? keyTokens(spec.tree, schemaOf(spec.kind), schemaOf(spec.kind), 0) : [];
  const names = uses.flatMap(({ kind, span, symbol, defines, certain }): Token[] => (symbol === undefined && !certain ? [] : [{ span, type: TYPES[kind], modifiers: [...(defines === true ? (['declaration'] as const) : []), ...(symbol ? [] : (['unresolved'] as const))] }]));
  const declared = ({ modifiers }: Token): number => (modifiers.includes('declaration') ? 0 : 1);
  const sorted = [...keys, ...names].filter(({ span }) => !spec.text.slice(span.start, span.end).includes('\n')).sort((a, b) => a.span.start - b.span.start || declared(a) - declared(b));
  let end = -1;
  return sorted.filter(({ span }) => {
    if (span.start < end || span.end <= span.start) return false;
    end = span.end;
    return true;
  });
}

function keyTokens(tree: YamlTree, schema: SchemaNode | undefined, root: SchemaNode, depth: number): Token[] {
  if (tree.kind === 'scalar' || !schema) return [];
  const below = (node: SchemaNode | undefined): SchemaNode | undefined => node && resolved(root, node);
  if (tree.kind === 'seq') return tree.items.flatMap((item) => keyTokens(item, below(schema.items), root, depth + 1));
  return tree.entries.flatMap(({ key, keySpan, value }) => {
    const known = schema.properties && Object.hasOwn(schema.properties, key) ? below(schema.properties[key]) : undefined;
    return known ? [{ span: keySpan, type: depth === 0 ? ('keyword' as const) : ('property' as const), modifiers: [] }, ...keyTokens(value, known, root, depth + 1)] : [];
  });
}
