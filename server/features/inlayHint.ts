import { InlayHintKind, type InlayHint, type Range } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import type { NameContext } from '../../engine/spec/names';
import { hintsOf } from '../../engine/spec/names/hints';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import type { Settings } from '../settings';

/** What a technical spec leaves open and the project knows, in a range: types, grains, cardinalities; each can be turned off. */
export function inlayHints(spec: SpecDocument, range: Range, context: NameContext, { inlayHints: wanted }: Settings): InlayHint[] {
  const starts = lineStarts(spec.text);
  const [from, to] = [offsetAt(spec.text, starts, range.start), offsetAt(spec.text, starts, range.end)];
  const shown = { type: wanted.types, grain: wanted.grain, cardinality: wanted.cardinality };
  return hintsOf(spec, context)
    .filter(({ at, kind }) => from <= at && at <= to && shown[kind])
    .map(({ at, kind, label, from: why }) => ({ position: positionAt(starts, at), label, kind: kind === 'type' ? InlayHintKind.Type : InlayHintKind.Parameter, tooltip: why, paddingLeft: kind !== 'type' }));
}
