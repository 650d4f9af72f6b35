import { runText, testName } from '../project/lastRun';
import { reasonText } from '../view';
import type { Clause, Finding } from '../conformance/types';
import type { Approval, BusinessRule, WhyLine } from './index';

/** What a line of the technical spec and its verdict come to, in one sentence a clause; what matches is said only where nothing else is. */
export function verdictsOf(line: WhyLine): string[] {
  const open = line.clauses.filter(({ verdict }) => verdict !== 'matches');
  return (open.length > 0 ? open : line.clauses.slice(0, 1)).map(clauseSentence);
}

/** What the last run of dbt found of the tests that cover a rule. */
export function onDataTexts({ onData = [] }: BusinessRule): string[] {
  return onData.map((run) => `on the data: ${testName(run.test)} ${runText(run)}`);
}

function clauseSentence({ message, reason, waived }: Clause): string {
  const why = reason && !message.startsWith("Can't tell") ? ` Can't tell: ${reasonText(reason)}.` : '';
  return `${message}${why}${waived ? ` Accepted: ${waived.reason}` : ''}`;
}

/** What is said of a finding, and that nobody asked for unspecced logic. */
export function findingSentence({ message, unspecced, waived }: Finding): string {
  const nobody = unspecced ? ' Nobody asked for this.' : '';
  return `${message}${waived ? ` Accepted: ${waived.reason}` : nobody}`;
}

/** Who validated a rule and when. */
export function approvalText(approvals: readonly Approval[]): string {
  if (approvals.length === 0) return 'not approved yet';
  return approvals.map(({ by, date, current }) => `approved by ${by} on ${date}${current === false ? ', before its meaning changed' : ''}`).join('; ');
}

/** Said of a line that could name a business rule and names none. */
export function unasked({ address, rules }: WhyLine): string[] {
  return rules.length === 0 && /(^|\/)(joins|filters|columns|tests)\//.test(address) ? ['It names no business rule, so nothing says who asked for it.'] : [];
}

/** Said of an id that no business spec has. */
export function missingRule({ id }: BusinessRule): string {
  return `${id} is in no business spec that this one implements`;
}
