import { LSPErrorCodes, ResponseError, type CancellationToken, type Position } from 'vscode-languageserver';
import { documentHighlights } from './features/documentHighlight';
import { implementationsAt } from './features/implementation';
import { referencesAt } from './features/references';
import { prepareRename, renameEdit } from './features/rename';
import { willRenameFiles } from './features/willRenameFiles';
import { workspaceSymbols } from './features/workspaceSymbol';
import { namesOf, namesUnder, type NamedDocument } from './namesAt';
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
  connection.onImplementation(async ({ textDocument: { uri }, position }, token) => {
    const found = await named(uri, token);
    return found ? implementationsAt(session, found.document, position, found.project) : null;
  });
  connection.onDocumentHighlight(async ({ textDocument: { uri }, position }, token) => {
    const found = await named(uri, token);
    return found ? documentHighlights(found.document, position) : null;
  });
  connection.onPrepareRename(async ({ textDocument: { uri }, position }, token) => {
    const found = await named(uri, token);
    return found && mayRename(found.document, uri, position) ? prepareRename(found.document, position, found.project) : null;
  });
  connection.onRenameRequest(async ({ textDocument: { uri }, position, newName }, token) => {
    const found = await named(uri, token);
    if (!found) throw new ResponseError(LSPErrorCodes.RequestFailed, 'This file is in no dbt project, so nothing can be renamed with it.');
    if (!mayRename(found.document, uri, position)) throw new ResponseError(LSPErrorCodes.RequestFailed, 'In files of dbt only the ids of specs are renamed; rename a model in its spec, or its file.');
    return renameEdit(serving, found.document, position, found.project, newName);
  });
  /** What else dbt's own files name is for the servers of those to rename. */
  const mayRename = (document: NamedDocument, uri: string, position: Position): boolean => session.spec(uri) !== undefined || namesUnder(document, position).some(({ kind }) => kind === 'id');
  connection.workspace.onWillRenameFiles(async ({ files }) => willRenameFiles(serving, files));
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    const all = await projects();
    return token.isCancellationRequested ? [] : workspaceSymbols(session, all, query);
  });
}
