import type { Position, SignatureHelp } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { signatureAt } from '../../engine/spec/signature';
import { lineStarts, offsetAt } from '../../engine/text';

/** What the braces or the example around a position take, with the part that is written now. */
export function signatureHelp(spec: SpecDocument, position: Position): SignatureHelp | null {
  const found = signatureAt(spec, offsetAt(spec.text, lineStarts(spec.text), position));
  if (!found) return null;
  let from = found.label.indexOf('{');
  const parameters = found.parameters.map(({ name, documentation }) => {
    const start = found.label.indexOf(name, from);
    from = start + name.length;
    return { label: [start, from] as [number, number], ...(documentation === '' ? {} : { documentation: { kind: 'markdown' as const, value: documentation } }) };
  });
  return { signatures: [{ label: found.label, parameters }], activeSignature: 0, ...(found.active === undefined ? {} : { activeParameter: found.active }) };
}
