import { DocumentHighlightKind, type DocumentHighlight, type Position } from 'vscode-languageserver';
import { rangeOf } from '../../engine/text';
import { namesUnder, type NamedDocument } from '../namesAt';

/** The places in a document that mean what the name at a position means; where it is defined it is written. */
export function documentHighlights(document: NamedDocument, position: Position): DocumentHighlight[] {
  const keys = new Set(namesUnder(document, position).flatMap(({ symbol }) => symbol?.key ?? []));
  const found = document.uses.filter(({ symbol }) => symbol && keys.has(symbol.key));
  return [...new Map(found.map((use) => [use.span.start, { range: rangeOf(document.starts, use.span), kind: use.defines === true ? DocumentHighlightKind.Write : DocumentHighlightKind.Read }])).values()];
}
