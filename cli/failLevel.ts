import type { Envelope, ModelReport } from '../engine/conformance/types';
import { UsageError } from './exit';

export const FAIL_LEVELS = ['error', 'warning', 'unknown'] as const;
export type FailLevel = (typeof FAIL_LEVELS)[number];

/** Reads `--fail-on`; throws `UsageError` for another word. */
export function failLevelOf(word: string): FailLevel {
  const level = FAIL_LEVELS.find((known) => known === word);
  if (!level) throw new UsageError(`--fail-on takes ${FAIL_LEVELS.join(', ')}, not "${word}".`);
  return level;
}

/** True when anything in the envelope stands at or above the fail level; waived rows never do. */
export function fails(envelope: Envelope, level: FailLevel): boolean {
  const severities = severitiesAt(level);
  const inDocuments = envelope.documents.some((document) => document.problems.some((problem) => severities.has(problem.severity)));
  const inNotices = envelope.notices.some((notice) => notice.severity === 'error');
  return inDocuments || inNotices || envelope.models.some((report) => modelFails(report, level));
}

function severitiesAt(level: FailLevel): ReadonlySet<string> {
  return new Set(level === 'error' ? ['error'] : ['error', 'warning']);
}

/** As `fails`, for one model. */
export function modelFails(report: ModelReport, level: FailLevel): boolean {
  const severities = severitiesAt(level);
  const differs = report.clauses.some((c) => !c.waived && c.verdict === 'differs' && severities.has(c.severity));
  const unknown = level === 'unknown' && report.clauses.some((c) => !c.waived && c.verdict === 'unknown');
  const findings = report.findings.some((f) => !f.waived && severities.has(f.severity));
  return differs || unknown || findings;
}
