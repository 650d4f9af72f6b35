import type { Clause, Envelope, ModelReport } from '../../engine/conformance/types';
import { issuesOf } from './issues';

/** JUnit XML: a suite per model, one for documents and one for notices, a case per clause or finding; unknown is `skipped`. */
export function printJunit(envelope: Envelope): string {
  const suites = [...envelope.models.map(suiteOf), documentsSuite(envelope), noticesSuite(envelope)].filter((suite) => suite !== '');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="specline ${escapeXml(envelope.command)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function suiteOf(report: ModelReport): string {
  const cases = [
    ...report.clauses.map((clause) => caseOf(report, clause.id, outcomeOf(clause))),
    ...report.findings.map((finding) =>
      caseOf(report, finding.id, finding.waived || finding.severity === 'information' ? '' : failure(finding.rule, finding.message)),
    ),
  ];
  const failures = cases.filter((text) => text.includes('<failure')).length;
  const skipped = cases.filter((text) => text.includes('<skipped')).length;
  return `  <testsuite name="${escapeXml(report.model)}" tests="${cases.length}" failures="${failures}" skipped="${skipped}">\n${cases.join('\n')}\n  </testsuite>`;
}

function documentsSuite(envelope: Envelope): string {
  const cases = envelope.documents.map((document) => {
    const errors = issuesOf({ ...envelope, models: [], notices: [], documents: [document] }).filter((issue) => issue.severity !== 'information');
    const body = errors.map((issue) => failure(issue.rule, `${(issue.range?.start.line ?? 0) + 1}: ${issue.message}`)).join('');
    return `    <testcase classname="specs" name="${escapeXml(document.file)}">${body}</testcase>`;
  });
  if (cases.length === 0) return '';
  const failures = cases.filter((text) => text.includes('<failure')).length;
  return `  <testsuite name="specs" tests="${cases.length}" failures="${failures}">\n${cases.join('\n')}\n  </testsuite>`;
}

/** Notices of a run that could not check all: a failure for an error, else `skipped`. */
function noticesSuite(envelope: Envelope): string {
  if (envelope.notices.length === 0) return '';
  const cases = envelope.notices.map(({ code, severity, file, message }) => {
    const body = severity === 'error' ? failure(code, message) : `<skipped message="${escapeXml(message)}"/>`;
    return `    <testcase classname="notices" name="${escapeXml([code, file ?? ''].join(' ').trim())}">${body}</testcase>`;
  });
  const failures = envelope.notices.filter(({ severity }) => severity === 'error').length;
  return `  <testsuite name="notices" tests="${cases.length}" failures="${failures}" skipped="${cases.length - failures}">\n${cases.join('\n')}\n  </testsuite>`;
}

function outcomeOf(clause: Clause): string {
  if (clause.waived || clause.verdict === 'matches') return '';
  if (clause.verdict === 'unknown') return `<skipped message="${escapeXml(clause.message)}"/>`;
  return failure(clause.rule, clause.message);
}

function failure(rule: string, message: string): string {
  return `<failure type="${escapeXml(rule)}" message="${escapeXml(message)}"/>`;
}

function caseOf(report: ModelReport, id: string, body: string): string {
  return `    <testcase classname="${escapeXml(report.model)}" name="${escapeXml(id)}">${body}</testcase>`;
}

/** Escapes text for XML 1.0 and drops the control characters XML cannot carry. */
function escapeXml(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}
