import type { LinkedEditingRanges, Position } from 'vscode-languageserver';
import { rangeOf } from '../../engine/text';
import { namesUnder, type NamedDocument } from '../namesAt';

const LOCAL = ['input', 'step', 'alias'];

/** The places of an alias or step that are typed together; null where one of them could not just take the new name. */
export function linkedEditingRanges(document: NamedDocument, position: Position): LinkedEditingRanges | null {
  const [under] = namesUnder(document, position);
  const symbol = under?.symbol;
  if (!symbol || !LOCAL.includes(symbol.kind)) return null;
  const linked = document.uses.filter((use) => use.symbol?.key === symbol.key);
  const written = (use: (typeof linked)[number]): string => document.text.slice(use.span.start, use.span.end);
  if (linked.length < 2 || linked.some((use) => use.rewrite !== undefined || written(use) !== written(linked[0] ?? use))) return null;
  return { ranges: linked.map(({ span }) => rangeOf(document.starts, span)), wordPattern: '[A-Za-z_][\\w$]*' };
}
