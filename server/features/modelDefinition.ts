import type { Location, Position } from 'vscode-languageserver';
import { whyAt } from '../../engine/why';
import { compareAt, technicalOf } from '../compareDocument';
import type { LoadedProject, Place, Session } from '../session';

/** From a place of a model's SQL to the lines of its technical spec that the place does the work of. */
export async function modelDefinitionAt(session: Session, project: LoadedProject, place: Place, position: Position): Promise<Location[]> {
  const { spec } = technicalOf(project, place.path);
  const report = spec && (await compareAt(project, place));
  if (!spec || !report) return [];
  return whyAt(report, spec, project.specs, { start: position, end: position }).lines.map((line) => ({ uri: session.uriOf(project.root, line.spec.file), range: line.spec.range }));
}
