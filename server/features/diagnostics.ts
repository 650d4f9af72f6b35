import { DiagnosticSeverity, type Diagnostic, type DiagnosticRelatedInformation } from 'vscode-languageserver';
import type { Clause, Finding, ModelReport } from '../../engine/conformance/types';
import { reasonText } from '../../engine/view';
import { checkSpec, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf } from '../../engine/text';
import { compareAt } from '../compareDocument';
import type { LoadedProject, Place, Session } from '../session';

const SEVERITIES = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, information: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint } as const;

/** Diagnostics of one document: a spec's own problems and its verdicts, or the verdicts on a model's SQL. Models without a spec have none. */
export async function diagnosticsOf(session: Session, uri: string): Promise<Diagnostic[]> {
  const place = session.placeOf(uri);
  const spec = session.spec(uri);
  if (!place) return spec ? spec.problems.map((problem) => problemDiagnostic(spec, problem, session, undefined)) : [];
  if (!spec && !/\.(sql|py)$/.test(place.path)) return [];
  const project = await session.project(place.root);
  const report = await compareAt(project, place);
  const own = spec ? [...spec.problems, ...checkSpec(spec, { project: project.project, specs: project.specs, config: project.config })].map((problem) => problemDiagnostic(spec, problem, session, project)) : [];
  return [...own, ...(report ? verdicts(session, project, place, report, spec?.kind === 'technical') : [])];
}

function problemDiagnostic(spec: SpecDocument, problem: SpecDocument['problems'][number], session: Session, project: LoadedProject | undefined): Diagnostic {
  const related = (problem.related ?? []).flatMap((r): DiagnosticRelatedInformation[] => {
    const other = project?.specs.find((s) => s.path === r.file);
    return other && project ? [{ location: { uri: session.uriOf(project.root, r.file), range: rangeOf(lineStarts(other.text), r.span) }, message: r.message }] : [];
  });
  return {
    range: rangeOf(lineStarts(spec.text), problem.span),
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
