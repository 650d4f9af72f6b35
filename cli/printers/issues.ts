import { posix } from 'node:path';
import type { Envelope, ModelReport } from '../../engine/conformance/types';
import type { Range } from '../../engine/text';

/** One line of any machine-readable report: a differing clause, a finding, a document's problem or a notice. */
export interface Issue {
  rule: string;
  severity: 'error' | 'warning' | 'information';
  message: string;
  file: string | null;
  range: Range | null;
  related: { file: string; range: Range; message: string }[];
  /** Stable over line moves: model and address, or file, rule and message. */
  fingerprint: string;
}

/** Issues with paths as the repository has them, where the project stands in a folder of it. */
export function inRepository(issues: readonly Issue[], folder: string): Issue[] {
  // A template that is extended may stand beside the project.
  const at = (file: string): string => posix.join(folder, file);
  return issues.map((issue) => ({ ...issue, file: issue.file === null ? null : at(issue.file), related: issue.related.map((place) => ({ ...place, file: at(place.file) })) }));
}

/** Every row of an envelope that a reviewer should see; matches and waived rows are left out, unknowns are information. */
export function issuesOf(envelope: Envelope): Issue[] {
  return [
    ...envelope.models.flatMap(issuesOfModel),
    ...envelope.documents.flatMap((document) =>
      document.problems.map((problem): Issue => ({
        rule: problem.code,
        severity: problem.severity === 'hint' ? 'information' : problem.severity,
        message: problem.message,
        file: document.file,
        range: problem.range,
        related: [],
        fingerprint: `${document.file}/${problem.code}/${problem.message}`,
      })),
    ),
    ...envelope.notices.map((notice): Issue => ({
      rule: notice.code,
      severity: notice.severity,
      message: notice.message,
      file: notice.file ?? null,
      range: notice.range ?? null,
      related: [],
      fingerprint: `${notice.file ?? ''}/${notice.code}/${notice.message}`,
    })),
  ];
}

function issuesOfModel(report: ModelReport): Issue[] {
  const rows = [
    ...report.clauses.filter((c) => c.verdict !== 'matches').map((c) => ({ ...c, severity: c.verdict === 'unknown' ? ('information' as const) : c.severity })),
    ...report.findings,
  ];
  return rows
    .filter((row) => !row.waived)
    .map((row): Issue => {
      const model = row.model[0];
      const main = model ?? row.spec;
      const spec = model && row.spec ? [{ file: row.spec.file, range: row.spec.range, message: `the spec says: ${row.spec.text}` }] : [];
      return {
        rule: row.rule,
        severity: row.severity,
        message: row.message,
        file: main?.file ?? report.modelFile ?? report.specFile,
        range: main?.range ?? null,
        related: spec,
        fingerprint: `${report.model}#${row.id}`,
      };
    });
}
