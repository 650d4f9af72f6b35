import { didYouMean } from '../../project/lookup';
import type { Located, Span } from '../../text';
import type { CheckContext } from '../check';
import type { SpecDocument, SpecProblem } from '../types';

/** One rule about spec documents: what it asks, with an example that is run as a test. */
export interface SpecRule {
  code: string;
  title: string;
  question: string;
  severity: SpecProblem['severity'];
  /** Whole documents; `beside` are other files of the project by path, specs among them. */
  example: { kind: 'business' | 'technical'; good: string; bad: string; beside?: Readonly<Record<string, string>> };
  /** Looks at a parsed document beside the others and the project; absent where parsing finds the problem itself. */
  check?(spec: SpecDocument, context: CheckContext): SpecProblem[];
}

/** An error without a fix. */
export function error(code: string, span: Span, message: string): SpecProblem {
  return { code, severity: 'error', span, message, fixes: [] };
}

/** An error about a name, with the nearest of the known names as its fix. */
export function named(code: string, at: Located<string>, names: readonly string[], message: string): SpecProblem {
  const near = didYouMean(at.value, names);
  const fixes = near === undefined ? [] : [{ title: `Change to "${near}"`, preferred: true, changes: [{ span: at.span, text: near }] }];
  return { ...error(code, at.span, near === undefined ? message : `${message} Did you mean ${near}?`), fixes };
}
