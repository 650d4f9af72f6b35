import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { Notice } from '../../engine/project/types';
import type { Session } from '../session';

/** What is wrong in a file of settings: specline.yml, or one that it extends. Empty for other files. */
export function settingsDiagnostics(session: Session, uri: string): Diagnostic[] {
  const seen = new Set<string>();
  return session.noticesOf(uri).flatMap((notice) => {
    const key = JSON.stringify([notice.code, notice.range, notice.message]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [diagnosticOf(notice)];
  });
}

function diagnosticOf({ code, range, message }: Notice): Diagnostic {
  return { range: range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, severity: DiagnosticSeverity.Error, code, source: 'specline', message };
}
