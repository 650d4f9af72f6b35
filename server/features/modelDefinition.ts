import type { Location, Position } from 'vscode-languageserver';
import { whyIn } from '../compareDocument';
import type { LoadedProject, Place, Session } from '../session';

/** From a place of a model's SQL to the lines of its technical spec that the place does the work of. */
export async function modelDefinitionAt(session: Session, project: LoadedProject, place: Place, position: Position): Promise<Location[]> {
  const answer = await whyIn(project, place, position);
  return (answer?.found.lines ?? []).map((line) => ({ uri: session.uriOf(project.root, line.spec.file), range: line.spec.range }));
}
