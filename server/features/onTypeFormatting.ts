import { TextEdit, type Position } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { afterNewLine } from '../../engine/spec/typed';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';

/** What a line that was just begun needs in front. */
export function onTypeEdits(spec: SpecDocument, position: Position): TextEdit[] {
  const starts = lineStarts(spec.text);
  return afterNewLine(spec, offsetAt(spec.text, starts, position)).map((change) => TextEdit.replace(rangeOf(starts, change.span), change.text));
}
