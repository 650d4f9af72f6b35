import { sha256 } from '../../engine/project';
import type { Envelope } from '../../engine/conformance/types';
import { inRepository, issuesOf } from './issues';

const SEVERITIES = { error: 'major', warning: 'minor', information: 'info' } as const;

/** GitLab Code Quality report: a JSON array with a stable fingerprint an entry and paths from the repository's root. */
export function printGitlab(envelope: Envelope, folder = ''): string {
  const entries = inRepository(issuesOf(envelope), folder).map((issue) => ({
    description: issue.message,
    check_name: issue.rule,
    fingerprint: sha256(issue.fingerprint),
    severity: SEVERITIES[issue.severity],
    location: { path: issue.file ?? (folder === '' ? 'dbt_project.yml' : `${folder}/dbt_project.yml`), lines: { begin: (issue.range?.start.line ?? 0) + 1 } },
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
