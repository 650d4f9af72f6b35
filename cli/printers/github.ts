import type { Envelope } from '../../engine/conformance/types';
import { inRepository, issuesOf } from './issues';

const COMMANDS = { error: 'error', warning: 'warning', information: 'notice' } as const;

/** GitHub Actions workflow commands, one annotation a line; data and properties are percent-escaped as GitHub documents, paths from the repository's root. */
export function printGithub(envelope: Envelope, folder = ''): string {
  return inRepository(issuesOf(envelope), folder)
    .map((issue) => {
      const place = issue.file
        ? ` file=${property(issue.file)}${issue.range ? `,line=${issue.range.start.line + 1},col=${issue.range.start.character + 1},endLine=${issue.range.end.line + 1}` : ''},title=${property(issue.rule)}`
        : ` title=${property(issue.rule)}`;
      return `::${COMMANDS[issue.severity]}${place}::${data(issue.message)}\n`;
    })
    .join('');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
