import type { Location, Position } from 'vscode-languageserver';
import { usesInDbt, usesInSpecs, type SpecSymbol, type UsesInFile } from '../../engine/spec/names';
import { lineStarts, rangeOf } from '../../engine/text';
import { namesUnder, type NamedDocument } from '../namesAt';
import type { LoadedProject, Session } from '../session';
import { nodeLocation } from './definition';

/** What does what a name asks for: the clauses and tests of a business line, the file of a model. */
export async function implementationsAt(session: Session, document: NamedDocument, position: Position, project: LoadedProject): Promise<Location[]> {
  const symbols = namesUnder(document, position).flatMap(({ symbol }) => symbol ?? []);
  const ids = symbols.filter(({ kind }) => kind === 'id');
  const found: UsesInFile[] = ids.length > 0 ? [...usesInSpecs(project, ids), ...(await usesInDbt(project, ids))] : [];
  const clauses = found.flatMap(({ file, text, uses }) => uses.filter(({ defines }) => defines !== true).map(({ span }): Location => ({ uri: session.uriOf(project.root, file), range: rangeOf(lineStarts(text), span) })));
  return [...clauses, ...symbols.flatMap((symbol) => modelFile(session, project, symbol) ?? [])];
}

function modelFile(session: Session, project: LoadedProject, { kind, key }: SpecSymbol): Location | null {
  const node = kind === 'model' ? project.project.nodes.get(key.slice('model|'.length)) : undefined;
  return node ? nodeLocation(session, project, node) : null;
}
