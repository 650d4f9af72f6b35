import type { Position, SelectionRange } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { enclosingSpans } from '../../engine/spec/enclosing';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';

/** For each position the parts around it, from the word over its value, key, item and section to the document. */
export function selectionRanges(spec: SpecDocument, positions: readonly Position[]): SelectionRange[] {
  const starts = lineStarts(spec.text);
  return positions.map((position) => {
    const spans = enclosingSpans(spec, offsetAt(spec.text, starts, position));
    return spans.reduceRight<SelectionRange | undefined>((parent, span) => ({ range: rangeOf(starts, span), ...(parent ? { parent } : {}) }), undefined) ?? { range: { start: position, end: position } };
  });
}
