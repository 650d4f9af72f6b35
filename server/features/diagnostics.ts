import { DiagnosticSeverity, type Diagnostic, type DiagnosticRelatedInformation } from 'vscode-languageserver';
import type { Clause, Finding, ModelReport } from '../../engine/conformance/types';
import { reasonText } from '../../engine/view';
import { problemsOf, type SpecDocument, type SpecProblem } from '../../engine/spec';
import { lineStarts, rangeOf } from '../../engine/text';
import { compareAt, technicalOf } from '../compareDocument';
import { settingsDiagnostics } from './settingsDiagnostics';
import type { LoadedProject, Place, Session } from '../session';
import { specIndexOf } from '../specIndex';

const SEVERITIES = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, information: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint } as const;

/** What is said of one document, in the two steps in which it is found. */
export interface DocumentDiagnostics {
  /** What a spec's text alone and the names in it give. */
  own: Diagnostic[];
  /** The verdicts on spec and model, which take longer; undefined where there is nothing to compare. */
  verdicts?: () => Promise<Diagnostic[]>;
}

/**
 * Diagnostics of one document: a spec's own problems and its verdicts, or the verdicts on a model's SQL. Models without a
 * spec have none. What could not be checked is a diagnostic, too; nothing is thrown. Where `isWanted` says no before the
 * comparison, the verdicts are left out; `spec` is what was read of one that is not open.
 */
export async function diagnosticsOf(session: Session, uri: string, { isWanted = () => true, spec = session.spec(uri) }: { isWanted?: () => boolean; spec?: SpecDocument | undefined } = {}): Promise<Diagnostic[]> {
  const { own, verdicts } = await diagnosticsInSteps(session, uri, spec);
  // A comparison blocks what comes behind it, so what came meanwhile is looked at first: it may say that nobody waits any more.
  await new Promise((settle) => setImmediate(settle));
  if (!isWanted()) return own;
  return [...own, ...((await verdicts?.()) ?? [])];
}

/** `diagnosticsOf` for those who show the first part while the second is being found. */
export async function diagnosticsInSteps(session: Session, uri: string, spec = session.spec(uri)): Promise<DocumentDiagnostics> {
  const place = session.placeOf(uri);
  if (!spec && /\.ya?ml$/.test(uri)) return { own: settingsDiagnostics(session, uri) };
  if (!place) return { own: spec ? [...ownDiagnostics(session, spec, spec.problems), outsideProject(spec)] : [] };
  if (!spec && !/\.(sql|py)$/.test(place.path)) return { own: [] };
  let project: LoadedProject;
  try {
    project = await session.project(place.root);
  } catch (error) {
    return { own: [...(spec ? ownDiagnostics(session, spec, spec.problems) : []), notChecked(spec, 'The dbt project could not be read', error)] };
  }
  const found = spec ? problemsOf(spec, { project: project.project, specs: specIndexOf(project).concerning(spec), config: project.config }) : [];
  const own = spec ? ownDiagnostics(session, spec, found, project) : [];
  const compared = technicalOf(project, place.path);
  return compared.spec ? { own, verdicts: () => verdictsOf(session, project, place, spec) } : { own };
}

async function verdictsOf(session: Session, project: LoadedProject, place: Place, spec: SpecDocument | undefined): Promise<Diagnostic[]> {
  try {
    const report = await compareAt(project, place);
    return report ? verdicts(session, project, place, report, spec?.kind === 'technical') : [];
  } catch (error) {
    return [notChecked(spec, 'The model could not be compared with its spec', error)];
  }
}

/** Says at a document's start what was not checked, so that its silence does not read as clean. */
function notChecked(spec: SpecDocument | undefined, what: string, error: unknown): Diagnostic {
  const why = error instanceof Error ? error.message : String(error);
  return { range: startOf(spec), severity: DiagnosticSeverity.Warning, code: 'EVID006', source: 'specline', message: `${what}: ${why}. It is tried again when either changes.` };
}

