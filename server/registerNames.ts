import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';
import { documentHighlights } from './features/documentHighlight';
import { referencesAt } from './features/references';
import { prepareRename, renameEdit } from './features/rename';
import { willRenameFiles } from './features/willRenameFiles';
import { workspaceSymbols } from './features/workspaceSymbol';
import { namesOf, type NamedDocument } from './namesAt';
import type { Serving } from './serving';
import type { LoadedProject } from './session';

/** Serves what is about names: references, highlights, renames and symbols of the workspace. */
export function registerNames(serving: Serving, projects: () => Promise<LoadedProject[]>): void {
  const { connection, session } = serving;
  const named = async (uri: string, token: CancellationToken): Promise<{ project: LoadedProject; document: NamedDocument } | undefined> => {
    const project = await serving.projectOf(uri);
    const document = project && !token.isCancellationRequested ? namesOf(serving, uri, project) : undefined;
    return project && document && { project, document };
  };
  connection.onReferences(async ({ textDocument: { uri }, position, context }, token) => {
    const found = await named(uri, token);
    return found ? referencesAt(session, found.document, position, found.project, context.includeDeclaration) : [];
  });
  connection.onDocumentHighlight(async ({ textDocument: { uri }, position }, token) => {
    const found = await named(uri, token);
    return found ? documentHighlights(found.document, position) : [];
  });
  connection.onPrepareRename(async ({ textDocument: { uri }, position }, token) => {
    const found = await named(uri, token);
    return found ? prepareRename(found.document, position, found.project) : null;
  });
  connection.onRenameRequest(async ({ textDocument: { uri }, position, newName }, token) => {
    const found = await named(uri, token);
    if (!found) throw new ResponseError(LSPErrorCodes.RequestFailed, 'This file is in no dbt project, so nothing can be renamed with it.');
    return renameEdit(serving, found.document, position, found.project, newName);
  });
  connection.workspace.onWillRenameFiles(async ({ files }) => willRenameFiles(serving, files));
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    const all = await projects();
    return token.isCancellationRequested ? [] : workspaceSymbols(session, all, query);
  });
}
