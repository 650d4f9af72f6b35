import { LSPErrorCodes, ResponseError, type Position, type PrepareRenameResult, type WorkspaceEdit } from 'vscode-languageserver';
import { renamable, renameOf, usesAt, type NameUse } from '../../engine/spec/names';
import { offsetAt, rangeOf } from '../../engine/text';
import type { NamedDocument } from '../namesAt';
import type { Serving } from '../serving';
import type { LoadedProject } from '../session';
import { movesFiles, workspaceEditOf } from '../workspaceEdit';

/** The word that a rename at a position would change. Throws a `ResponseError` with the reason where nothing can be renamed. */
export function prepareRename(document: NamedDocument, position: Position, project: LoadedProject): PrepareRenameResult {
  const found = renamable(at(document, position), project);
  if ('refused' in found) throw refusal(found.refused);
  return { range: rangeOf(document.starts, found.span), placeholder: document.text.slice(found.span.start, found.span.end) };
}

/** The edit that renames what stands at a position, in all files. Throws a `ResponseError` with the reason where it cannot be. */
export async function renameEdit(serving: Serving, document: NamedDocument, position: Position, project: LoadedProject, name: string): Promise<WorkspaceEdit> {
  const edit = await renameOf(project, at(document, position), name, movesFiles(serving));
  if ('refused' in edit) throw refusal(edit.refused);
  return workspaceEditOf(serving, project, edit);
}

function at({ text, starts, uses }: NamedDocument, position: Position): NameUse[] {
  return usesAt(uses, offsetAt(text, starts, position));
}

function refusal(why: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, why);
}
