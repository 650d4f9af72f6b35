import type { TextChange } from '../../text';
import type { UsesInFile } from './references';
import type { NameUse } from './types';

/** Changes of files of a project, each with the text they are made for, and files that get another name after them. */
export interface ProjectEdit {
  edits: { file: string; text: string; changes: TextChange[] }[];
  moves: Move[];
}

/** A file's path before and after, relative to the project. */
export interface Move {
  from: string;
  to: string;
}

/** Why a name cannot be changed, as one sentence for the person. */
export interface NotRenamed {
  refused: string;
}

/** The changes that write a new name in place of the uses of the old one in a file. */
export function editOf({ file, text, uses }: UsesInFile, name: string): ProjectEdit['edits'][number] {
  return { file, text, changes: once(uses.flatMap((use) => [changeOf(use, name), ...(use.also ? [use.also] : [])])) };
}

function changeOf({ span, rewrite }: NameUse, name: string): TextChange {
  return rewrite ? { span: rewrite.span, text: `${rewrite.before}${name}${rewrite.after}` } : { span, text: name };
}

/** One edit a file, each change once, in the order of the text. */
export function joined(edits: ProjectEdit['edits']): ProjectEdit['edits'] {
  return [...new Map(edits.map((edit) => [edit.file, edit])).values()].map(({ file, text }) => ({ file, text, changes: once(edits.filter((edit) => edit.file === file).flatMap(({ changes }) => changes)) }));
}

function once(changes: readonly TextChange[]): TextChange[] {
  return [...new Map(changes.map((change) => [`${change.span.start}:${change.span.end}`, change])).values()].sort((a, b) => a.span.start - b.span.start);
}
