import { RenameFile, TextDocumentEdit, type WorkspaceEdit } from 'vscode-languageserver';
import type { ProjectEdit } from '../engine/spec/names';
import { lineStarts, rangeOf } from '../engine/text';
import type { Serving } from './serving';
import type { LoadedProject } from './session';

/** Changes of a project as an edit that the client can apply: with versions and renamed files where it knows them. */
export function workspaceEditOf({ session, documents, client }: Serving, project: LoadedProject, { edits, moves }: ProjectEdit): WorkspaceEdit {
  const changed = edits.filter(({ changes }) => changes.length > 0).map(({ file, text, changes }) => {
    const starts = lineStarts(text);
    return { uri: session.uriOf(project.root, file), edits: changes.map((change) => ({ range: rangeOf(starts, change.span), newText: change.text })) };
  });
  if (!client().versionedEdits) return { changes: Object.fromEntries(changed.map((one) => [one.uri, one.edits])) };
  const renames = moves.map(({ from, to }) => RenameFile.create(session.uriOf(project.root, from), session.uriOf(project.root, to), { overwrite: false }));
  return { documentChanges: [...changed.map((one) => TextDocumentEdit.create({ uri: one.uri, version: documents.get(one.uri)?.version ?? null }, one.edits)), ...renames] };
}

/** Whether the client renames files that an edit names. */
export function movesFiles({ client }: Serving): boolean {
  return client().versionedEdits && client().renamesFiles;
}
