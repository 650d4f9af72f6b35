import type { Envelope } from '../../engine/conformance/types';
import type { Range } from '../../engine/text';
import { inRepository, issuesOf, type Issue } from './issues';

const LEVELS = { error: 'error', warning: 'warning', information: 'note' } as const;

/** SARIF 2.1.0 (OASIS). Lines and columns are one-based there, columns in UTF-16 code units. */
export function printSarif(envelope: Envelope, folder = ''): string {
  const issues = inRepository(issuesOf(envelope), folder);
  const rules = [...new Set(issues.map((issue) => issue.rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Specline', version: envelope.specline, rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'the root of the repository' } } },
        results: issues.map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(issue: Issue): object {
  return {
    ruleId: issue.rule,
    level: LEVELS[issue.severity],
    message: { text: issue.message },
    locations: issue.file ? [locationOf(issue.file, issue.range)] : [],
    relatedLocations: issue.related.map((r, id) => ({ id, ...locationOf(r.file, r.range), message: { text: r.message } })),
    partialFingerprints: { 'specline/v1': issue.fingerprint },
  };
}

function locationOf(file: string, range: Range | null): object {
  const region = range && {
    startLine: range.start.line + 1,
    startColumn: range.start.character + 1,
    endLine: range.end.line + 1,
    endColumn: range.end.character + 1,
  };
  const artifactLocation = { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
  return { physicalLocation: { artifactLocation, ...(region ? { region } : {}) } };
}
