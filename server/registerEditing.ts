import { formattingEdits } from './features/formatting';
import { linkedEditingRanges } from './features/linkedEditingRange';
import { onTypeEdits } from './features/onTypeFormatting';
import { selectionRanges } from './features/selectionRange';
import { signatureHelp } from './features/signatureHelp';
import { namesOf } from './namesAt';
import type { Serving } from './serving';

/** Serves what helps while writing: formatting, selections, linked names, signatures. */
export function registerEditing(serving: Serving): void {
  const { connection, session } = serving;
  connection.onDocumentFormatting(({ textDocument: { uri } }) => {
    const spec = session.spec(uri);
    return spec ? formattingEdits(spec) : [];
  });
  connection.onDocumentRangeFormatting(({ textDocument: { uri }, range }) => {
    const spec = session.spec(uri);
    return spec ? formattingEdits(spec, range) : [];
  });
  connection.onDocumentOnTypeFormatting(({ textDocument: { uri }, position }) => {
    const spec = session.spec(uri);
    return spec ? onTypeEdits(spec, position) : [];
  });
  connection.onSelectionRanges(({ textDocument: { uri }, positions }) => {
    const spec = session.spec(uri);
    return spec ? selectionRanges(spec, positions) : [];
  });
  connection.languages.onLinkedEditingRange(async ({ textDocument: { uri }, position }, token) => {
    const project = await serving.projectOf(uri);
    const document = project && !token.isCancellationRequested && session.spec(uri) ? namesOf(serving, uri, project) : undefined;
    return document ? linkedEditingRanges(document, position) : null;
  });
  connection.onSignatureHelp(({ textDocument: { uri }, position }) => {
    const spec = session.spec(uri);
    return spec ? signatureHelp(spec, position) : null;
  });
}