function outsideProject(spec: SpecDocument): Diagnostic {
  return { range: startOf(spec), severity: DiagnosticSeverity.Information, code: 'EVID006', source: 'specline', message: 'This spec is in no dbt project, so names are not checked and nothing is compared; move it below a folder with a dbt_project.yml.' };
}

function startOf(spec: SpecDocument | undefined): Diagnostic['range'] {
  const model = spec?.facts?.model;
  if (spec && model) return rangeOf(lineStarts(spec.text), model.span);
  return { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
}

function ownDiagnostics(session: Session, spec: SpecDocument, problems: readonly SpecProblem[], project?: LoadedProject): Diagnostic[] {
  if (problems.length === 0) return [];
  const starts = lineStarts(spec.text);
  return problems.map((problem) => problemDiagnostic(starts, problem, session, project));
}

function problemDiagnostic(starts: readonly number[], problem: SpecProblem, session: Session, project: LoadedProject | undefined): Diagnostic {
  const related = (problem.related ?? []).flatMap((r): DiagnosticRelatedInformation[] => {
    const other = project && specIndexOf(project).at(r.file);
    return other && project ? [{ location: { uri: session.uriOf(project.root, r.file), range: rangeOf(lineStarts(other.text), r.span) }, message: r.message }] : [];
  });
  return {
    range: rangeOf(starts, problem.span),
    severity: SEVERITIES[problem.severity],
    code: problem.code,
    source: 'specline',
    message: problem.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}

function verdicts(session: Session, project: LoadedProject, place: Place, report: ModelReport, inSpec: boolean): Diagnostic[] {
  const clauses = report.clauses.filter((clause) => clause.verdict === 'differs' || (clause.verdict === 'unknown' && inSpec)).flatMap((clause) => clauseDiagnostic(session, project, place, clause));
  return [...clauses, ...report.findings.flatMap((finding) => findingDiagnostic(session, project, place, finding))];
}

function clauseDiagnostic(session: Session, project: LoadedProject, place: Place, clause: Clause): Diagnostic[] {
  const inSpec = clause.spec.file === place.path;
  const own = inSpec ? clause.spec : clause.model.find((m) => m.file === place.path && m.in === 'raw');
  if (!own) return [];
  const others = inSpec ? clause.model.filter((m) => m.in !== 'compiled').map((m) => ({ file: m.file, range: m.range, message: `the model: ${m.text}` })) : [{ file: clause.spec.file, range: clause.spec.range, message: `the spec: ${clause.spec.text}` }];
  const waived = clause.waived ? ` Accepted: ${clause.waived.reason}` : '';
  const why = clause.reason && !clause.message.startsWith("Can't tell") ? ` Can't tell: ${reasonText(clause.reason)}.` : '';
  return [
    {
      range: own.range,
      severity: clause.waived ? DiagnosticSeverity.Hint : clause.verdict === 'unknown' ? DiagnosticSeverity.Hint : SEVERITIES[clause.severity],
      code: clause.rule,
      source: 'specline',
      message: `${clause.message}${why}${waived}`,
      relatedInformation: others.map((other) => ({ location: { uri: session.uriOf(project.root, other.file), range: other.range }, message: other.message })),
    },
  ];
}

function findingDiagnostic(session: Session, project: LoadedProject, place: Place, finding: Finding): Diagnostic[] {
  const own = finding.spec?.file === place.path ? finding.spec : finding.model.find((m) => m.file === place.path && m.in === 'raw');
  if (!own || (finding.spec?.file === place.path && finding.unspecced)) return [];
  const others = finding.model.filter((m) => m !== own && m.in !== 'compiled');
  return [
    {
      range: own.range,
      severity: finding.waived ? DiagnosticSeverity.Hint : SEVERITIES[finding.severity],
      code: finding.rule,
      source: 'specline',
      message: finding.message,
      relatedInformation: others.map((m) => ({ location: { uri: session.uriOf(project.root, m.file), range: m.range }, message: m.text })),
    },
  ];
}
