import { TextEdit, type Range } from 'vscode-languageserver';
import { formatSpec, type SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';

/** Edits that tidy a spec, or the lines of a range of it; comments, quoting and values stay. */
export function formattingEdits(spec: SpecDocument, range?: Range): TextEdit[] {
  const starts = lineStarts(spec.text);
  const from = range ? (starts[range.start.line] ?? spec.text.length) : 0;
  const to = range ? Math.max(offsetAt(spec.text, starts, range.end), from) : spec.text.length;
  const inside = formatSpec(spec).filter(({ span }) => from <= span.start && span.start <= to && (!range || span.end <= (starts[range.end.line + 1] ?? spec.text.length)));
  return inside.map((change) => TextEdit.replace(rangeOf(starts, change.span), change.text));
}
