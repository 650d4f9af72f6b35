import { TextEdit } from 'vscode-languageserver';
import { formatSpec, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf } from '../../engine/text';

/** Edits that tidy a spec; comments, quoting and values stay. */
export function formattingEdits(spec: SpecDocument): TextEdit[] {
  const starts = lineStarts(spec.text);
  return formatSpec(spec).map((change) => TextEdit.replace(rangeOf(starts, change.span), change.text));
}
