import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { SpecDocument } from '../../engine/spec';
import { technicalOf } from '../compareDocument';
import type { LoadedProject, Session } from '../session';

/** A file that is checked without being open; a spec with what was read of it. */
export interface CheckedFile {
  uri: string;
  spec: SpecDocument | undefined;
}

/** The specs of a project and the models that a technical spec describes. */
export function filesToCheck(session: Session, project: LoadedProject): CheckedFile[] {
  const specs = project.specs.map((spec) => ({ uri: session.uriOf(project.root, spec.path), spec }));
  const models = project.specs.filter(({ kind }) => kind === 'technical').flatMap(({ path }) => technicalOf(project, path).node?.file ?? []);
  return [...specs, ...[...new Set(models)].map((file) => ({ uri: session.uriOf(project.root, file), spec: undefined }))];
}

/** What a check of everything found, as one sentence. */
export function summaryOf(found: readonly (readonly Diagnostic[])[]): string {
  const count = (severity: DiagnosticSeverity): number => found.flat().filter((one) => one.severity === severity).length;
  const [errors, warnings] = [count(DiagnosticSeverity.Error), count(DiagnosticSeverity.Warning)];
  const unchecked = found.filter((one) => one.some(({ code }) => code === 'EVID006')).length;
  const parts = [`${errors} ${errors === 1 ? 'error' : 'errors'}`, `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`, ...(unchecked > 0 ? [`${unchecked} could not be checked`] : [])];
  return `${found.length} ${found.length === 1 ? 'file' : 'files'} checked: ${parts.join(', ')}.`;
}
