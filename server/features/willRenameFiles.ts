import type { FileOperationRegistrationOptions, FileRename, WorkspaceEdit } from 'vscode-languageserver';
import { filesMoved, type Move } from '../../engine/spec/names';
import type { Serving } from '../serving';
import { movesFiles, workspaceEditOf } from '../workspaceEdit';

/** The files and folders whose moves concern specs. */
export const RENAMED_FILES: FileOperationRegistrationOptions = {
  filters: [
    { scheme: 'file', pattern: { glob: '**/*.{business,technical}.spec.{yml,yaml}', matches: 'file' } },
    { scheme: 'file', pattern: { glob: '**/*.{sql,py}', matches: 'file' } },
    { scheme: 'file', pattern: { glob: '**/', matches: 'folder' } },
  ],
};

/** What follows when files are about to move inside their project; null where nothing does. */
export async function willRenameFiles(serving: Serving, files: readonly FileRename[]): Promise<WorkspaceEdit | null> {
  const { session } = serving;
  const byRoot = new Map<string, { uri: string; moves: Move[] }>();
  for (const { oldUri, newUri } of files) {
    const [from, to] = [session.placeOf(oldUri), session.placeOf(newUri)];
    if (!from || !to || from.root !== to.root) continue;
    const known = byRoot.get(from.root) ?? { uri: oldUri, moves: [] };
    known.moves.push({ from: from.path, to: to.path });
    byRoot.set(from.root, known);
  }
  const edits = await Promise.all([...byRoot.values()].map(async ({ uri, moves }) => {
    const project = await serving.projectOf(uri);
    return project && workspaceEditOf(serving, project, await filesMoved(project, moves, movesFiles(serving)));
  }));
  return merged(edits.flatMap((edit) => edit ?? []));
}

function merged(edits: readonly WorkspaceEdit[]): WorkspaceEdit | null {
  const documentChanges = edits.flatMap((edit) => edit.documentChanges ?? []);
  if (documentChanges.length > 0) return { documentChanges };
  const changes = Object.assign({}, ...edits.map((edit) => edit.changes ?? {})) as NonNullable<WorkspaceEdit['changes']>;
  return Object.keys(changes).length > 0 ? { changes } : null;
}
